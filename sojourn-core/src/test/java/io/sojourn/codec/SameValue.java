package io.sojourn.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The law, as strictly as a test can look: the same class down to the last element, unmodifiable collections of the JDK
 * excepted, the same order where there is one, and equal.
 */
final class SameValue {

    private SameValue() {}

    static void assertSame(@Nullable Object expected, @Nullable Object actual) {
        if (expected == null || actual == null) {
            assertThat(actual).isEqualTo(expected);
            return;
        }
        if (isUnmodifiable(expected)) {
            assertThat(actual.getClass().getName()).startsWith("java.util.Collections$Unmodifiable");
        } else {
            assertThat(actual.getClass()).isEqualTo(expected.getClass());
        }
        if (expected.getClass().isArray()) {
            assertSameElements(elements(expected), elements(actual));
        } else if (expected instanceof Set<?> set) {
            assertThat((Set<?>) actual).isEqualTo(set);
            if (isOrdered(set)) {
                assertSameElements(new ArrayList<>(set), new ArrayList<>((Set<?>) actual));
            }
        } else if (expected instanceof List<?> || expected instanceof Queue<?>) {
            assertSameElements(
                    elements(((Collection<?>) expected).toArray()), elements(((Collection<?>) actual).toArray()));
        } else if (expected instanceof Map<?, ?> map) {
            assertSameEntries(map, (Map<?, ?>) actual);
        } else if (expected instanceof Optional<?> optional) {
            assertSame(optional.orElse(null), ((Optional<?>) actual).orElse(null));
        } else if (expected instanceof Map.Entry<?, ?> entry) {
            assertSame(entry.getKey(), ((Map.Entry<?, ?>) actual).getKey());
            assertSame(entry.getValue(), ((Map.Entry<?, ?>) actual).getValue());
        } else if (expected instanceof Record) {
            assertSameElements(components(expected), components(actual));
        } else {
            assertThat(actual).isEqualTo(expected);
        }
    }

    /** Whether order means something is asked of the class, by its name. */
    static boolean isOrdered(Object collection) {
        String name = collection.getClass().getSimpleName();
        return name.startsWith("Linked") || name.startsWith("Unmodifiable") || name.startsWith("CopyOnWrite");
    }

    private static boolean isUnmodifiable(Object value) {
        String name = value.getClass().getName();
        return name.startsWith("java.util.ImmutableCollections")
                || (name.startsWith("java.util.Collections$")
                        && (value instanceof Iterable<?> || value instanceof Map<?, ?>));
    }

    private static void assertSameElements(List<?> expected, List<?> actual) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertSame(expected.get(i), actual.get(i));
        }
    }

    private static void assertSameEntries(Map<?, ?> expected, Map<?, ?> actual) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        if (isOrdered(expected)) {
            assertSameElements(new ArrayList<>(expected.keySet()), new ArrayList<>(actual.keySet()));
        }
        expected.forEach((key, value) -> assertSame(value, actual.get(key)));
    }

    private static List<@Nullable Object> elements(Object array) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            elements.add(Array.get(array, i));
        }
        return elements;
    }

    private static List<@Nullable Object> components(Object value) {
        List<@Nullable Object> components = new ArrayList<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                components.add(Objects.requireNonNull(component.getAccessor()).invoke(value));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }
        return components;
    }
}
