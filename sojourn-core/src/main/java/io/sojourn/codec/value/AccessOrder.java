package io.sojourn.codec.value;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells whether a {@link LinkedHashMap} keeps the order of access, as caches have it. No method of the JDK says it. */
public final class AccessOrder {

    private AccessOrder() {}

    /**
     * Asks the map for its first entry and looks whether that is the last one then. A map in the order of insertion does not
     * change by that, and one in the order of access gets its order back.
     */
    @SuppressWarnings("unchecked") // nothing is put into the map
    public static boolean isUsedBy(Map<?, ?> linkedHashMap) {
        Map<Object, Object> map = (Map<Object, Object>) linkedHashMap;
        if (map.size() < 2) {
            Map<Object, Object> probe = (Map<Object, Object>) ((LinkedHashMap<Object, Object>) map).clone();
            probe.clear();
            probe.put(1, 1);
            probe.put(2, 2);
            return moves(probe);
        }
        if (!moves(map)) {
            return false;
        }
        Object[] keys = map.keySet().toArray();
        // The first has become the last: all others must be asked for once to be behind it again.
        for (int i = 0; i < keys.length - 1; i++) {
            Object unused = map.get(keys[i]);
        }
        return true;
    }

    private static boolean moves(Map<Object, Object> map) {
        Object first = firstKey(map);
        Object unused = map.get(first);
        return firstKey(map) != first;
    }

    private static Object firstKey(Map<Object, Object> map) {
        Iterator<Object> keys = map.keySet().iterator();
        return keys.next();
    }
}
