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

    private static final int MOST_DIGITS = 18;

    /** Refuses a position that no store gives. */
    public IndexCursor {
        if (position < 0) {
            throw new IllegalArgumentException("The position must not be negative, but is " + position);
        }
    }

    /** Reads the text of a cursor; empty for any other text. */
    public static Optional<IndexCursor> parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 1 || dot > MOST_DIGITS) {
            return Optional.empty();
        }
        long position = 0;
        for (int i = 0; i < dot; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return Optional.empty();
            }
            position = 10 * position + digit - '0';
        }
        long found = position;
        return SessionId.parse(text.substring(dot + 1)).map(id -> new IndexCursor(found, id));
    }

    /** Digits, a dot and the id. */
    @Override
    public String toString() {
        return position + "." + id;
    }
}
