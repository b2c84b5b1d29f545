package io.sojourn.ring;

import clojure.lang.IPersistentVector;
import java.lang.reflect.Array;
import java.util.HashMap;
import java.util.Map;

/** Arrays of primitives, strings and objects. */
final class EdnArrays {

    private static final Map<String, Class<?>> ELEMENTS = new HashMap<>();

    static {
        for (Class<?> type : new Class<?>[] {
            boolean.class,
            short.class,
            char.class,
            int.class,
            long.class,
            float.class,
            double.class,
            String.class,
            Object.class
        }) {
            ELEMENTS.put(type.getSimpleName(), type);
        }
    }

    private EdnArrays() {}

    static boolean knows(Class<?> arrayType) {
        Class<?> element = arrayType.getComponentType();
        return element.equals(ELEMENTS.get(element.getSimpleName()));
    }

    static String name(Class<?> arrayType) {
        return arrayType.getComponentType().getSimpleName();
    }

    static Object read(String name, IPersistentVector elements) {
        Class<?> type = ELEMENTS.get(name);
        if (type == null) {
            throw new IllegalArgumentException("no array of such elements is stored");
        }
        Object array = Array.newInstance(type, elements.count());
        for (int i = 0; i < elements.count(); i++) {
            Array.set(array, i, elements.nth(i));
        }
        return array;
    }
}
