package io.sojourn.codec;

import io.sojourn.codec.shop.Shop;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.Stack;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Values of every supported kind, in one another. */
@SuppressWarnings("JdkObsolete")
final class NestedValues {

    private static final List<Function<List<Object>, Object>> LISTS = List.of(
            ArrayList::new,
            LinkedList::new,
            Vector::new,
            CopyOnWriteArrayList::new,
            List::copyOf,
            list -> list.stream().toList(),
            list -> Collections.unmodifiableList(new LinkedList<>(list)),
            list -> Arrays.asList(list.toArray()),
            list -> {
                Stack<Object> stack = new Stack<>();
                stack.addAll(list);
                return stack;
            },
            ArrayDeque::new,
            ConcurrentLinkedQueue::new,
            ConcurrentLinkedDeque::new,
            List::toArray);

    private static final List<Function<Collection<Object>, Object>> SETS = List.of(
            HashSet::new,
            LinkedHashSet::new,
            CopyOnWriteArraySet::new,
            Set::copyOf,
            set -> Collections.unmodifiableSet(new LinkedHashSet<>(set)));

    private static final List<Function<Collection<String>, Object>> SORTED = List.of(
            TreeSet::new,
            ConcurrentSkipListSet::new,
            PriorityQueue::new,
            set -> Collections.unmodifiableSortedSet(new TreeSet<>(set)),
            set -> Collections.unmodifiableNavigableSet(new TreeSet<>(set)),
            set -> set.toArray(new String[0]));

    private static final List<Function<Map<Object, Object>, Object>> MAPS = List.of(
            HashMap::new,
            LinkedHashMap::new,
            ConcurrentHashMap::new,
            Hashtable::new,
            Map::copyOf,
            map -> Collections.unmodifiableMap(new LinkedHashMap<>(map)));

    private static final List<Function<Map<String, Object>, Object>> SORTED_MAPS = List.of(
            TreeMap::new,
            ConcurrentSkipListMap::new,
            map -> Collections.unmodifiableSortedMap(new TreeMap<>(map)),
            map -> Collections.unmodifiableNavigableMap(new TreeMap<>(map)));

    private NestedValues() {}

    static Arbitrary<Object> any() {
        return level(3);
    }

    /** Values with equality and hash by value. */
    static Arbitrary<Object> keys() {
        Arbitrary<Object> scalars = ScalarValues.any();
        return Arbitraries.frequencyOf(
                Tuple.of(8, scalars),
                Tuple.of(1, scalars.list().ofMaxSize(3).map(ArrayList::new)),
                Tuple.of(1, scalars.set().ofMaxSize(3).map(HashSet::new)),
                Tuple.of(1, items().asGeneric()));
    }

    private static Arbitrary<Object> level(int depth) {
        if (depth == 0) {
            return Arbitraries.oneOf(List.of(ScalarValues.any(), primitiveArrays()));
        }
        Arbitrary<Object> inner = Arbitraries.lazy(() -> level(depth - 1));
        Arbitrary<String> names = ScalarValues.strings();
        return Arbitraries.oneOf(List.of(
                ScalarValues.any(),
                made(LISTS, inner.list().ofMaxSize(4)),
                nulls(inner),
                made(SETS, keys().set().ofMaxSize(4)),
                made(SORTED, names.set().ofMaxSize(5)),
                made(MAPS, Arbitraries.maps(keys(), inner).ofMaxSize(4)),
                made(MAPS, Arbitraries.maps(names.asGeneric(), inner).ofMaxSize(6)),
                made(SORTED_MAPS, Arbitraries.maps(names, inner).ofMaxSize(4)),
                enums(inner),
                entries(inner),
                inner.map(Optional::of),
                carts(inner),
                shapes().asGeneric()));
    }

    private static <I> Arbitrary<Object> made(List<Function<I, Object>> makers, Arbitrary<? extends I> parts) {
        return Combinators.combine(Arbitraries.of(makers), parts).as(Function::apply);
    }

    private static Arbitrary<Object> nulls(Arbitrary<Object> inner) {
        return inner.injectNull(0.3)
                .list()
                .ofMaxSize(3)
                .flatMap(list -> Arbitraries.of(
                        new ArrayList<>(list),
                        list.toArray(),
                        Collections.unmodifiableList(new ArrayList<>(list)),
                        withNullKey(list),
                        new AbstractMap.SimpleEntry<>(list.size(), null)));
    }

    private static Object withNullKey(List<Object> list) {
        Map<Object, Object> map = new HashMap<>();
        map.put(null, list);
        map.put("null", null);
        return map;
    }

    private static Arbitrary<Object> enums(Arbitrary<Object> inner) {
        return Combinators.combine(Arbitraries.of(Shop.Color.class).set(), inner)
                .as((colors, value) -> {
                    EnumMap<Shop.Color, Object> map = new EnumMap<>(Shop.Color.class);
                    colors.forEach(color -> map.put(color, value));
                    EnumSet<Shop.Color> set = EnumSet.noneOf(Shop.Color.class);
                    set.addAll(colors);
                    return value.hashCode() % 2 == 0 ? map : set;
                });
    }

    private static Arbitrary<Object> entries(Arbitrary<Object> inner) {
        return inner.flatMap(value -> Arbitraries.of(
                Map.entry("k", value),
                new AbstractMap.SimpleEntry<>(1, value),
                new AbstractMap.SimpleImmutableEntry<>(UUID.randomUUID(), value)));
    }

    static Arbitrary<Object> primitiveArrays() {
        return Arbitraries.oneOf(List.of(
                arrays(byte.class, Arbitraries.bytes()),
                arrays(short.class, Arbitraries.shorts()),
                arrays(int.class, Arbitraries.integers()),
                arrays(long.class, Arbitraries.longs()),
                arrays(float.class, Arbitraries.integers().map(Float::intBitsToFloat)),
                arrays(double.class, Arbitraries.longs().map(Double::longBitsToDouble)),
                arrays(char.class, Arbitraries.chars().all()),
                arrays(boolean.class, Arbitraries.of(true, false)),
                arrays(Integer[].class, arrays(Integer.class, Arbitraries.integers())),
                arrays(Shop.Item.class, items())));
    }

    private static Arbitrary<Object> arrays(Class<?> component, Arbitrary<?> elements) {
        return elements.list().ofMaxSize(20).map(list -> {
            Object array = Array.newInstance(component, list.size());
            for (int i = 0; i < list.size(); i++) {
                Array.set(array, i, list.get(i));
            }
            return array;
        });
    }

    private static Arbitrary<Shop.Item> items() {
        return Combinators.combine(
                        ScalarValues.strings(),
                        Arbitraries.integers(),
                        Arbitraries.doubles().between(0, 100))
                .as((sku, count, price) ->
                        new Shop.Item(sku, count, count % 2 == 0 ? null : BigDecimal.valueOf(price)));
    }

    private static Arbitrary<Shop.Shape> shapes() {
        return Arbitraries.recursive(
                () -> Arbitraries.doubles().map(Shop.Circle::new),
                inner -> inner.map(s -> new Shop.Square(1, s)),
                0,
                4);
    }

    private static Arbitrary<Object> carts(Arbitrary<Object> inner) {
        return Combinators.combine(
                        ScalarValues.strings().injectNull(0.2),
                        items().list().ofMaxSize(3),
                        inner,
                        Arbitraries.longs(),
                        Arbitraries.integers().map(Float::intBitsToFloat),
                        Arbitraries.chars().all(),
                        Arbitraries.of(Shop.Color.class).injectNull(0.3))
                .as((owner, items, any, number, ratio, letter, color) -> new Shop.Cart(
                        owner,
                        items,
                        new HashMap<>(Map.of(new UUID(number, 1), any, new UUID(number, 2), number)),
                        Optional.ofNullable(color),
                        Instant.ofEpochSecond(number % 1_000_000_000L).atZone(ZoneId.of("Europe/Paris")),
                        number,
                        number % 2 == 0 ? null : number,
                        (byte) (long) number,
                        (short) (long) number,
                        ratio,
                        letter,
                        color,
                        any));
    }
}
