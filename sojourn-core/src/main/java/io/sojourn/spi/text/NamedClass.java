package io.sojourn.spi.text;

import io.sojourn.codec.allow.ClassFinder;
import java.lang.reflect.InvocationTargetException;
import java.util.List;

/** Classes that a setting names. */
final class NamedClass {

    private NamedClass() {}

    /** Not initialized: a setting may name it only to allow it. */
    static Class<?> find(String name) {
        try {
            return new ClassFinder(List.of(NamedClass.class.getClassLoader())).load(name);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new IllegalArgumentException("there is no class " + name
                    + " on the class path. One that is nested in another is named with a $, com.acme.Outer$Inner");
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
