package io.sojourn.ring;

import clojure.lang.IPersistentMap;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The store behind each record {@code ring.redis.session.RedisStore}. The record is a value: it may be made field by field,
 * and a changed copy of it is another store. So what belongs to it is found by it, as a value.
 */
public final class RingStores {

    private static final Map<IPersistentMap, RingStore> STORES = Collections.synchronizedMap(new WeakHashMap<>());

    private RingStores() {}

    /** The store of a record, opened if it is not open yet. Throws as {@link RingStore#open}. */
    public static RingStore of(IPersistentMap record) {
        RingStore known = STORES.get(record);
        return known == null ? STORES.computeIfAbsent(record, RingStore::open) : known;
    }

    /** As {@link #of}, and a store that was closed is opened again. */
    public static RingStore open(IPersistentMap record) {
        return STORES.compute(record, (key, known) -> known == null || known.isClosed() ? RingStore.open(key) : known);
    }

    /** Closes the store of a record; calls fail from then on. */
    public static void close(IPersistentMap record) {
        RingStore known = STORES.get(record);
        if (known != null) {
            known.close();
        }
    }
}
