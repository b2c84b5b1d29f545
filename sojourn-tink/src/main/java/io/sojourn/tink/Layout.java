package io.sojourn.tink;

import java.util.Set;

/**
 * What must be known of a stored session to write to it.
 *
 * @param manifest its encrypted parts; empty if it is in plaintext
 * @param apart whether the manifest has a part of its own
 * @param plain the names of its parts, if it is in plaintext
 * @param primaryId which key was the one that encrypts when this was seen
 * @param outdated the names of those parts that are in plaintext, or encrypted with another key than that
 */
record Layout(Manifest manifest, boolean apart, Set<String> plain, int primaryId, Set<String> outdated) {

    /** The names of those parts that are not encrypted with this key: all, if another one was in use. */
    Set<String> outdatedUnder(int keyId) {
        return isPlain() || keyId == primaryId ? outdated : manifest.entries().keySet();
    }

    boolean isPlain() {
        return !plain.isEmpty();
    }
}
