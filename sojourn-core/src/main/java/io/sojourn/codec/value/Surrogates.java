package io.sojourn.codec.value;

import io.sojourn.codec.allow.Refusal;
import java.nio.ByteBuffer;

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
        ByteBuffer bytes = ByteBuffer.allocate(2 * text.length());
        bytes.asCharBuffer().put(text);
        return bytes.array();
    }

    public static String text(byte[] bytes) {
        String text = ByteBuffer.wrap(bytes).asCharBuffer().toString();
        if (bytes.length % 2 != 0 || !hasUnpaired(text)) {
            throw new Refusal("A String", "is stored in a form that the codec does not use for it.");
        }
        return text;
    }
}
