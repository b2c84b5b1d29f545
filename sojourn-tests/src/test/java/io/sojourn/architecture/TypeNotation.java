package io.sojourn.architecture;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Types as one writes them, {@code ?} after one that may be null. The JDK's own texts are no use here: they changed from
 * release to release.
 */
final class TypeNotation {

    private TypeNotation() {}

    static String of(AnnotatedType type) {
        return plain(type) + (type.isAnnotationPresent(Nullable.class) ? "?" : "");
    }

    /** A type variable where it is declared, with its bounds. */
    static String declared(TypeVariable<?> variable) {
        var bounds = bounds(variable.getAnnotatedBounds());
        return variable.getName() + (bounds.isEmpty() ? "" : " extends " + bounds);
    }

    /** The full name, without {@code java.lang}. */
    static String name(Class<?> type) {
        var name = type.getCanonicalName();
        var isInLang = type.getPackageName().equals("java.lang") && !type.isPrimitive();
        return isInLang ? name.substring("java.lang.".length()) : name;
    }

    private static String plain(AnnotatedType annotated) {
        if (annotated instanceof AnnotatedArrayType array) {
            return of(array.getAnnotatedGenericComponentType()) + "[]";
        }
        if (annotated instanceof AnnotatedParameterizedType parameterized) {
            var raw = (Class<?>) ((ParameterizedType) annotated.getType()).getRawType();
            return Arrays.stream(parameterized.getAnnotatedActualTypeArguments())
                    .map(TypeNotation::of)
                    .collect(Collectors.joining(", ", name(raw) + "<", ">"));
        }
        if (annotated instanceof AnnotatedWildcardType wildcard) {
            var lower = bounds(wildcard.getAnnotatedLowerBounds());
            var upper = bounds(wildcard.getAnnotatedUpperBounds());
            return !lower.isEmpty() ? "? super " + lower : upper.isEmpty() ? "?" : "? extends " + upper;
        }
        Type type = annotated.getType();
        return type instanceof Class<?> named ? name(named) : type.getTypeName();
    }

    private static String bounds(AnnotatedType[] bounds) {
        return Arrays.stream(bounds)
                .map(TypeNotation::of)
                .filter(bound -> !bound.equals("Object"))
                .collect(Collectors.joining(" & "));
    }
}
