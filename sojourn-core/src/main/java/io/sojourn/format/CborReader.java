package io.sojourn.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the CBOR of a packed record out of bytes that may be damaged or hostile: every length is held against what is
 * there before anything is allocated for it. Throws {@link MalformedRecordException} and nothing else.
 */
final class CborReader {

    /** How deep an unknown header entry may nest before it counts as hostile. */
    private static final int MAX_DEPTH = 16;

    private final byte[] buffer;
    private int position;
    private int major;

    CborReader(byte[] buffer, int position) {
        this.buffer = buffer;
        this.position = position;
    }

    int position() {
        return position;
    }

    boolean atEnd() {
        return position == buffer.length;
    }

    /** The kind of the next item. */
    int peekMajor() {
        require(1);
        return (buffer[position] & 0xff) >>> 5;
    }

    long unsigned() {
        return head(Cbor.UNSIGNED, "an unsigned integer");
    }

    int array() {
        return count(head(Cbor.ARRAY, "an array"), 1);
    }

    int map() {
        return count(head(Cbor.MAP, "a map"), 2);
    }

    String text() {
        int length = count(head(Cbor.TEXT, "a text"), 1);
        String text = new String(buffer, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    byte[] bytes() {
        int length = bytesLength();
        position += length;
        return Arrays.copyOfRange(buffer, position - length, position);
    }

    /** The length of the byte string that comes next; its content begins at {@link #position()} afterwards. */
    int bytesLength() {
        return count(head(Cbor.BYTES, "a byte string"), 1);
    }

    void advance(int octets) {
        require(octets);
        position += octets;
    }

    /** Steps over one item of any kind. */
    void skip() {
        skip(0);
    }

    private void skip(int depth) {
        if (depth > MAX_DEPTH) {
            throw new MalformedRecordException("it nests deeper than " + MAX_DEPTH + " levels");
        }
        long argument = head();
        switch (major) {
            case Cbor.BYTES, Cbor.TEXT -> advance(count(argument, 1));
            case Cbor.ARRAY -> skipItems(count(argument, 1), depth);
            case Cbor.MAP -> skipItems(2L * count(argument, 2), depth);
            case Cbor.TAG -> skip(depth + 1);
            default -> {
                // Integers and simple values are all head.
            }
        }
    }

    private void skipItems(long items, int depth) {
        for (long i = 0; i < items; i++) {
            skip(depth + 1);
        }
    }

    private long head(int expectedMajor, String expected) {
        int start = position;
        long argument = head();
        if (major != expectedMajor) {
            throw new MalformedRecordException("at byte " + start + " there should be " + expected);
        }
        if (argument < 0) {
            throw new MalformedRecordException("at byte " + start + " there is a number over 2^63");
        }
        return argument;
    }

    /** Steps over the head of the next item and gives its argument: 64 bits without a sign, or those of a float. */
    private long head() {
        require(1);
        int start = position;
        int octet = buffer[position++] & 0xff;
        major = octet >>> 5;
        int information = octet & 0x1f;
        if (information < 24) {
            return information;
        }
        if (information > 27) {
            throw new MalformedRecordException("at byte " + start + " there is a head that this format does not use");
        }
        int octets = 1 << (information - 24);
        require(octets);
        long argument = 0;
        for (int i = 0; i < octets; i++) {
            argument = (argument << 8) | (buffer[position++] & 0xff);
        }
        return argument;
    }

    /** A count of items of at least {@code octetsEach} octets, which must fit in what is left. */
    private int count(long count, int octetsEach) {
        if (count < 0 || count > (buffer.length - position) / octetsEach) {
            throw new MalformedRecordException("a length goes over the end, at byte " + position);
        }
        return (int) count;
    }

    private void require(int octets) {
        if (octets > buffer.length - position) {
            throw new MalformedRecordException("it ends too early, at byte " + buffer.length);
        }
    }
}
