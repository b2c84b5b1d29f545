package io.sojourn.memory;

import io.sojourn.SessionId;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.IndexPage;
import io.sojourn.spi.Marking;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The indexes of a store in memory, which guards them. Values of which nothing is left are forgotten now and then. */
final class MemoryIndex {

    private static final int SWEEP_AT_LEAST = 1_024;

    private final Map<IndexKey, IndexedValue> values = new HashMap<>();
    private int sweepAt = SWEEP_AT_LEAST;

    EntryResult enter(IndexEntry entry, long now) {
        if (values.size() >= sweepAt) {
            values.values().removeIf(value -> value.isEmpty(now));
            sweepAt = Math.max(SWEEP_AT_LEAST, 2 * values.size());
        }
        return values.computeIfAbsent(entry.key(), key -> new IndexedValue()).enter(entry, now);
    }

    IndexPage page(IndexKey key, @Nullable IndexCursor after, int count, long now) {
        return with(key, now, IndexPage.EMPTY, value -> value.page(after, count, now));
    }

    List<IndexMember> marked(IndexKey key, long now) {
        return with(key, now, List.of(), value -> value.marked(now));
    }

    Marking mark(IndexKey key, @Nullable SessionId except, long now) {
        return values.computeIfAbsent(key, unused -> new IndexedValue()).mark(except, now);
    }

    boolean leave(IndexKey key, Collection<SessionId> ids, boolean ended, long now) {
        return with(key, now, false, value -> value.leave(ids, ended, now));
    }

    /** How many values have members or are known to have been revoked. */
    int size(long now) {
        values.values().removeIf(value -> value.isEmpty(now));
        return values.size();
    }

    void clear() {
        values.clear();
    }

    private <T> T with(IndexKey key, long now, T otherwise, Function<IndexedValue, T> operation) {
        IndexedValue value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        T result = operation.apply(value);
        if (value.isEmpty(now)) {
            values.remove(key);
        }
        return result;
    }
}
