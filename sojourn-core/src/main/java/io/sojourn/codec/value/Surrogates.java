package io.sojourn.codec.value;

import io.sojourn.codec.allow.Refusal;

/**
 * Strings with an unpaired surrogate, as {@code substring} leaves them when it cuts an emoji in half. UTF-8 cannot carry them,
 * so they are stored as their UTF-16 code units, two bytes each, with the mark {@value #MARK}.
 */
public final class Surrogates {

    public static final String MARK = "String";

    private Surrogates() {}

    /** Whether the string has a surrogate without its other half. */
    public static boolean hasUnpaired(String text) {
        boolean afterHigh = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isLowSurrogate(c) != afterHigh) {
                return true;
            }
            afterHigh = Character.isHighSurrogate(c);
        }
        return afterHigh;
    }

    public static byte[] bytes(String text) {
        byte[] bytes = new byte[2 * text.length()];
        for (int i = 0; i < text.length(); i++) {
            bytes[2 * i] = (byte) (text.charAt(i) >>> 8);
            bytes[2 * i + 1] = (byte) text.charAt(i);
        }
        return bytes;
    }

    public static String text(byte[] bytes) {
        char[] chars = new char[bytes.length / 2];
        for (int i = 0; i < chars.length; i++) {
            chars[i] = (char) ((bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff));
        }
        String text = new String(chars);
        if (bytes.length % 2 != 0 || !hasUnpaired(text)) {
            throw new Refusal("A String", "is stored in a form that the codec does not use for it.");
        }
        return text;
    }
}
