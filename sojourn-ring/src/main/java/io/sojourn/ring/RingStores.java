package io.sojourn.ring;

import clojure.lang.IObj;
import clojure.lang.IPersistentMap;
import clojure.lang.Keyword;
import clojure.lang.PersistentArrayMap;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The store behind each record {@code ring.redis.session.RedisStore}.
 *
 * <p>What {@code redis-store} gives carries its store in its metadata, which is no part of a record's value: so closing it
 * leaves an equal one open. But the record is a value, it may be made field by field, and a changed copy of it, which has the
 * metadata of the first, is another store. What belongs to such a one is found by its value.
 */
public final class RingStores {

    private static final Keyword OPENED = Keyword.intern("io.sojourn.ring", "opened");

    private static final Map<IPersistentMap, RingStore> BY_VALUE = Collections.synchronizedMap(new WeakHashMap<>());

    private static final ReentrantLock OPENING = new ReentrantLock();

    private RingStores() {}

    /** A record as it was opened, and its store. */
    private record Opened(IPersistentMap record, RingStore store) {
        @Override
        public String toString() {
            return store.toString();
        }
    }

    /** Opens a store for a record, and gives the record that carries it. Throws as {@link RingStore#open}. */
    public static Object open(IPersistentMap record) {
        IPersistentMap metadata = ((IObj) record).meta();
        Opened opened = new Opened(record, RingStore.open(record));
        return ((IObj) record).withMeta((metadata == null ? PersistentArrayMap.EMPTY : metadata).assoc(OPENED, opened));
    }

    /** The store of a record, opened if it is not open yet. Throws as {@link RingStore#open}. */
    public static RingStore of(IPersistentMap record) {
        RingStore carried = carried(record);
        RingStore known = carried == null ? BY_VALUE.get(record) : carried;
        return known == null ? openOnce(record) : known;
    }

    /** Not within the map's own lock: opening connects. */
    private static RingStore openOnce(IPersistentMap record) {
        OPENING.lock();
        try {
            RingStore known = BY_VALUE.get(record);
            if (known == null) {
                known = RingStore.open(record);
                BY_VALUE.put(record, known);
            }
            return known;
        } finally {
            OPENING.unlock();
        }
    }

    private static @Nullable RingStore carried(IPersistentMap record) {
        IPersistentMap metadata = ((IObj) record).meta();
        return metadata != null
                        && metadata.valAt(OPENED) instanceof Opened opened
                        && opened.record().equals(record)
                ? opened.store()
                : null;
    }

    /** Closes the store of a record; calls fail from then on. */
    public static void close(IPersistentMap record) {
        RingStore carried = carried(record);
        RingStore known = carried == null ? BY_VALUE.get(record) : carried;
        if (known != null) {
            known.close();
        }
    }
}
