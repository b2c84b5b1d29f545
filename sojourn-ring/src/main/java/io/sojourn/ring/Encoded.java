package io.sojourn.ring;

import io.sojourn.spi.AttributeCodec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the engine sees of a Clojure value: its bytes. The values themselves are immutable, and this module decodes and
 * encodes them itself, so that nothing is encoded again only to look for changes in place.
 */
public final class Encoded {

    private final int format;
    private final byte[] bytes;

    /** Bytes that nobody changes any more, and the id of the format that they are in. */
    public Encoded(int format, byte[] bytes) {
        this.format = format;
        this.bytes = bytes;
    }

    /** The id of the format, or {@link AttributeCodec#CUSTOM_ID} for what a handler gave. */
    public int format() {
        return format;
    }

    /** The bytes, only to be read. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Encoded that && format == that.format && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * format + Arrays.hashCode(bytes);
    }

    /** Hands bytes through to the engine and back, marked with the id of what made them. */
    public record Codec(int id) implements AttributeCodec {

        @Override
        public byte[] encode(String attribute, Object value) {
            return ((Encoded) value).bytes;
        }

        @Override
        public Object decode(String attribute, byte[] encoded) {
            return new Encoded(id, encoded.clone());
        }
    }
}
