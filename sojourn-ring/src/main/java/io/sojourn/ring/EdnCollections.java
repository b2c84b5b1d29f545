package io.sojourn.ring;

import clojure.lang.IPersistentVector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Java's own collections, which Clojure's printer would make vectors, maps and sets of Clojure's. */
@SuppressWarnings("JdkObsolete") // What a session holds is the application's choice.
final class EdnCollections {

    private static final Map<String, Supplier<Object>> MAKERS = new HashMap<>();

    static {
        MAKERS.put("java.util.ArrayDeque", ArrayDeque::new);
        MAKERS.put("java.util.ArrayList", ArrayList::new);
        MAKERS.put("java.util.HashMap", HashMap::new);
        MAKERS.put("java.util.HashSet", HashSet::new);
        MAKERS.put("java.util.LinkedHashMap", LinkedHashMap::new);
        MAKERS.put("java.util.LinkedHashSet", LinkedHashSet::new);
        MAKERS.put("java.util.LinkedList", LinkedList::new);
        MAKERS.put("java.util.TreeMap", TreeMap::new);
        MAKERS.put("java.util.TreeSet", TreeSet::new);
    }

    private EdnCollections() {}

    static boolean knows(Class<?> type) {
        return MAKERS.containsKey(type.getName());
    }

    static void write(EdnWriter to, Object value) {
        boolean isOrderedByFunction = (value instanceof SortedMap<?, ?> map && map.comparator() != null)
                || (value instanceof SortedSet<?> set && set.comparator() != null);
        if (isOrderedByFunction) {
            throw to.path().refusal(value, "is sorted by a comparator of its own, which cannot be stored.", null);
        }
        String type = value.getClass().getName();
        if (value instanceof Map<?, ?> map) {
            List<@Nullable Object> all = new ArrayList<>(2 * map.size());
            map.forEach((key, each) -> {
                all.add(key);
                all.add(each);
            });
            to.tagged("java", type, all);
        } else {
            to.tagged("java", type, (Collection<?>) value);
        }
    }

    @SuppressWarnings("unchecked") // Empty ones, of whatever elements.
    static Object read(String type, IPersistentVector elements) {
        Supplier<Object> maker = MAKERS.get(type);
        if (maker == null) {
            throw new IllegalArgumentException("no such collection is stored");
        }
        Object made = maker.get();
        if (made instanceof Map) {
            Map<@Nullable Object, @Nullable Object> map = (Map<@Nullable Object, @Nullable Object>) made;
            for (int i = 0; i < elements.count(); i += 2) {
                map.put(elements.nth(i), elements.nth(i + 1));
            }
        } else {
            Collection<@Nullable Object> collection = (Collection<@Nullable Object>) made;
            for (int i = 0; i < elements.count(); i++) {
                collection.add(elements.nth(i));
            }
        }
        return made;
    }
}
