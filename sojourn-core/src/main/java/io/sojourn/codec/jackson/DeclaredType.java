package io.sojourn.codec.jackson;

import io.sojourn.codec.allow.Refusal;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the declared type of a property adds: a property that is declared as a whole number or as an enum holds the bare
 * number or name, without a mark, and a number that was stored when the property had another type is fitted, if it can
 * be without loss.
 *
 * @param type the type of the property, boxed
 * @param primitive whether it was declared as a primitive
 */
record DeclaredType(Class<?> type, boolean primitive) {

    static final DeclaredType UNKNOWN = new DeclaredType(Object.class, false);

    private static final Map<Class<?>, Function<Number, Number>> CONVERSIONS = Map.of(
            Long.class, Number::longValue,
            Integer.class, Number::intValue,
            Short.class, Number::shortValue,
            Byte.class, Number::byteValue,
            Double.class, Number::doubleValue,
            Float.class, Number::floatValue);

    static DeclaredType of(Class<?> declared) {
        Class<?> boxed = MethodType.methodType(declared).wrap().returnType();
        return new DeclaredType(boxed, declared.isPrimitive());
    }

    boolean writesBareNumber() {
        return type == Long.class || type == Short.class || type == Byte.class;
    }

    boolean writesBareName() {
        return type.isEnum();
    }

    /** What a property of this type has where nothing is stored for it. */
    @Nullable
    Object absent() {
        return primitive
                ? Array.get(
                        Array.newInstance(MethodType.methodType(type).unwrap().returnType(), 1), 0)
                : null;
    }

    @Nullable
    Object fit(@Nullable Object value) {
        if (value == null) {
            return absent();
        }
        if (type.isInstance(value)) {
            return value;
        }
        if (value instanceof Number number && Number.class.isAssignableFrom(type)) {
            return exact(number);
        }
        if (type.isEnum() && value instanceof String name) {
            return EnumKinds.constantOf(type, name);
        }
        throw new Refusal(value.getClass().getName(), "is stored where a " + type.getName() + " is declared now.");
    }

    private Object exact(Number number) {
        Function<Number, Number> conversion = CONVERSIONS.get(type);
        Number fitted = conversion == null ? null : conversion.apply(number);
        if (fitted != null && convertBack(fitted, number)) {
            return fitted;
        }
        throw new Refusal(
                number.getClass().getName(),
                "is stored where a " + type.getName() + " is declared now, and does not fit.");
    }

    /** By the exact decimal of both, since a cast back can hide what a cast lost. */
    private static boolean convertBack(Number fitted, Number number) {
        if (!Double.isFinite(fitted.doubleValue())) {
            return number instanceof Double || number instanceof Float;
        }
        return new BigDecimal(fitted.toString()).compareTo(new BigDecimal(number.toString())) == 0;
    }
}
