package io.sojourn.format;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one attribute's value and the id of the codec that made them. In the table of attributes of a stored session the
 * bytes of a large value are in a part of their own, and here is the codec alone.
 */
public final class EncodedValue {

    private final int codec;
    private final byte @Nullable [] buffer;
    private final int offset;
    private final int length;

    private EncodedValue(int codec, byte @Nullable [] buffer, int offset, int length) {
        this.codec = codec;
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
    }

    /** A value with its bytes, which are not copied. */
    public static EncodedValue of(int codec, byte[] bytes) {
        return new EncodedValue(codec, bytes, 0, bytes.length);
    }

    /** A value in a part of its own. */
    public static EncodedValue external(int codec) {
        return new EncodedValue(codec, null, 0, 0);
    }

    /** The id of the codec that wrote the value. */
    public int codec() {
        return codec;
    }

    /** Whether the bytes are in a part of their own. */
    public boolean isExternal() {
        return buffer == null;
    }

    /** The bytes; not to be changed. */
    public byte[] bytes() {
        if (buffer == null) {
            throw new IllegalStateException("the bytes are in a part of their own");
        }
        return length == buffer.length ? buffer : Arrays.copyOfRange(buffer, offset, offset + length);
    }

    /** How many bytes there are; 0 if they are in a part of their own. */
    public int length() {
        return length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof EncodedValue that) || codec != that.codec) {
            return false;
        }
        return (buffer == null || that.buffer == null)
                ? buffer == that.buffer
                : Arrays.equals(buffer, offset, offset + length, that.buffer, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        return 31 * codec + length; // Never the key of a large table, and the bytes may be many.
    }

    void write(CborWriter out) {
        if (buffer == null) {
            out.unsigned(codec);
        } else {
            out.array(2);
            out.unsigned(codec);
            out.bytes(buffer, offset, length);
        }
    }

    /** How many octets {@link #write} writes. */
    int writtenSize() {
        int codecSize = CborWriter.headSize(codec);
        return buffer == null ? codecSize : 1 + codecSize + CborWriter.headSize(length) + length;
    }

    static EncodedValue read(CborReader in, byte[] buffer) {
        if (in.peekMajor() == Cbor.UNSIGNED) {
            return external(codec(in));
        }
        if (in.array() != 2) {
            throw new MalformedRecordException("an attribute is neither inline nor elsewhere");
        }
        int codec = codec(in);
        int length = in.bytesLength();
        int offset = in.position();
        in.advance(length);
        return new EncodedValue(codec, buffer, offset, length);
    }

    static void skip(CborReader in) {
        if (in.peekMajor() == Cbor.UNSIGNED) {
            codec(in);
        } else if (in.array() == 2) {
            codec(in);
            in.advance(in.bytesLength());
        } else {
            throw new MalformedRecordException("an attribute is neither inline nor elsewhere");
        }
    }

    private static int codec(CborReader in) {
        long codec = in.unsigned();
        if (codec > 255) {
            throw new MalformedRecordException("there is no codec " + codec);
        }
        return (int) codec;
    }
}
