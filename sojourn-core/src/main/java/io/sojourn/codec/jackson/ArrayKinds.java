package io.sojourn.codec.jackson;

import io.sojourn.codec.allow.Refusal;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.core.io.SerializedString;

/**
 * Arrays of primitives, each with a mark of its own such as {@code int[]}, and arrays of objects, which share one mark
 * and begin with the name of their component type. In CBOR a {@code byte[]} is a bare byte string.
 */
final class ArrayKinds {

    static final String OBJECTS = "[]";

    /** A class of arrays has at most 255, one of which is the array that holds the others. */
    static final int MAX_DIMENSIONS = 254;

    static final List<Kind<?>> ALL = List.of(
            Kind.<byte[]>withoutEquals(byte[].class, (value, out) -> out.bytes(value), ValueReader::bytes),
            primitives(int[].class, ValueReader::intValue),
            primitives(long[].class, ValueReader::longValue),
            primitives(double[].class, ValueReader::doubleValue),
            primitives(float[].class, ValueReader::floatValue),
            primitives(short[].class, ValueReader::shortValue),
            primitives(char[].class, ValueReader::charValue),
            primitives(boolean[].class, ValueReader::booleanValue),
            new Kind<>(
                    new SerializedString(OBJECTS),
                    List.of(Object[].class),
                    false,
                    ArrayKinds::writeObjects,
                    ArrayKinds::readObjects));

    private ArrayKinds() {}

    private static <A> Kind<A> primitives(Class<A> type, Function<ValueReader, Object> element) {
        return Kind.withoutEquals(type, ArrayKinds::writeEach, in -> read(type, in, element));
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
