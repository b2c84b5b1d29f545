package io.sojourn.codec.jackson;

import io.sojourn.codec.allow.Refusal;
import io.sojourn.codec.value.ApplicationClass;
import io.sojourn.codec.value.CanonicalOrder;
import io.sojourn.codec.value.Envelope;
import io.sojourn.codec.value.HashCostLimit;
import io.sojourn.codec.value.Surrogates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

/**
 * Writes one value: texts, booleans, {@code int}s, {@code double}s, lists and null as they are, everything else as an
 * object with one property, whose name is the mark of its kind or {@code @} and the name of its class.
 *
 * <p>Not thread-safe: one for each value. Objects of the application are handed to Jackson, which hands each of their
 * properties back, to the same writer: it lies in Jackson's context.
 */
final class ValueWriter {

    private final JsonGenerator generator;
    private final SerializationContext context;
    private final Encoding encoding;
    private final Envelope envelope;
    private int depth;
    private final HashCostLimit work;
    private boolean isInContext;

    ValueWriter(JsonGenerator generator, SerializationContext context, Encoding encoding, Envelope envelope) {
        this.generator = generator;
        this.context = context;
        this.encoding = encoding;
        this.envelope = envelope;
        this.depth = envelope.depth();
        this.work = envelope.work();
        if (envelope.isKey()) {
            work.enterKey();
        }
    }

    /** The writer of the value that Jackson is in the middle of. */
    static ValueWriter of(SerializationContext context) {
        return (ValueWriter) context.getAttribute(ValueWriter.class);
    }

    void write(@Nullable Object value) {
        work.count();
        if (value == null) {
            generator.writeNull();
        } else if (value instanceof String text && !Surrogates.hasUnpaired(text)) {
            text(text);
        } else if (value instanceof Integer number) {
            generator.writeNumber(number.intValue());
        } else if (value instanceof Boolean bool) {
            generator.writeBoolean(bool);
        } else if (value instanceof Double number && (!encoding.isJson() || Double.isFinite(number))) {
            // JSON has no numbers for infinities and for what is no number.
            generator.writeNumber(number.doubleValue());
        } else if (value instanceof Long number && number.intValue() != number) {
            // Too large to be taken for an Integer.
            generator.writeNumber(number.longValue());
        } else {
            writeNested(value);
        }
    }

    /** What the keys of this value cost. */
    HashCostLimit work() {
        return work;
    }

    private void writeNested(Object value) {
        enter(value, 1);
        Class<?> type = value.getClass();
        Kind<?> kind = Kinds.of(value);
        if (type == ArrayList.class) {
            array(((ArrayList<?>) value).toArray());
        } else if (kind == null) {
            writeApplicationValue(value, type);
        } else if (work.isInKey() && !kind.hasEquals()) {
            throw new Refusal(
                    type.getTypeName(),
                    "has no equality by value, so it would not be found again as a map's key or in a set.");
        } else {
            writeMarked(kind, value);
        }
        depth--;
    }

    private void enter(Object value, int levels) {
        depth += levels;
        if (depth > Encoding.MAX_DEPTH) {
            throw new Refusal(
                    value.getClass().getName(),
                    "lies more than " + Encoding.MAX_DEPTH + " levels deep, or in a collection that contains itself.");
        }
    }

    private void writeApplicationValue(Object value, Class<?> type) {
        ApplicationClass application = encoding.classes().of(type);
        generator.writeStartObject(value, 1);
        generator.writeName(application.mark());
        if (value instanceof Enum<?> constant) {
            text(constant.name());
        } else {
            enter(value, Encoding.LEVELS_OF_OBJECT - 1);
            if (!isInContext) {
                isInContext = true;
                envelope.foundApplicationObject(type);
                context.setAttribute(ValueWriter.class, this);
            }
            application.write(value, generator, context);
            depth -= Encoding.LEVELS_OF_OBJECT - 1;
        }
        generator.writeEndObject();
    }

    private void writeMarked(Kind<?> kind, Object value) {
        if (value instanceof byte[] bytes && !encoding.isJson()) {
            generator.writeBinary(bytes);
            return;
        }
        generator.writeStartObject(value, 1);
        generator.writeName(kind.mark());
        kind.write(value, this);
        generator.writeEndObject();
    }

    JsonGenerator generator() {
        return generator;
    }

    void text(String text) {
        work.countText(text);
        generator.writeString(text);
    }

    /** A constant without its enum, which whoever reads it must know. */
    void constant(Enum<?> constant) {
        work.count();
        encoding.classes().checkEnum(constant.getDeclaringClass());
        text(constant.name());
    }

    void bytes(byte[] bytes) {
        generator.writeBinary(bytes);
    }

    void number(long number) {
        generator.writeNumber(number);
    }

    void numbers(long... numbers) {
        generator.writeArray(numbers, 0, numbers.length);
    }

    /** A boxed primitive without its mark. */
    void primitive(Object boxed) {
        if (boxed instanceof Boolean bool) {
            generator.writeBoolean(bool);
        } else if (boxed instanceof Character c) {
            generator.writeNumber((int) c);
        } else if (boxed instanceof Float number) {
            generator.writeNumber(number.floatValue());
        } else if (boxed instanceof Double number) {
            generator.writeNumber(number.doubleValue());
        } else {
            generator.writeNumber(((Number) boxed).longValue());
        }
    }

    /** The name that stands for a class in storage, where it is the type of something else. */
    String nameOf(Class<?> type) {
        if (type.isArray()) {
            return nameOf(type.getComponentType()) + ArrayKinds.OBJECTS;
        }
        return Kinds.named(type.getName()) == type
                ? type.getName()
                : encoding.classes().nameOf(type);
    }

    void array(@Nullable Object[] elements) {
        generator.writeStartArray(elements, elements.length);
        for (Object element : elements) {
            write(element);
        }
        generator.writeEndArray();
    }

    /** As {@link #array}, for elements that their set must be able to find again. */
    void keys(@Nullable Object[] elements) {
        HashCostLimit.Keys counted = work.new Keys();
        generator.writeStartArray(elements, elements.length);
        for (Object element : elements) {
            key(element, counted);
        }
        generator.writeEndArray();
    }

    private void key(@Nullable Object key, HashCostLimit.Keys counted) {
        long before = work.weight();
        work.enterKey();
        write(key);
        work.leaveKey();
        counted.add(key, work.weight() - before);
    }

    /** As {@link #keys} of a set, in an order that depends on nothing but the elements. */
    void unorderedKeys(Set<?> set) {
        @Nullable Object[] elements = set.toArray();
        if (!CanonicalOrder.sort(elements)) {
            @Nullable Object[] unsorted = elements.clone();
            Integer[] order = envelope.order().byBytes(set, unsorted, this::encodeKey);
            Arrays.setAll(elements, i -> unsorted[order[i]]);
        }
        keys(elements);
    }

    void entries(Map.Entry<?, ?>[] entries) {
        if (MapKinds.haveTextKeys(entries)) {
            generator.writeStartObject(entries, entries.length);
            for (Map.Entry<?, ?> entry : entries) {
                generator.writeName((String) entry.getKey());
                write(entry.getValue());
            }
            generator.writeEndObject();
        } else {
            HashCostLimit.Keys counted = work.new Keys();
            generator.writeStartArray(entries, 2 * entries.length);
            for (Map.Entry<?, ?> entry : entries) {
                key(entry.getKey(), counted);
                write(entry.getValue());
            }
            generator.writeEndArray();
        }
    }

    /** As {@link #entries} of a map, in an order that depends on nothing but the keys. */
    void unorderedEntries(Map<?, ?> map) {
        Map.Entry<?, ?>[] entries = MapKinds.entries(map);
        if (!CanonicalOrder.sort(entries)) {
            Map.Entry<?, ?>[] unsorted = entries.clone();
            Integer[] order = envelope.order().byBytes(map, CanonicalOrder.keys(unsorted), this::encodeKey);
            Arrays.setAll(entries, i -> unsorted[order[i]]);
        }
        entries(entries);
    }

    private byte[] encodeKey(@Nullable Object key) {
        Envelope inner = new Envelope(key, depth, envelope.order());
        byte[] encoded = encoding.encode(inner);
        Class<?> application = inner.applicationClass();
        if (application != null) {
            envelope.foundApplicationObject(application);
        }
        return encoded;
    }
}
