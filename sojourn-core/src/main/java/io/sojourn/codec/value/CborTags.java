package io.sojourn.codec.value;

import io.sojourn.codec.allow.Refusal;

/**
 * Refuses tags (RFC 8949, major type 6), which the codec never writes. Jackson follows those that stand for a string that came
 * before: with them, a few bytes would have a long number or URI parsed again and again.
 */
public final class CborTags {

    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int TAG = 6;
    private static final int SHORT_ARGUMENT = 24;
    private static final int LONG_ARGUMENT = 27;

    private CborTags() {}

    /** Steps from head to head. Stops where the bytes are malformed, which is for the parser to say. */
    public static void refuse(byte[] encoded) {
        int at = 0;
        while (at < encoded.length) {
            int major = (encoded[at] & 0xff) >>> 5;
            int information = encoded[at] & 0x1f;
            if (major == TAG) {
                throw new Refusal("The value", "has a CBOR tag, which the codec does not write.");
            }
            at++;
            long argument = information;
            if (information >= SHORT_ARGUMENT && information <= LONG_ARGUMENT) {
                int octets = 1 << (information - SHORT_ARGUMENT);
                argument = 0;
                for (int i = 0; i < octets && at < encoded.length; i++) {
                    argument = argument << 8 | (encoded[at++] & 0xff);
                }
            }
            if ((major == BYTES || major == TEXT) && information <= LONG_ARGUMENT) {
                if (argument < 0 || argument > encoded.length - at) {
                    return;
                }
                at += (int) argument;
            }
        }
    }
}
