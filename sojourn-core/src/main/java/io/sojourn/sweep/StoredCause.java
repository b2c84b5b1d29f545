package io.sojourn.sweep;

import io.sojourn.ends.EndCause;
import org.jspecify.annotations.Nullable;

/**
 * What the store keeps with a session that was ended on purpose: the cause, and which node has ended it.
 *
 * @param node the name of that node; null if only one node is told of ends
 */
record StoredCause(EndCause cause, @Nullable String node) {

    static StoredCause parse(String text) {
        int space = text.indexOf(' ');
        return space < 0
                ? new StoredCause(EndedSession.causeNamed(text), null)
                : new StoredCause(EndedSession.causeNamed(text.substring(0, space)), text.substring(space + 1));
    }

    String format() {
        return node == null ? cause.name() : cause.name() + " " + node;
    }
}
