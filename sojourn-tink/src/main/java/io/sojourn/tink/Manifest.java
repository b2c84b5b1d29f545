package io.sojourn.tink;

import io.sojourn.UnreadableSessionException;
import io.sojourn.spi.SessionWrite;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which parts a session has, by which write each was made, and where it lies: a part that was put back, left out or added
 * does not fit. It is sealed under the revision of the whole session, so it cannot be an old one.
 *
 * @param entries by the part's own name
 */
record Manifest(SortedMap<String, Entry> entries) {

    /** The part that holds the packed record. */
    static final String RECORD = "r";

    private static final String SLOT = "x";
    private static final int RECORD_SLOT = 0;

    /**
     * Where a part lies.
     *
     * @param slot a number that stands for the part's name in the store
     * @param revision the write that made it
     */
    record Entry(int slot, long revision) {

        String storedName() {
            return slot == RECORD_SLOT ? RECORD : SLOT + slot;
        }
    }

    static final Manifest EMPTY = new Manifest(new TreeMap<>());

    /** A manifest, and where it ends in what was read. */
    record Read(Manifest manifest, int end) {}

    /** The manifest after a write. */
    Manifest after(SessionWrite write) {
        SortedMap<String, Entry> after = new TreeMap<>(entries);
        after.keySet().removeAll(write.remove());
        Set<Integer> taken = after.values().stream().map(Entry::slot).collect(Collectors.toSet());
        int free = 1;
        for (String name : write.put().keySet()) {
            Entry before = after.get(name);
            int slot = RECORD_SLOT;
            if (before != null) {
                slot = before.slot();
            } else if (!name.equals(RECORD)) {
                while (!taken.add(free)) {
                    free++;
                }
                slot = free;
            }
            after.put(name, new Entry(slot, write.revision()));
        }
        return new Manifest(after);
    }

    Set<String> storedNames() {
        return entries.values().stream().map(Entry::storedName).collect(Collectors.toSet());
    }

    /** Its bytes, to which others can be added. That of a record which follows says nothing of the record. */
    ByteArrayOutputStream encode(boolean withRecord) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean listsRecord = withRecord && entries.containsKey(RECORD);
        writeNumber(out, entries.size() - (entries.containsKey(RECORD) && !listsRecord ? 1 : 0));
        entries.forEach((name, entry) -> {
            if (entry.slot() != RECORD_SLOT || listsRecord) {
                byte[] text = name.getBytes(StandardCharsets.UTF_8);
                writeNumber(out, entry.slot());
                out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                        .putLong(entry.revision())
                        .array());
                writeNumber(out, text.length);
                out.writeBytes(text);
            }
        });
        return out;
    }

    static Read read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        SortedMap<String, Entry> entries = new TreeMap<>();
        try {
            int count = readNumber(in);
            for (int i = 0; i < count; i++) {
                int slot = readNumber(in);
                long revision = in.getLong();
                byte[] text = new byte[Math.min(readNumber(in), in.remaining() + 1)];
                in.get(text);
                entries.put(new String(text, StandardCharsets.UTF_8), new Entry(slot, revision));
            }
        } catch (BufferUnderflowException e) {
            throw new UnreadableSessionException("The list of a stored session's parts is incomplete", null);
        }
        return new Read(new Manifest(entries), in.position());
    }

    /** With the record that was written at that revision. */
    Manifest withRecord(long revision) {
        SortedMap<String, Entry> all = new TreeMap<>(entries);
        all.put(RECORD, new Entry(RECORD_SLOT, revision));
        return new Manifest(all);
    }

    /** Seven bits a byte, the lowest first; the highest bit says that there is more (LEB128). */
    private static void writeNumber(ByteArrayOutputStream out, int number) {
        int rest = number;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static int readNumber(ByteBuffer in) {
        int number = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int next = in.get();
            number |= (next & 0x7f) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new UnreadableSessionException(
                "The list of a stored session's parts has a number that is too large", null);
    }
}
