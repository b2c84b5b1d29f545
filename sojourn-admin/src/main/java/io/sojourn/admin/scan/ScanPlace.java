package io.sojourn.admin.scan;

import java.math.BigInteger;
import java.util.Optional;

/**
 * Where a scan over all masters goes on.
 *
 * @param server the master that is being scanned
 * @param cursor of its {@code SCAN}
 */
public record ScanPlace(String server, String cursor) {

    /** Reads the text of a place; empty for any other text. */
    public static Optional<ScanPlace> parse(String text) {
        int slash = text.lastIndexOf('/');
        return slash > 0 && isCursor(text.substring(slash + 1))
                ? Optional.of(new ScanPlace(text.substring(0, slash), text.substring(slash + 1)))
                : Optional.empty();
    }

    /** A server refuses a cursor of more than 64 bits. */
    private static boolean isCursor(String text) {
        return text.matches("[0-9]{1,20}") && new BigInteger(text).bitLength() <= Long.SIZE;
    }

    @Override
    public String toString() {
        return server + "/" + cursor;
    }
}
