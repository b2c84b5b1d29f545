package io.sojourn.format;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the table of attributes: which codec wrote the value, and where its bytes are: inline, a stretch of the
 * packed record, or in a part of their own.
 */
public final class StoredValue {

    private final int codec;
    private final byte @Nullable [] buffer;
    private final int offset;
    private final int length;

    private StoredValue(int codec, byte @Nullable [] buffer, int offset, int length) {
        this.codec = codec;
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
    }

    /** A value in the packed record. */
    public static StoredValue inline(int codec, byte[] bytes) {
        return new StoredValue(codec, bytes, 0, bytes.length);
    }

    static StoredValue inline(int codec, byte[] buffer, int offset, int length) {
        return new StoredValue(codec, buffer, offset, length);
    }

    /** A value in a part of its own. */
    public static StoredValue external(int codec) {
        return new StoredValue(codec, null, 0, 0);
    }

    /** The id of the codec that wrote the value. */
    public int codec() {
        return codec;
    }

    /** Whether the bytes are in a part of their own. */
    public boolean isExternal() {
        return buffer == null;
    }

    /** A copy of the inline bytes. */
    public byte[] bytes() {
        if (buffer == null) {
            throw new IllegalStateException("the bytes are in a part of their own");
        }
        return Arrays.copyOfRange(buffer, offset, offset + length);
    }

    /** How many bytes it has in the packed record, but for heads. */
    int inlineLength() {
        return length;
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

    static StoredValue read(CborReader in, byte[] buffer) {
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
        return inline(codec, buffer, offset, length);
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
