package io.sojourn.codec.value;

import io.sojourn.codec.allow.Refusal;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.util.ClassUtil;

/**
 * Knows the objects that a class makes once and keeps in static fields: Kotlin's {@code object}, Scala's {@code case object},
 * the typesafe enum of Java. Applications compare them with {@code ==}, so a second one of them is not the same value.
 *
 * <p>Only a class whose constructors are all private can count its instances; of others nothing is known.
 */
public final class Singletons {

    private static final ClassValue<Singletons> KNOWN = new ClassValue<>() {
        @Override
        protected Singletons computeValue(Class<?> type) {
            return new Singletons(type);
        }
    };

    private final List<Field> constants = new ArrayList<>();
    private final @Nullable Field only;
    private final @Nullable Method readResolve;

    private Singletons(Class<?> type) {
        boolean counts = !type.isRecord() && !type.isEnum() && !type.isArray() && hasPrivateConstructorsOnly(type);
        for (Class<?> c = type; counts && c != null && c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        && Modifier.isFinal(field.getModifiers())
                        && field.getType().isAssignableFrom(type)
                        && field.getType() != Object.class) {
                    constants.add(field);
                }
            }
        }
        only = constants.size() == 1 && constants.get(0).getType() == type && isStateless(type)
                ? constants.get(0)
                : null;
        readResolve = findReadResolve(type);
    }

    public static Singletons of(Class<?> type) {
        return KNOWN.get(type);
    }

    private static boolean hasPrivateConstructorsOnly(Class<?> type) {
        return Stream.of(type.getDeclaredConstructors())
                .allMatch(constructor -> Modifier.isPrivate(constructor.getModifiers()) || constructor.isSynthetic());
    }

    private static boolean isStateless(Class<?> type) {
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            if (!Stream.of(c.getDeclaredFields()).allMatch(field -> Modifier.isStatic(field.getModifiers()))) {
                return false;
            }
        }
        return true;
    }

    /** As Java serialization looks for it. */
    private static @Nullable Method findReadResolve(Class<?> type) {
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            for (Method method : c.getDeclaredMethods()) {
                if (method.getName().equals("readResolve")
                        && method.getParameterCount() == 0
                        && method.getReturnType() == Object.class
                        && !Modifier.isStatic(method.getModifiers())
                        && (c == type || !Modifier.isPrivate(method.getModifiers()))) {
                    return method;
                }
            }
        }
        return null;
    }

    /** The name of the static field that holds this object, or null if there is none. */
    @Nullable
    String nameOf(Object value) {
        return constants.stream()
                .filter(field -> read(field) == value)
                .map(Field::getName)
                .findFirst()
                .orElse(null);
    }

    /** The one object that there is, if the class has no state and keeps one object; else null. */
    @Nullable
    Object only() {
        return only == null ? null : read(only);
    }

    /** Throws a {@link Refusal} for a constant that its class does not find again when it is read field by field. */
    public void check(Object value) {
        String constant = readResolve == null ? nameOf(value) : null;
        if (constant != null && !ValueEquality.hasSay(value.getClass())) {
            throw new Refusal(
                    value.getClass().getName(),
                    "is the constant " + constant
                            + " of its class, and would come back as another object; make it an enum"
                            + " or a record, or give it equals, or a method readResolve that returns the constant.");
        }
    }

    /** What stands for an object that was just read. */
    Object resolve(Object read) {
        if (readResolve == null) {
            return read;
        }
        try {
            ClassUtil.checkAndFixAccess(readResolve, true);
            return readResolve.invoke(read);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new Refusal(read.getClass().getName(), "has a readResolve that fails; see the cause.", e);
        }
    }

    private static @Nullable Object read(Field field) {
        try {
            ClassUtil.checkAndFixAccess(field, true);
            return field.get(null);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new Refusal(
                    field.getDeclaringClass().getName(),
                    "has a constant " + field.getName()
                            + " that cannot be looked at; open its package to tools.jackson.databind.",
                    e);
        }
    }
}
