package io.sojourn.codec.jackson;

import io.sojourn.codec.allow.Refusal;
import io.sojourn.codec.value.HashCostLimit;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Maps and entries. A map whose keys are all short texts is an object, else an array of key, value, key, value. What
 * can be changed keeps its class; for what cannot there is one stand-in for each interface, as with collections.
 */
@SuppressWarnings({"JdkObsolete", "rawtypes"
}) // applications store the old ones too; a class is all that is known of them
final class MapKinds {

    /** Parsers keep and compare property names in ways that are made for short ones; Jackson limits their length. */
    private static final int MAX_KEY_LENGTH = 256;

    /** A {@link LinkedHashMap} in the order of access; {@link Kinds#of(Object)} tells it from the usual one. */
    static final Kind<LinkedHashMap> ACCESS_ORDERED = Kind.of(
            "LinkedHashMap.accessOrder",
            List.of(),
            (map, out) -> out.entries(entries(map)),
            in -> in.entries(new LinkedHashMap<>(16, 0.75f, true)));

    static final List<Kind<?>> ALL = List.of(
            map(HashMap.class, HashMap::new, (map, out) -> out.unorderedEntries(map)),
            map(LinkedHashMap.class, LinkedHashMap::new, (map, out) -> out.entries(entries(map))),
            ACCESS_ORDERED,
            map(TreeMap.class, TreeMap::new, MapKinds::writeSorted),
            map(ConcurrentHashMap.class, ConcurrentHashMap::new, (map, out) -> out.unorderedEntries(map)),
            map(ConcurrentSkipListMap.class, ConcurrentSkipListMap::new, MapKinds::writeSorted),
            Kind.<Hashtable>of(Hashtable.class, MapKinds::writeTable, MapKinds::readTable),
            immutableMap(),
            saltedMap(),
            immutableSortedMap(),
            entry("SimpleEntry", new AbstractMap.SimpleEntry<>(1, 1), AbstractMap.SimpleEntry::new),
            entry(
                    "SimpleImmutableEntry",
                    new AbstractMap.SimpleImmutableEntry<>(1, 1),
                    AbstractMap.SimpleImmutableEntry::new),
            entry("Map.entry", Map.entry(1, 1), Map::entry));

    private MapKinds() {}

    private static <M extends Map> Kind<M> map(
            Class<M> type, Supplier<? extends M> empty, BiConsumer<? super M, ValueWriter> writer) {
        return Kind.of(type, writer, in -> in.entries(empty.get()));
    }

    private static void writeTable(Hashtable<?, ?> value, ValueWriter out) {
        countAll(value, out.work());
        out.unorderedEntries(value);
    }

    /** Its size is chosen at random: with a known one, keys can be chosen that all lie in one place of the table. */
    private static Hashtable readTable(ValueReader in) {
        Map<?, ?> entries = in.entries(new LinkedHashMap<>());
        countAll(entries, in.work());
        int room = 2 * entries.size() + 11;
        Hashtable<Object, Object> table =
                new Hashtable<>(room + ThreadLocalRandom.current().nextInt(room));
        table.putAll(entries);
        return table;
    }

    /** A {@link Hashtable} compares all keys of one hash, whatever their class. */
    private static void countAll(Map<?, ?> map, HashCostLimit work) {
        HashCostLimit.Keys counted = work.new Keys();
        map.keySet().forEach(key -> counted.addUnordered(key, 1));
    }

    private static Kind<Map> immutableMap() {
        List<Class<? extends Map>> types = CollectionKinds.classes(
                Collections.emptyMap(), Collections.singletonMap(1, 1), Collections.unmodifiableMap(new HashMap<>()));
        return Kind.of("Map", types, (value, out) -> out.entries(entries(value)), MapKinds::read);
    }

    /** {@code Map.of} iterates in another order in each JVM, so its entries are put in order first. */
    private static Kind<Map> saltedMap() {
        List<Class<? extends Map>> types = CollectionKinds.classes(Map.of(), Map.of(1, 1), Map.of(1, 1, 2, 2));
        return Kind.of("Map", types, (value, out) -> out.unorderedEntries(value), MapKinds::read);
    }

    private static Map read(ValueReader in) {
        return Collections.unmodifiableMap(in.entries(new LinkedHashMap<>()));
    }

    private static Kind<SortedMap> immutableSortedMap() {
        List<Class<? extends SortedMap>> types = CollectionKinds.classes(
                Collections.unmodifiableNavigableMap(new TreeMap<Integer, Integer>()),
                Collections.unmodifiableSortedMap(new TreeMap<Integer, Integer>()),
                Collections.emptyNavigableMap());
        return Kind.of(
                "SortedMap",
                types,
                MapKinds::writeSorted,
                in -> Collections.unmodifiableNavigableMap(in.entries(new TreeMap<>())));
    }

    private static void writeSorted(SortedMap<?, ?> value, ValueWriter out) {
        CollectionKinds.checkOrder(value.getClass(), value.comparator());
        out.entries(entries(value));
    }

    private static <E extends Map.Entry> Kind<E> entry(
            String mark, E sample, BiFunction<Object, Object, ? extends E> constructor) {
        return Kind.of(
                mark,
                CollectionKinds.classes(sample),
                (value, out) -> out.array(new Object[] {value.getKey(), value.getValue()}),
                in -> {
                    List<Object> parts = in.elements(new ArrayList<>());
                    if (parts.size() != 2) {
                        throw new Refusal(mark, "has " + parts.size() + " parts in storage instead of 2.");
                    }
                    return constructor.apply(parts.get(0), parts.get(1));
                });
    }

    /** A copy, so that the number of entries is known and stays, even where another thread changes the map. */
    static Map.Entry<?, ?>[] entries(Map<?, ?> map) {
        return map.entrySet().toArray(new Map.Entry<?, ?>[0]);
    }

    /** Whether all keys survive as property names, where JSON parsers refuse half a surrogate pair. */
    static boolean haveTextKeys(Map.Entry<?, ?>[] entries) {
        for (Map.Entry<?, ?> entry : entries) {
            if (!(entry.getKey() instanceof String key)
                    || key.length() > MAX_KEY_LENGTH
                    || key.chars().anyMatch(c -> Character.isSurrogate((char) c))) {
                return false;
            }
        }
        return true;
    }
}
