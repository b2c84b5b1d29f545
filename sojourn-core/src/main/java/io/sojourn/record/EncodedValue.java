package io.sojourn.record;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The bytes of one attribute's value and the id of the codec that made them. */
public final class EncodedValue {

    private final int codec;
    private final byte[] bytes;

    public EncodedValue(int codec, byte[] bytes) {
        this.codec = codec;
        this.bytes = bytes;
    }

    public int codec() {
        return codec;
    }

    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EncodedValue that && codec == that.codec && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * codec + Arrays.hashCode(bytes);
    }
}
