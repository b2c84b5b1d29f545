package io.sojourn.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The part of CBOR (RFC 8949) that the packed record is written in: shortest heads, definite lengths. */
final class CborWriter {

    private byte[] buffer;
    private int size;

    CborWriter(int expectedSize) {
        buffer = new byte[expectedSize];
    }

    void raw(int octet) {
        reserve(1);
        buffer[size++] = (byte) octet;
    }

    void raw(byte[] bytes, int offset, int length) {
        reserve(length);
        System.arraycopy(bytes, offset, buffer, size, length);
        size += length;
    }

    void unsigned(long value) {
        head(Cbor.UNSIGNED, value);
    }

    void bytes(byte[] bytes, int offset, int length) {
        head(Cbor.BYTES, length);
        raw(bytes, offset, length);
    }

    void bytes(byte[] bytes) {
        bytes(bytes, 0, bytes.length);
    }

    void text(String text) {
        if (!isAscii(text)) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            head(Cbor.TEXT, utf8.length);
            raw(utf8, 0, utf8.length);
            return;
        }
        int length = text.length();
        head(Cbor.TEXT, length);
        reserve(length);
        for (int i = 0; i < length; i++) {
            buffer[size++] = (byte) text.charAt(i);
        }
    }

    /** All that another one has written. */
    void raw(CborWriter other) {
        raw(other.buffer, 0, other.size);
    }

    void array(int count) {
        head(Cbor.ARRAY, count);
    }

    void map(int count) {
        head(Cbor.MAP, count);
    }

    int size() {
        return size;
    }

    /** How many octets {@link #text} writes. */
    static int textSize(String text) {
        int octets = isAscii(text) ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
        return headSize(octets) + octets;
    }

    /** How many octets the head of an item has. */
    static int headSize(long argument) {
        return argument < 24 ? 1 : argument < 0x100 ? 2 : argument < 0x1_0000 ? 3 : argument < 0x1_0000_0000L ? 5 : 9;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** What was written; without a copy if the expected size was right. */
    byte[] toBytes() {
        return size == buffer.length ? buffer : Arrays.copyOf(buffer, size);
    }

    private void head(int major, long argument) {
        reserve(headSize(argument));
        if (argument < 24) {
            buffer[size++] = (byte) ((major << 5) | (int) argument);
        } else if (argument < 0x100) {
            argument(major, 24, argument, 1);
        } else if (argument < 0x1_0000) {
            argument(major, 25, argument, 2);
        } else if (argument < 0x1_0000_0000L) {
            argument(major, 26, argument, 4);
        } else {
            argument(major, 27, argument, 8);
        }
    }

    private void argument(int major, int information, long argument, int octets) {
        buffer[size++] = (byte) ((major << 5) | information);
        for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8) {
            buffer[size++] = (byte) (argument >>> shift);
        }
    }

    private void reserve(int octets) {
        if (size + octets > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(size + octets, buffer.length * 2));
        }
    }
}
