package io.sojourn.codec.value;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The commonest attribute, a short ASCII text, without the machinery that all others need: the same bytes (RFC 8949, major type
 * 3), and the same text from them.
 */
public final class PlainText {

    private static final int TEXT = 0x60;
    private static final int SHORTEST_WITH_LENGTH = 24;
    private static final int ONE_OCTET_LENGTH = 0x78;
    private static final int LONGEST = 255;

    private PlainText() {}

    /** Null if it is anything else, which is for the caller to write. */
    public static byte @Nullable [] encode(Object value) {
        if (!(value instanceof String text) || text.length() > LONGEST) {
            return null;
        }
        int length = text.length();
        int header = length < SHORTEST_WITH_LENGTH ? 1 : 2;
        byte[] bytes = new byte[header + length];
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c > 0x7f) {
                return null;
            }
            bytes[header + i] = (byte) c;
        }
        bytes[0] = (byte) (header == 1 ? TEXT + length : ONE_OCTET_LENGTH);
        if (header == 2) {
            bytes[1] = (byte) length;
        }
        return bytes;
    }

    /** Null if it is anything else, or damaged, which is for the caller to read. */
    public static @Nullable String decode(byte[] bytes) {
        int header;
        if (bytes.length > 0 && bytes.length <= SHORTEST_WITH_LENGTH && bytes[0] == TEXT + bytes.length - 1) {
            header = 1;
        } else if (bytes.length > 1 && bytes[0] == ONE_OCTET_LENGTH && (bytes[1] & 0xff) == bytes.length - 2) {
            header = 2;
        } else {
            return null;
        }
        for (int i = header; i < bytes.length; i++) {
            if (bytes[i] < 0) {
                return null;
            }
        }
        return new String(bytes, header, bytes.length - header, StandardCharsets.ISO_8859_1);
    }
}
