package io.sojourn.bytes;

import java.util.Base64;

/**
 * Base64url without padding (RFC 4648, section 5), with the check that {@link Base64} leaves out: a text whose last
 * character carries bits that decoding drops is a second spelling of the same bytes, and is refused.
 */
public final class Base64Url {

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private Base64Url() {}

    public static String encode(byte[] bytes) {
        return ENCODER.encodeToString(bytes);
    }

    /** As {@link #encode}, in ASCII. */
    public static byte[] encodeToBytes(byte[] bytes) {
        return ENCODER.encode(bytes);
    }

    /** The bytes of a text in ASCII. Throws {@link IllegalArgumentException} if it is no base64url. */
    public static byte[] decode(byte[] text) {
        return Base64.getUrlDecoder().decode(text);
    }

    /**
     * Writes the bytes that the characters {@code [from, to)} spell, which are known to be {@linkplain #isCanonical canonical},
     * into an array of just that length.
     */
    static void decode(String text, int from, int to, byte[] into) {
        int bits = 0;
        int count = 0;
        int next = 0;
        for (int i = from; i < to; i++) {
            bits = (bits << 6) | value(text.charAt(i));
            count += 6;
            if (count >= 8) {
                count -= 8;
                into[next++] = (byte) (bits >>> count);
            }
        }
    }

    /** Whether the characters {@code [from, to)} are the one spelling of {@code bytes} bytes; allocates nothing. */
    public static boolean isCanonical(String text, int from, int to, int bytes) {
        if (!isAlphabet(text, from, to)) {
            return false;
        }
        int dropped = (to - from) * 6 - bytes * 8;
        return (value(text.charAt(to - 1)) & ((1 << dropped) - 1)) == 0;
    }

    /** Whether the characters {@code [from, to)} are all of this alphabet. */
    public static boolean isAlphabet(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (value(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static int value(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' ? 62 : c == '_' ? 63 : -1;
    }
}
