package io.sojourn.zstd;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.log.SettingName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A part in a frame: a byte {@value #FORMAT}, one that says how, then the part as it is or one Zstandard frame (RFC 8878)
 * that declares its size.
 */
final class Frame {

    /** The first byte, as a number: no format of records has it, so that no reader takes the one for the other. */
    static final int FORMAT = 0xC1;

    private static final int AS_IT_IS = 0;
    private static final int ZSTANDARD = 1;
    private static final int HEADER = 2;

    private Frame() {}

    static boolean isFramed(byte[] part) {
        return part.length > 0 && (part[0] & 0xff) == FORMAT;
    }

    static boolean isCompressed(byte[] framed) {
        return isFramed(framed) && framed.length > 1 && framed[1] == ZSTANDARD;
    }

    /** The part as it is, in a frame. */
    static byte[] wrap(byte[] plain) {
        byte[] framed = new byte[HEADER + plain.length];
        framed[0] = (byte) FORMAT;
        framed[1] = AS_IT_IS;
        System.arraycopy(plain, 0, framed, HEADER, plain.length);
        return framed;
    }

    /** The part compressed, in a frame; null if that would not be smaller. */
    static byte @Nullable [] compress(byte[] plain, int level) {
        byte[] framed = new byte[HEADER + Math.toIntExact(Zstd.compressBound(plain.length))];
        framed[0] = (byte) FORMAT;
        framed[1] = ZSTANDARD;
        long length = Zstd.compressByteArray(framed, HEADER, framed.length - HEADER, plain, 0, plain.length, level);
        if (Zstd.isError(length)) {
            throw new IllegalStateException(
                    "A part of a session could not be compressed: " + Zstd.getErrorName(length));
        }
        return HEADER + length < plain.length ? Arrays.copyOf(framed, HEADER + (int) length) : null;
    }

    /**
     * What is in a frame.
     *
     * @param maxBytes how large it may be
     */
    static byte[] open(byte[] framed, int maxBytes) {
        if (framed.length < HEADER || !isFramed(framed)) {
            throw new UnreadableSessionException("A part of the stored session should be compressed, and is not", null);
        }
        return switch (framed[1]) {
            case AS_IT_IS -> Arrays.copyOfRange(framed, HEADER, framed.length);
            case ZSTANDARD -> decompress(framed, maxBytes);
            default ->
                throw new UnreadableSessionException(
                        "A part of the stored session is compressed in way " + (framed[1] & 0xff)
                                + ", which this version does not know",
                        null);
        };
    }

    /** Into an array of the declared size: more does not fit, less is an error, and a size that is too large is no array. */
    private static byte[] decompress(byte[] framed, int maxBytes) {
        int length = framed.length - HEADER;
        if (length == 0) {
            throw damaged();
        }
        try {
            long declared = Zstd.getFrameContentSize(framed, HEADER, length);
            if (declared < 0 || Zstd.findFrameCompressedSize(framed, HEADER, length) != length) {
                throw damaged();
            }
            if (declared > maxBytes) {
                throw tooLarge(declared, maxBytes);
            }
            byte[] plain = new byte[(int) declared];
            if (Zstd.decompressByteArray(plain, 0, plain.length, framed, HEADER, length) != declared) {
                throw damaged();
            }
            return plain;
        } catch (ZstdException e) {
            throw damaged();
        }
    }

    private static UnreadableSessionException tooLarge(long declared, int maxBytes) {
        return new UnreadableSessionException(
                "A part of the stored session is " + declared + " bytes when it is decompressed, and the limit leaves "
                        + maxBytes + "; raise " + SettingName.COMPRESSION_MAX_BYTES,
                null);
    }

    private static UnreadableSessionException damaged() {
        return new UnreadableSessionException("A compressed part of the stored session is damaged", null);
    }
}
