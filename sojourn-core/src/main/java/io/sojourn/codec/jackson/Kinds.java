package io.sojourn.codec.jackson;

import io.sojourn.codec.value.AccessOrder;
import java.io.Serializable;
import java.time.ZoneId;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The table of all JDK kinds: by class for writing, by mark for reading, and the classes that arrays may be of. */
final class Kinds {

    private static final Map<Class<?>, Kind<?>> BY_CLASS;
    private static final Map<String, Kind<?>> BY_MARK;
    private static final Map<String, Class<?>> NAMED;

    static {
        Map<Class<?>, Kind<?>> byClass = new HashMap<>();
        Map<String, Kind<?>> byMark = new HashMap<>();
        Map<String, Class<?>> named = new HashMap<>();
        Stream.of(
                        ScalarKinds.ALL,
                        TimeKinds.ALL,
                        EnumKinds.ALL,
                        OptionalKinds.ALL,
                        CollectionKinds.ALL,
                        MapKinds.ALL,
                        ArrayKinds.ALL)
                .flatMap(List::stream)
                .forEach(kind -> {
                    // Two kinds may share a mark: they are then read alike.
                    byMark.putIfAbsent(kind.mark().getValue(), kind);
                    kind.types().forEach(type -> {
                        byClass.put(type, kind);
                        if (!type.isArray()) {
                            named.put(type.getName(), type);
                        }
                    });
                });
        // What has no mark, and what arrays are declared of beside concrete classes.
        Stream.of(
                        String.class,
                        Integer.class,
                        Boolean.class,
                        ArrayList.class,
                        Object.class,
                        Number.class,
                        CharSequence.class,
                        Comparable.class,
                        Serializable.class,
                        Enum.class,
                        Iterable.class,
                        Collection.class,
                        List.class,
                        Set.class,
                        SortedSet.class,
                        NavigableSet.class,
                        Queue.class,
                        Deque.class,
                        Map.class,
                        SortedMap.class,
                        NavigableMap.class,
                        Map.Entry.class,
                        ZoneId.class,
                        Temporal.class,
                        TimeZone.class)
                .forEach(type -> named.put(type.getName(), type));
        Stream.of(byte.class, short.class, int.class, long.class, float.class, double.class, char.class, boolean.class)
                .forEach(type -> named.put(type.getName(), type));
        BY_CLASS = Map.copyOf(byClass);
        BY_MARK = Map.copyOf(byMark);
        NAMED = Map.copyOf(named);
    }

    private Kinds() {}

    /** The kind of a value, or null if it is of no class that has one. */
    static @Nullable Kind<?> of(Object value) {
        if (value instanceof Object[]) {
            return of(Object[].class);
        }
        if (value.getClass() == LinkedHashMap.class && AccessOrder.isUsedBy((LinkedHashMap<?, ?>) value)) {
            return MapKinds.ACCESS_ORDERED;
        }
        return of(value.getClass());
    }

    /** The kind of the values of exactly this class, or null. */
    static @Nullable Kind<?> of(Class<?> type) {
        return BY_CLASS.get(type);
    }

    static @Nullable Kind<?> marked(String mark) {
        return BY_MARK.get(mark);
    }

    /** The JDK class or primitive type of a name in storage, or null. Nothing is loaded. */
    static @Nullable Class<?> named(String name) {
        return NAMED.get(name);
    }
}
