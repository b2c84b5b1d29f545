package io.sojourn.ring;

import clojure.lang.IObj;
import clojure.lang.IPersistentMap;
import clojure.lang.PersistentArrayMap;
import clojure.lang.PersistentHashMap;
import clojure.lang.Util;
import java.util.Iterator;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** What a request did to a map, done again to another one. */
final class Merge {

    private static final Object MISSING = new Object();

    private Merge() {}

    /**
     * The difference between two values laid over a third: key by key, and the metadata, and the type of the map. If one of
     * them is no map, there is no telling, and what this request made wins, as the last write does.
     *
     * @param same whether two values are told apart by nothing, not even by what Clojure finds equal
     */
    static @Nullable Object changes(
            @Nullable Object from,
            @Nullable Object to,
            @Nullable Object over,
            BiPredicate<@Nullable Object, @Nullable Object> same) {
        if (!(from instanceof IPersistentMap before)
                || !(to instanceof IPersistentMap after)
                || !(over instanceof IPersistentMap now)) {
            return to;
        }
        IPersistentMap entries = entries(hashed(before), hashed(after), hashed(now), same);
        IPersistentMap result = like(isAlike(before, after) ? now : after, entries);
        IPersistentMap metadata = metadata(after);
        return withMetadata(result, same.test(metadata(before), metadata) ? metadata(now) : metadata);
    }

    private static IPersistentMap entries(
            IPersistentMap before,
            IPersistentMap after,
            IPersistentMap now,
            BiPredicate<@Nullable Object, @Nullable Object> same) {
        IPersistentMap result = now;
        for (Object each : after) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
            Object was = before.valAt(entry.getKey(), MISSING);
            if (was == MISSING || !same.test(was, entry.getValue())) {
                result = result.assoc(entry.getKey(), entry.getValue());
            }
        }
        for (Object each : before) {
            Object key = ((Map.Entry<?, ?>) each).getKey();
            if (!after.containsKey(key)) {
                result = result.without(key);
            }
        }
        return result;
    }

    /** A map of the same type and order as another; a plain one if its keys cannot be sorted among each other. */
    private static IPersistentMap like(IPersistentMap model, IPersistentMap entries) {
        IPersistentMap known = hashed(model);
        IPersistentMap result = model;
        try {
            for (Object each : known) {
                Object key = ((Map.Entry<?, ?>) each).getKey();
                if (!entries.containsKey(key)) {
                    result = result.without(key);
                }
            }
            for (Object each : entries) {
                Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
                if (known.valAt(entry.getKey(), MISSING) != entry.getValue()) {
                    result = result.assoc(entry.getKey(), entry.getValue());
                }
            }
            return result;
        } catch (ClassCastException e) {
            return entries;
        }
    }

    /** All entries of a map, and its metadata if it has any, put into another one. */
    static Object into(IPersistentMap map, IPersistentMap entries) {
        IPersistentMap all = hashed(map);
        for (Object each : entries) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
            all = all.assoc(entry.getKey(), entry.getValue());
        }
        IPersistentMap metadata = metadata(entries);
        return withMetadata(like(map, all), metadata == null ? metadata(map) : metadata);
    }

    /** In which every key can be looked up: a sorted map fails at those that cannot be sorted among its own. */
    private static IPersistentMap hashed(IPersistentMap map) {
        IPersistentMap result = PersistentHashMap.EMPTY;
        for (Object each : map) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
            result = result.assoc(entry.getKey(), entry.getValue());
        }
        return result;
    }

    private static @Nullable IPersistentMap metadata(IPersistentMap map) {
        IPersistentMap metadata = map instanceof IObj object ? Marks.without(object.meta()) : null;
        return metadata == null || metadata.count() == 0 ? null : metadata;
    }

    private static Object withMetadata(IPersistentMap map, @Nullable IPersistentMap metadata) {
        return map instanceof IObj object ? object.withMeta(metadata) : map;
    }

    private static boolean isAlike(IPersistentMap a, IPersistentMap b) {
        return a.getClass() == b.getClass() || (isPlain(a) && isPlain(b));
    }

    /** Whether it is one of the two classes of which Clojure makes maps as it likes. */
    static boolean isPlain(@Nullable Object data) {
        return data instanceof PersistentArrayMap || data instanceof PersistentHashMap;
    }

    /** Whether they are maps with the very same keys and values in the same order. */
    static boolean isIdentical(@Nullable Object a, @Nullable Object b) {
        if (!(a instanceof IPersistentMap one)
                || !(b instanceof IPersistentMap other)
                || one.getClass() != other.getClass()
                || one.count() != other.count()) {
            return false;
        }
        Iterator<?> others = other.iterator();
        for (Object each : one) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
            Map.Entry<?, ?> counterpart = (Map.Entry<?, ?>) others.next();
            if (entry.getKey() != counterpart.getKey() || entry.getValue() != counterpart.getValue()) {
                return false;
            }
        }
        return true;
    }

    /** Whether Clojure finds them equal; not if it fails to compare them, as some sorted collections. */
    static boolean isEqual(@Nullable Object a, @Nullable Object b) {
        try {
            return Util.equiv(a, b);
        } catch (ClassCastException e) {
            return false;
        }
    }
}
