package io.sojourn.codec.value;

import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the elements of an unordered collection are written, so that equal collections give the same bytes
 * whatever their history, their capacity and the JVM's seed: the natural order where all are of one common class, else
 * the order of their bytes. One instance serves one value.
 */
public final class CanonicalOrder {

    /** Classes whose natural order agrees with equality and is the same in every JVM. */
    private static final Set<Class<?>> ORDERED =
            Set.of(String.class, Integer.class, Long.class, Short.class, Byte.class, Character.class, UUID.class);

    @SuppressWarnings("unchecked") // only where the natural order covers the keys
    private static final Comparator<Map.Entry<?, ?>> BY_NATURAL_KEY =
            (a, b) -> ((Comparable<Object>) a.getKey()).compareTo(b.getKey());

    private final IdentityHashMap<Object, Integer[]> known = new IdentityHashMap<>();

    /** Sorts the elements if that can be done without their bytes. */
    public static boolean sort(@Nullable Object[] elements) {
        boolean isNatural = isNatural(elements);
        if (isNatural) {
            Arrays.sort(elements);
        }
        return isNatural;
    }

    /** Sorts the entries by key if that can be done without the bytes of the keys. */
    public static boolean sort(Map.Entry<?, ?>[] entries) {
        boolean isNatural = isNatural(keys(entries));
        if (isNatural) {
            Arrays.sort(entries, BY_NATURAL_KEY);
        }
        return isNatural;
    }

    /**
     * The indices of the elements in the order of their bytes. What was found is remembered for the collection: an
     * element is encoded here and once more when it is written, and without a memory sets in sets would take
     * exponential time.
     */
    public Integer[] byBytes(
            Object collection, @Nullable Object[] elements, Function<@Nullable Object, byte[]> encoder) {
        Integer[] order = known.get(collection);
        if (order == null) {
            byte[][] encoded = new byte[elements.length][];
            order = new Integer[elements.length];
            for (int i = 0; i < elements.length; i++) {
                encoded[i] = encoder.apply(elements[i]);
                order[i] = i;
            }
            Arrays.sort(order, (a, b) -> Arrays.compareUnsigned(encoded[a], encoded[b]));
            known.put(collection, order);
        }
        return order;
    }

    public static @Nullable Object[] keys(Map.Entry<?, ?>[] entries) {
        @Nullable Object[] keys = new @Nullable Object[entries.length];
        for (int i = 0; i < entries.length; i++) {
            keys[i] = entries[i].getKey();
        }
        return keys;
    }

    private static boolean isNatural(@Nullable Object[] values) {
        if (values.length < 2) {
            return true;
        }
        Class<?> first = orderedClass(values[0]);
        if (first == null) {
            return false;
        }
        for (Object value : values) {
            if (orderedClass(value) != first) {
                return false;
            }
        }
        return true;
    }

    static @Nullable Class<?> orderedClass(@Nullable Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.getDeclaringClass();
        }
        return value != null && ORDERED.contains(value.getClass()) ? value.getClass() : null;
    }
}
