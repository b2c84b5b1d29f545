package io.sojourn.codec;

import java.util.Set;

/**
 * The classes of the JDK that may stand in a serialized stream beside the application's: values and collections, and
 * what they are made of there. None of them calls into others when it is read, but for {@code equals}, {@code hashCode}
 * and {@code compareTo}.
 */
final class SerialNames {

    private static final Set<String> LANG = Set.of(
            "Boolean",
            "Byte",
            "Character",
            "Double",
            "Enum",
            "Float",
            "Integer",
            "Long",
            "Number",
            "Object",
            "Record",
            "Short",
            "String");

    private static final Set<String> UTIL = Set.of(
            "AbstractMap$SimpleEntry",
            "AbstractMap$SimpleImmutableEntry",
            "ArrayDeque",
            "ArrayList",
            "Arrays$ArrayList",
            "BitSet",
            "CollSer",
            "Collections$CopiesList",
            "Collections$EmptyList",
            "Collections$EmptyMap",
            "Collections$EmptySet",
            "Collections$SingletonList",
            "Collections$SingletonMap",
            "Collections$SingletonSet",
            "Collections$SynchronizedCollection",
            "Collections$SynchronizedList",
            "Collections$SynchronizedMap",
            "Collections$SynchronizedRandomAccessList",
            "Collections$SynchronizedSet",
            "Collections$UnmodifiableCollection",
            "Collections$UnmodifiableList",
            "Collections$UnmodifiableMap",
            "Collections$UnmodifiableNavigableMap",
            "Collections$UnmodifiableNavigableSet",
            "Collections$UnmodifiableRandomAccessList",
            "Collections$UnmodifiableSet",
            "Collections$UnmodifiableSortedMap",
            "Collections$UnmodifiableSortedSet",
            "Currency",
            "Date",
            "EnumMap",
            "EnumSet",
            "EnumSet$SerializationProxy",
            "HashMap",
            "HashSet",
            "Hashtable",
            "LinkedHashMap",
            "LinkedHashSet",
            "LinkedList",
            "Locale",
            "PriorityQueue",
            "Stack",
            "TreeMap",
            "TreeSet",
            "UUID",
            "Vector");

    private static final Set<String> OTHERS = Set.of(
            "java.math.BigDecimal",
            "java.math.BigInteger",
            "java.math.RoundingMode",
            "java.net.URI",
            "java.time.DayOfWeek",
            "java.time.Month",
            "java.time.Ser",
            "java.time.temporal.ChronoUnit",
            "java.util.Map$Entry",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.concurrent.ConcurrentHashMap$Segment",
            "java.util.concurrent.ConcurrentLinkedDeque",
            "java.util.concurrent.ConcurrentLinkedQueue",
            "java.util.concurrent.ConcurrentSkipListMap",
            "java.util.concurrent.ConcurrentSkipListSet",
            "java.util.concurrent.CopyOnWriteArrayList",
            "java.util.concurrent.CopyOnWriteArraySet",
            "java.util.concurrent.TimeUnit",
            "java.util.concurrent.atomic.AtomicBoolean",
            "java.util.concurrent.atomic.AtomicInteger",
            "java.util.concurrent.atomic.AtomicLong",
            "java.util.concurrent.locks.AbstractOwnableSynchronizer",
            "java.util.concurrent.locks.AbstractQueuedSynchronizer",
            "java.util.concurrent.locks.ReentrantLock",
            "java.util.concurrent.locks.ReentrantLock$NonfairSync",
            "java.util.concurrent.locks.ReentrantLock$Sync");

    private SerialNames() {}

    static boolean isBuiltIn(String name) {
        return OTHERS.contains(name) || isIn("java.lang.", LANG, name) || isIn("java.util.", UTIL, name);
    }

    private static boolean isIn(String prefix, Set<String> names, String name) {
        return name.startsWith(prefix) && names.contains(name.substring(prefix.length()));
    }

    /**
     * The name of the class that an array's elements have, or the name itself if it is of no array; empty for an array
     * of primitives.
     */
    static String ofElements(String name) {
        int dimensions = 0;
        while (dimensions < name.length() && name.charAt(dimensions) == '[') {
            dimensions++;
        }
        if (dimensions == 0) {
            return name;
        }
        return name.startsWith("L", dimensions) && name.endsWith(";")
                ? name.substring(dimensions + 1, name.length() - 1)
                : name.length() == dimensions + 1 ? "" : name;
    }
}
