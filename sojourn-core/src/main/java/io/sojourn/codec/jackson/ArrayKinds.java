package io.sojourn.codec.jackson;

import io.sojourn.codec.allow.Refusal;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Arrays of primitives, each with a mark of its own such as {@code int[]}, and arrays of objects, which share one mark
 * and begin with the name of their component type. In CBOR a {@code byte[]} is a bare byte string.
 */
final class ArrayKinds {

    static final String OBJECTS = "[]";

    /** A class of arrays has at most 255, one of which is the array that holds the others. */
    static final int MAX_DIMENSIONS = 254;

    static final List<Kind<?>> ALL = List.of(
            Kind.of("byte[]", List.of(byte[].class), false, (value, out) -> out.bytes(value), ValueReader::bytes),
            Kind.of(
                    "int[]",
                    List.of(int[].class),
                    false,
                    (value, out) -> out.generator().writeArray(value, 0, value.length),
                    in -> read(int[].class, in, ValueReader::intValue)),
            Kind.of(
                    "long[]",
                    List.of(long[].class),
                    false,
                    (value, out) -> out.generator().writeArray(value, 0, value.length),
                    in -> read(long[].class, in, ValueReader::longValue)),
            Kind.of(
                    "double[]",
                    List.of(double[].class),
                    false,
                    (value, out) -> out.generator().writeArray(value, 0, value.length),
                    in -> read(double[].class, in, ValueReader::doubleValue)),
            others(float[].class, ValueReader::floatValue),
            others(short[].class, ValueReader::shortValue),
            others(char[].class, ValueReader::charValue),
            others(boolean[].class, ValueReader::booleanValue),
            Kind.of(OBJECTS, List.of(Object[].class), false, ArrayKinds::writeObjects, ArrayKinds::readObjects));

    private ArrayKinds() {}

    private static <A> Kind<A> others(Class<A> type, Function<ValueReader, Object> element) {
        return Kind.of(
                type.getSimpleName(), List.of(type), false, ArrayKinds::writeEach, in -> read(type, in, element));
    }

    private static void writeEach(Object array, ValueWriter out) {
        int length = Array.getLength(array);
        out.generator().writeStartArray(array, length);
        for (int i = 0; i < length; i++) {
            out.primitive(Array.get(array, i));
        }
        out.generator().writeEndArray();
    }

    /** The length that the bytes claim is not believed: the array is made when all elements are there. */
    private static <A> A read(Class<A> type, ValueReader in, Function<ValueReader, Object> element) {
        List<Object> elements = new ArrayList<>();
        in.startArray();
        while (in.nextElement()) {
            elements.add(element.apply(in));
        }
        A array = type.cast(Array.newInstance(type.getComponentType(), elements.size()));
        for (int i = 0; i < elements.size(); i++) {
            Array.set(array, i, elements.get(i));
        }
        return array;
    }

    private static void writeObjects(Object[] value, ValueWriter out) {
        out.generator().writeStartArray(value, value.length + 1);
        out.text(out.nameOf(value.getClass().getComponentType()));
        for (Object element : value) {
            out.write(element);
        }
        out.generator().writeEndArray();
    }

    private static Object[] readObjects(ValueReader in) {
        in.startArray();
        in.nextToken();
        Class<?> component = in.classOf(in.text());
        if (component.isPrimitive()) {
            throw new Refusal(component.getName(), "is no class of objects.");
        }
        List<Object> elements = new ArrayList<>();
        while (in.nextElement()) {
            elements.add(in.value());
        }
        return elements.toArray((Object[]) Array.newInstance(component, 0));
    }
}
