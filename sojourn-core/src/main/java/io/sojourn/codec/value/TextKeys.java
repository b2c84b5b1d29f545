package io.sojourn.codec.value;

import java.util.Map;

/** Which maps are written as objects, their keys as property names. */
public final class TextKeys {

    /** Parsers keep and compare property names in ways that are made for short ones; Jackson limits their length. */
    private static final int MAX_LENGTH = 256;

    private TextKeys() {}

    /** Whether all keys survive as property names, where JSON parsers refuse half a surrogate pair. */
    public static boolean areAll(Map.Entry<?, ?>[] entries) {
        for (Map.Entry<?, ?> entry : entries) {
            if (!(entry.getKey() instanceof String key) || key.length() > MAX_LENGTH || hasSurrogates(key)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }
}
