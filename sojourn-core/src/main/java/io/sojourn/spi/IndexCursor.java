package io.sojourn.spi;

import io.sojourn.SessionId;
import java.util.Optional;

/**
 * Where a page of an index ends, and the next one begins. Its text can be handed to a client and comes back from one: it
 * opens nothing.
 *
 * @param position when the last member of the page was bound, as the store counts it; not negative
 * @param id that member
 */
public record IndexCursor(long position, SessionId id) {

    /** Refuses a position that no store gives. */
    public IndexCursor {
        if (position < 0) {
            throw new IllegalArgumentException("The position must not be negative, but is " + position);
        }
    }

    /** Reads the text of a cursor; empty for any other text. */
    public static Optional<IndexCursor> parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 0 || !text.substring(0, dot).matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        long position = Long.parseLong(text, 0, dot, 10);
        return SessionId.parse(text.substring(dot + 1)).map(id -> new IndexCursor(position, id));
    }

    /** Digits, a dot and the id. */
    @Override
    public String toString() {
        return position + "." + id;
    }
}
