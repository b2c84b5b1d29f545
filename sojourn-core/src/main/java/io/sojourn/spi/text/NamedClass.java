package io.sojourn.spi.text;

import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/** Classes that a setting names. */
final class NamedClass {

    private NamedClass() {}

    /** Not initialized: a setting may name it only to allow it. */
    static Class<?> find(String name) {
        @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();
        Class<?> found = context == null ? null : find(name, context);
        Class<?> orOurs = found != null ? found : find(name, NamedClass.class.getClassLoader());
        if (orOurs == null) {
            throw new IllegalArgumentException("there is no class " + name
                    + " on the class path. One that is nested in another is named with a $, com.acme.Outer$Inner");
        }
        return orOurs;
    }

    private static @Nullable Class<?> find(String name, @Nullable ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    /** An object of a class that the setting names, by its public constructor without parameters. */
    static <T> T make(String name, Class<T> type) {
        Class<?> found = find(name);
        if (!type.isAssignableFrom(found)) {
            throw new IllegalArgumentException(name + " is no " + type.getName());
        }
        try {
            return type.cast(found.getConstructor().newInstance());
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(name + " could not be made; see the cause", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(name + " has no public constructor without parameters", e);
        }
    }
}
