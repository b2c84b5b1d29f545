package io.sojourn.sweep;

import io.sojourn.ends.EndCause;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the store keeps with a session that has ended: the cause, which node has ended it, and whether every node can read of it.
 *
 * @param node the name of that node; null if only one node is told of ends
 * @param sharedAt the time that every node has read with this end, because a listener on one node has failed before; null if the
 *     nodes have not read of it
 */
record StoredCause(
        EndCause cause, @Nullable String node, @Nullable Instant sharedAt) {

    StoredCause(EndCause cause, @Nullable String node) {
        this(cause, node, null);
    }

    /** Words that a newer version may add are left out. */
    static StoredCause parse(String text) {
        String[] words = text.split(" ", -1);
        return new StoredCause(
                EndedSession.causeNamed(words[0]),
                words.length > 1 ? words[1] : null,
                words.length > 2 && words[2].matches("[0-9]{1,15}")
                        ? Instant.ofEpochMilli(Long.parseLong(words[2]))
                        : null);
    }

    String format() {
        return node == null
                ? cause.name()
                : cause.name() + " " + node + (sharedAt == null ? "" : " " + sharedAt.toEpochMilli());
    }
}
