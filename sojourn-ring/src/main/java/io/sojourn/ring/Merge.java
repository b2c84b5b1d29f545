package io.sojourn.ring;

import clojure.lang.IPersistentMap;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** What a request did to a map, done again to another one. */
final class Merge {

    private static final Object MISSING = new Object();

    private Merge() {}

    /**
     * The difference between two values laid over a third, key by key. If one of them is no map, there is no telling, and
     * what this request made wins, as the last write does.
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
                || !(over instanceof IPersistentMap result)) {
            return to;
        }
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

    /** All entries of a map put into another one. */
    static Object into(Object map, Object entries) {
        IPersistentMap result = (IPersistentMap) map;
        for (Object each : (IPersistentMap) entries) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
            result = result.assoc(entry.getKey(), entry.getValue());
        }
        return result;
    }
}
