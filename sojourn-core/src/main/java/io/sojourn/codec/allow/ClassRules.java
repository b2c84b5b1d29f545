package io.sojourn.codec.allow;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.BaseStream;

/**
 * Which allowed classes have a form at all that can come back: those with a name that is the same in the next version
 * and on the next server, whose state lies in fields that are seen and can be told apart by name.
 */
public final class ClassRules {

    /** The shapes that Jackson does not write field by field. */
    private static final List<Class<?>> SHAPES_OF_THEIR_OWN =
            List.of(Collection.class, Map.class, Map.Entry.class, Iterator.class, CharSequence.class, BaseStream.class);

    private ClassRules() {}

    /** Throws a {@link Refusal} for a class that is not allowed, can have no instances, or none that come back. */
    public static void check(Class<?> type, AllowedClasses allowed) {
        if (JdkNames.isClass(type.getName())) {
            throw RefusalMessages.refuse(type);
        }
        checkName(type);
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            throw new Refusal(type.getName(), "is abstract and has no instances.");
        }
        for (Class<?> shape : SHAPES_OF_THEIR_OWN) {
            if (shape.isAssignableFrom(type)) {
                throw RefusalMessages.refuseShape(type, shape);
            }
        }
        checkSuperclasses(type);
        if (!allowed.isAllowed(type.getName())) {
            throw RefusalMessages.refuse(type);
        }
        checkFields(type, allowed);
    }

    /** Throws a {@link Refusal} for a class whose name depends on more than its author. */
    public static void checkName(Class<?> type) {
        if (type.isHidden() || type.isSynthetic()) {
            throw new Refusal(
                    type.getName(), "is a lambda or was generated at run time: it has no name to come back by.");
        }
        if (type.isAnonymousClass() || type.isLocalClass()) {
            throw new Refusal(
                    type.getName(),
                    "is an anonymous or local class, named by its place in the code; make it a record or static.");
        }
        if (type.isMemberClass() && !Modifier.isStatic(type.getModifiers())) {
            throw new Refusal(type.getName(), "is an inner class and holds its outer instance; make it static.");
        }
    }

    /** Before it is asked what is allowed, so that a message does not ask for a permission that would not help. */
    private static void checkSuperclasses(Class<?> type) {
        for (Class<?> c = type.getSuperclass();
                c != null && c != Object.class && c != Record.class;
                c = c.getSuperclass()) {
            if (JdkNames.isClass(c.getName())) {
                throw RefusalMessages.refuseSuperclass(type, c);
            }
        }
    }

    private static void checkFields(Class<?> type, AllowedClasses allowed) {
        Set<String> names = new HashSet<>();
        for (Class<?> c = type; c != null && c != Object.class && c != Record.class; c = c.getSuperclass()) {
            if (!allowed.isAllowed(c.getName())) {
                throw new Refusal(
                        type.getName(),
                        "extends " + c.getName() + ", which is not allowed; " + RefusalMessages.allow(c));
            }
            for (Field field : c.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                if (!Modifier.isStatic(modifiers) && !Modifier.isTransient(modifiers) && !names.add(field.getName())) {
                    throw new Refusal(
                            type.getName(),
                            "and a class that it extends both have a field " + field.getName() + "; rename one.");
                }
            }
        }
    }
}
