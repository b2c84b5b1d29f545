package io.sojourn.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The packed record, format 1: one byte {@value #FORMAT}, then a CBOR array of two maps, the header and the table of
 * attributes in the order in which they were first set.
 *
 * <pre>
 * 0x01
 * [ { 1: createdAt, 2: idleTimeout, 3: deadline, 4: verifier, 5: rotations, 6: [verifier, at, …], 7: principal },
 *   { "small": [codec, h'bytes'], "large": codec, … } ]
 * </pre>
 *
 * <p>Reading checks the whole structure but builds only the header: a request that never asks for an attribute pays for
 * none. Instances are immutable.
 */
public final class PackedRecord {

    /** The first byte. */
    public static final int FORMAT = 1;

    /** Enough for the header of a session that was not rotated; the buffer of a longer one grows. */
    private static final int HEADER_SIZE = 112;

    private final byte[] bytes;
    private final Header header;
    private final int tableOffset;

    /** Built when first asked for; two threads may both build it, and get equal ones. */
    private volatile @Nullable Map<String, EncodedValue> attributes;

    private PackedRecord(byte[] bytes, Header header, int tableOffset, @Nullable Map<String, EncodedValue> attributes) {
        this.bytes = bytes;
        this.header = header;
        this.tableOffset = tableOffset;
        this.attributes = attributes;
    }

    public static PackedRecord of(Header header, Map<String, EncodedValue> attributes) {
        CborWriter headerOut = new CborWriter(HEADER_SIZE);
        HeaderFormat.write(header, headerOut);
        CborWriter out = new CborWriter(size(headerOut.size(), attributes));
        out.raw(FORMAT);
        out.array(2);
        out.raw(headerOut);
        out.map(attributes.size());
        attributes.forEach((name, value) -> {
            out.text(name);
            value.write(out);
        });
        return new PackedRecord(out.toBytes(), header, -1, Collections.unmodifiableMap(attributes));
    }

    /** Exactly, so that the bytes of a record are allocated once and never copied. */
    static int size(int headerSize, Map<String, EncodedValue> attributes) {
        int size = 2 + headerSize + CborWriter.headSize(attributes.size());
        for (Map.Entry<String, EncodedValue> entry : attributes.entrySet()) {
            size += CborWriter.textSize(entry.getKey()) + entry.getValue().writtenSize();
        }
        return size;
    }

    /**
     * Reads a packed record.
     *
     * @throws MalformedRecordException if the bytes are damaged or of another format
     */
    public static PackedRecord parse(byte[] bytes) {
        if (bytes.length == 0) {
            throw new MalformedRecordException("it is empty");
        }
        if (bytes[0] != FORMAT) {
            throw new MalformedRecordException(
                    "it is of format " + (bytes[0] & 0xff) + ", and this version reads format " + FORMAT);
        }
        CborReader in = new CborReader(bytes, 1);
        if (in.array() != 2) {
            throw new MalformedRecordException("it is not made of a header and attributes");
        }
        Header header = HeaderFormat.read(in, bytes);
        int tableOffset = in.position();
        int count = in.map();
        for (int i = 0; i < count; i++) {
            if (in.peekMajor() != Cbor.TEXT) {
                throw new MalformedRecordException("an attribute's name is no text");
            }
            in.skip();
            EncodedValue.skip(in);
        }
        if (!in.atEnd()) {
            throw new MalformedRecordException("it goes on after its end, at byte " + in.position());
        }
        return new PackedRecord(bytes, header, tableOffset, null);
    }

    /** The packed bytes; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public Header header() {
        return header;
    }

    /** The table of attributes, in order. */
    public Map<String, EncodedValue> attributes() {
        Map<String, EncodedValue> table = attributes;
        if (table == null) {
            table = readTable();
            attributes = table;
        }
        return table;
    }

    private Map<String, EncodedValue> readTable() {
        CborReader in = new CborReader(bytes, tableOffset);
        int count = in.map();
        Map<String, EncodedValue> table = new LinkedHashMap<>(count * 2);
        for (int i = 0; i < count; i++) {
            table.put(in.text(), EncodedValue.read(in, bytes));
        }
        return Collections.unmodifiableMap(table);
    }
}
