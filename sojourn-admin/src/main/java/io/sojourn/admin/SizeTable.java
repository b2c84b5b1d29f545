package io.sojourn.admin;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.admin.read.RecordReader;
import io.sojourn.format.EncodedValue;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.StoredSession;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds up what was measured; what it keeps is bounded by the sample. */
final class SizeTable {

    private static final int LARGEST_SHOWN = 20;
    private static final int MOST_NAMES = 1_000;

    private static final class Sum {
        private int sessions;
        private long bytes;
        private long largest;
    }

    private final Map<SessionId, Long> seen = new HashMap<>();
    private final Map<String, Sum> attributes = new LinkedHashMap<>();

    int size() {
        return seen.size();
    }

    boolean isNew(SessionId id) {
        return !seen.containsKey(id);
    }

    void add(SessionId id, long memory, Optional<StoredSession> stored) {
        if (memory < 0 && stored.isEmpty()) {
            return; // It has ended meanwhile.
        }
        long ofParts = stored.map(there -> there.parts().values().stream()
                        .mapToLong(part -> part.length)
                        .sum())
                .orElse(0L);
        seen.put(id, memory < 0 ? ofParts : memory);
        stored.ifPresent(this::addAttributes);
    }

    private void addAttributes(StoredSession stored) {
        SessionRecord state;
        try {
            state = RecordReader.record(stored);
        } catch (UnreadableSessionException e) {
            return;
        }
        for (String name : state.names()) {
            EncodedValue value = state.attribute(name);
            if (value != null && (attributes.containsKey(name) || attributes.size() < MOST_NAMES)) {
                Sum sum = attributes.computeIfAbsent(name, any -> new Sum());
                sum.sessions++;
                sum.bytes += value.length();
                sum.largest = Math.max(sum.largest, value.length());
            }
        }
    }

    SessionSizes result(boolean whole) {
        List<SessionSizes.LargeSession> largest = seen.entrySet().stream()
                .sorted(Map.Entry.<SessionId, Long>comparingByValue().reversed())
                .limit(LARGEST_SHOWN)
                .map(entry -> new SessionSizes.LargeSession(entry.getKey(), entry.getValue()))
                .toList();
        List<SessionSizes.AttributeSize> sizes = attributes.entrySet().stream()
                .map(entry -> new SessionSizes.AttributeSize(
                        entry.getKey(), entry.getValue().sessions, entry.getValue().bytes, entry.getValue().largest))
                .sorted(Comparator.comparingLong(SessionSizes.AttributeSize::bytes)
                        .reversed())
                .toList();
        long bytes = seen.values().stream().mapToLong(Long::longValue).sum();
        return new SessionSizes(seen.size(), whole, bytes, largest, sizes);
    }
}
