package io.sojourn.memory;

import io.sojourn.SessionId;
import io.sojourn.spi.SessionEnds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** When sessions are due, in shards; a search takes time in proportion to what it finds. */
final class DueTimes {

    enum Kind {
        DUE,
        CLAIMED,
        MISSING
    }

    /**
     * One entry.
     *
     * @param at milliseconds since the epoch
     * @param proof no two entries have the same
     */
    record Entry(SessionId id, long at, long proof, Kind kind) {}

    private final Map<SessionId, Entry> byId = new HashMap<>();

    /** The entries of each shard, the earliest first. */
    private final List<NavigableSet<Entry>> shards = Stream.<NavigableSet<Entry>>generate(
                    () -> new TreeSet<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::proof)))
            .limit(SessionEnds.SHARDS)
            .toList();

    private NavigableSet<Entry> shard(SessionId id) {
        return shards.get(SessionEnds.shard(id));
    }

    @Nullable
    Entry get(SessionId id) {
        return byId.get(id);
    }

    /** Replaces the entry of the session, if there is one. */
    Entry put(SessionId id, long at, long proof, Kind kind) {
        boolean unused = remove(id);
        Entry entry = new Entry(id, at, proof, kind);
        byId.put(id, entry);
        shard(id).add(entry);
        return entry;
    }

    /** Tells whether there was an entry. */
    boolean remove(SessionId id) {
        Entry before = byId.remove(id);
        return before != null && shard(id).remove(before);
    }

    /** The earliest entries that are due by then. */
    List<Entry> first(int shard, int count, long now) {
        List<Entry> first = new ArrayList<>();
        for (Entry entry : shards.get(shard)) {
            if (entry.at() > now || first.size() == count) {
                break;
            }
            first.add(entry);
        }
        return first;
    }

    /** When the earliest entry of a shard is due; null if there is none. */
    @Nullable
    Long next(int shard) {
        NavigableSet<Entry> entries = shards.get(shard);
        return entries.isEmpty() ? null : entries.first().at();
    }

    void removeBefore(long at) {
        for (NavigableSet<Entry> entries : shards) {
            while (!entries.isEmpty() && entries.first().at() < at) {
                boolean unused = remove(entries.first().id());
            }
        }
    }

    void clear() {
        byId.clear();
        shards.forEach(NavigableSet::clear);
    }
}
