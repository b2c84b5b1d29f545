package io.sojourn.codec.value;

import io.sojourn.codec.allow.JdkNames;
import java.lang.reflect.Array;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether a value came back the same: equal, by the word of its class. Only where a class has no say, as arrays, queues
 * and classes with the {@code equals} of {@link Object} do not, and where it cannot see into those, as lists, maps and
 * records of them cannot, are the parts compared instead.
 *
 * @param parts gives the parts of an application's object, in an order that is the same for each object of its class
 */
public record ValueEquality(Function<Object, List<@Nullable Object>> parts) {

    public boolean same(@Nullable Object a, @Nullable Object b) {
        if (Objects.equals(a, b)) {
            return true;
        }
        if (a == null || b == null) {
            return false;
        }
        if (a.getClass().isArray()) {
            return a.getClass() == b.getClass() && sameArrays(a, b);
        }
        if ((a instanceof List<?> && b instanceof List<?>) || (a instanceof Queue<?> && b instanceof Queue<?>)) {
            return sameElements((Collection<?>) a, (Collection<?>) b);
        }
        if (a instanceof IdentityHashMap<?, ?> left && b instanceof IdentityHashMap<?, ?> right) {
            return left.size() == right.size(); // Its keys are others now, by its own word.
        }
        if (a instanceof Map<?, ?> left && b instanceof Map<?, ?> right) {
            return sameEntries(left, right);
        }
        if (a instanceof Optional<?> left && b instanceof Optional<?> right) {
            return same(left.orElse(null), right.orElse(null));
        }
        if (a instanceof Map.Entry<?, ?> left && b instanceof Map.Entry<?, ?> right) {
            return same(left.getKey(), right.getKey()) && same(left.getValue(), right.getValue());
        }
        return a.getClass() == b.getClass()
                && !hasSay(a.getClass())
                && !isSingleton(a)
                && !isSingleton(b)
                && sameParts(a, b);
    }

    /** Applications compare these with {@code ==}, which has been tried by then. */
    private static boolean isSingleton(Object value) {
        return !JdkNames.isClass(value.getClass().getName())
                && Singletons.of(value.getClass()).nameOf(value) != null;
    }

    private boolean sameParts(Object a, Object b) {
        List<@Nullable Object> left = parts.apply(a);
        if (a instanceof Record && left.size() != a.getClass().getRecordComponents().length) {
            // A part is out of sight, so the record's own word, that it is not equal, stands.
            return false;
        }
        return sameElements(left, parts.apply(b));
    }

    /** A record's equality is that of its components, and those are compared here. */
    static boolean hasSay(Class<?> type) {
        if (type.isRecord()) {
            return false;
        }
        try {
            return type.getMethod("equals", Object.class).getDeclaringClass() != Object.class;
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    private boolean sameArrays(Object a, Object b) {
        int length = Array.getLength(a);
        if (length != Array.getLength(b)) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (!same(Array.get(a, i), Array.get(b, i))) {
                return false;
            }
        }
        return true;
    }

    private boolean sameElements(Collection<?> a, Collection<?> b) {
        Iterator<?> left = a.iterator();
        Iterator<?> right = b.iterator();
        while (left.hasNext() && right.hasNext()) {
            if (!same(left.next(), right.next())) {
                return false;
            }
        }
        return left.hasNext() == right.hasNext();
    }

    private boolean sameEntries(Map<?, ?> a, Map<?, ?> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (Map.Entry<?, ?> entry : a.entrySet()) {
            if (!b.containsKey(entry.getKey()) || !same(entry.getValue(), b.get(entry.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
