package io.sojourn.codec.jackson;

import io.sojourn.codec.allow.Refusal;
import io.sojourn.codec.allow.RefusalMessages;
import io.sojourn.codec.value.ApplicationClass;
import io.sojourn.codec.value.HashCostLimit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;

/**
 * Reads what {@link ValueWriter} wrote. Nothing that the bytes claim is believed before it is there: collections grow
 * with their elements, and a class is asked for by a name that is allowed or not at all.
 *
 * <p>Not thread-safe: one for each value.
 */
final class ValueReader {

    private final JsonParser parser;
    private final DeserializationContext context;
    private final Encoding encoding;
    private boolean isInContext;
    private int depth;
    private final HashCostLimit work;

    ValueReader(JsonParser parser, DeserializationContext context, Encoding encoding, HashCostLimit work) {
        this.parser = parser;
        this.work = work;
        this.context = context;
        this.encoding = encoding;
    }

    /** The reader of the value that Jackson is in the middle of. */
    static ValueReader of(DeserializationContext context) {
        return (ValueReader) context.getAttribute(ValueReader.class);
    }

    /** The value that begins at the current token. */
    @Nullable
    Object value() {
        work.count();
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new Refusal("The value", "is cut off.");
        }
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_STRING -> text();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> wholeNumber();
            case VALUE_NUMBER_FLOAT -> doubleValue();
            case VALUE_EMBEDDED_OBJECT -> bareBytes();
            case START_ARRAY, START_OBJECT -> nested(token);
            default -> throw new Refusal("The value", "is not in the codec's form: unexpected " + token + ".");
        };
    }

    private byte[] bareBytes() {
        requireEquality(false);
        return parser.getBinaryValue();
    }

    /** As the writer has it, which else could not write again what was read. */
    private void requireEquality(boolean has) {
        if (work.isInKey() && !has) {
            throw new Refusal("A value", "has no equality, and is a map's key or in a set, where nobody writes it.");
        }
    }

    /** A bare whole number is an Integer, or a Long where it must be. */
    private Object wholeNumber() {
        if (parser.getNumberType() == NumberType.BIG_INTEGER) {
            throw new Refusal("A number", "is larger than a long.");
        }
        long number = parser.getLongValue();
        return (int) number == number ? (Object) (int) number : (Object) number;
    }

    private @Nullable Object nested(JsonToken start) {
        enter(1);
        Object value = start == JsonToken.START_ARRAY ? elements(new ArrayList<>()) : marked();
        depth--;
        return value;
    }

    private void enter(int levels) {
        depth += levels;
        if (depth > Encoding.MAX_DEPTH) {
            throw new Refusal("The value", "is nested more than " + Encoding.MAX_DEPTH + " levels deep.");
        }
    }

    private @Nullable Object marked() {
        String mark = parser.nextName();
        if (mark == null) {
            throw new Refusal("An object", "has no mark that tells its kind.");
        }
        parser.nextToken();
        Object value;
        if (mark.startsWith(ApplicationClass.PREFIX)) {
            value = applicationValue(encoding.classes().stored(mark));
        } else {
            Kind<?> kind = Kinds.marked(mark);
            if (kind == null) {
                throw new Refusal("A value", "is of a kind that this version does not know; a newer version wrote it.");
            }
            requireEquality(kind.hasEquals());
            value = kind.read(this);
        }
        expect(JsonToken.END_OBJECT, parser.nextToken());
        return value;
    }

    private @Nullable Object applicationValue(Class<?> type) {
        if (type.isEnum()) {
            return EnumKinds.constantOf(type, text());
        }
        if (!isInContext) {
            isInContext = true;
            context.setAttribute(ValueReader.class, this);
        }
        if (isNull()) {
            throw new Refusal(type.getName(), "has no content in storage.");
        }
        enter(Encoding.LEVELS_OF_OBJECT - 1);
        Object value = encoding.classes().of(type).read(parser, context);
        depth -= Encoding.LEVELS_OF_OBJECT - 1;
        return value;
    }

    void checkEnum(Class<?> type) {
        encoding.classes().checkEnum(type);
    }

    /** The JDK's or an allowed class of a name in storage; see {@link ValueWriter#nameOf}. */
    Class<?> classOf(String name) {
        int end = name.length();
        int dimensions = 0;
        while (name.startsWith(ArrayKinds.OBJECTS, end - ArrayKinds.OBJECTS.length())) {
            end -= ArrayKinds.OBJECTS.length();
            if (++dimensions > ArrayKinds.MAX_DIMENSIONS) {
                throw new Refusal("An array", "has more dimensions than Java allows.");
            }
        }
        Class<?> type = elementClass(name.substring(0, end));
        for (int i = 0; i < dimensions; i++) {
            type = type.arrayType();
        }
        return type;
    }

    private Class<?> elementClass(String name) {
        if (name.startsWith(ApplicationClass.PREFIX)) {
            return encoding.classes().stored(name);
        }
        Class<?> type = Kinds.named(name);
        if (type == null) {
            throw new Refusal(RefusalMessages.printable(name), "is no class that this version knows.");
        }
        return type;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // anything may be in it
    <C extends Collection> C elements(C into) {
        startArray();
        if (into instanceof Set) {
            HashCostLimit.Keys counted = work.new Keys();
            while (nextElement()) {
                into.add(key(counted));
            }
        } else {
            while (nextElement()) {
                into.add(value());
            }
        }
        return into;
    }

    /** A value that its set or map will hash, and compare with others of the same hash. */
    private @Nullable Object key(HashCostLimit.Keys counted) {
        long before = work.weight();
        work.enterKey();
        Object key = value();
        work.leaveKey();
        counted.add(key, work.weight() - before);
        return key;
    }

    /** What the keys of this value cost. */
    HashCostLimit work() {
        return work;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // anything may be in it
    <M extends Map> M entries(M into) {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            for (String key = parser.nextName(); key != null; key = parser.nextName()) {
                parser.nextToken();
                into.put(key, value());
            }
            expect(JsonToken.END_OBJECT, parser.currentToken());
        } else {
            startArray();
            HashCostLimit.Keys counted = work.new Keys();
            while (nextElement()) {
                Object key = key(counted);
                parser.nextToken();
                into.put(key, value());
            }
        }
        return into;
    }

    // The plain parts of payloads, each from the current token; what is of another type or out of range is refused.

    static void expect(JsonToken wanted, @Nullable JsonToken found) {
        if (found != wanted) {
            throw new Refusal("The value", "is not in the codec's form: " + wanted + " expected, not " + found + ".");
        }
    }

    @Nullable
    JsonToken nextToken() {
        return parser.nextToken();
    }

    void startArray() {
        expect(JsonToken.START_ARRAY, parser.currentToken());
    }

    /** Steps to the next element of an array; false at its end. */
    boolean nextElement() {
        return parser.nextToken() != JsonToken.END_ARRAY;
    }

    boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    String text() {
        expect(JsonToken.VALUE_STRING, parser.currentToken());
        String text = parser.getString();
        work.countText(text);
        return text;
    }

    List<String> texts(int count) {
        startArray();
        List<String> texts = new ArrayList<>(count);
        while (nextElement()) {
            texts.add(text());
        }
        if (texts.size() != count) {
            throw new Refusal("A value", "has " + texts.size() + " parts in storage instead of " + count + ".");
        }
        return texts;
    }

    byte[] bytes() {
        return parser.getBinaryValue();
    }

    boolean booleanValue() {
        return parser.getBooleanValue();
    }

    long longValue() {
        expect(JsonToken.VALUE_NUMBER_INT, parser.currentToken());
        return parser.getLongValue();
    }

    int intValue() {
        return Math.toIntExact(longValue());
    }

    short shortValue() {
        return (short) within(Short.MIN_VALUE, Short.MAX_VALUE);
    }

    byte byteValue() {
        return (byte) within(Byte.MIN_VALUE, Byte.MAX_VALUE);
    }

    char charValue() {
        return (char) within(Character.MIN_VALUE, Character.MAX_VALUE);
    }

    private long within(long min, long max) {
        long number = longValue();
        if (number < min || number > max) {
            throw new Refusal("A number", "is outside the range of its type.");
        }
        return number;
    }

    long[] numbers(int count) {
        startArray();
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            parser.nextToken();
            numbers[i] = longValue();
        }
        expect(JsonToken.END_ARRAY, parser.nextToken());
        return numbers;
    }

    double doubleValue() {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return notFinite();
        }
        checkBinaryFloat();
        return parser.getDoubleValue();
    }

    float floatValue() {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return (float) notFinite();
        }
        checkBinaryFloat();
        return parser.getFloatValue();
    }

    /** JSON has no numbers for these. */
    private double notFinite() {
        return switch (parser.getString()) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw new Refusal("A number", "is a text that says no number.");
        };
    }

    /** CBOR's decimal fractions may have an exponent that takes for ever to work out; the codec never writes them. */
    private void checkBinaryFloat() {
        expect(JsonToken.VALUE_NUMBER_FLOAT, parser.currentToken());
        if (parser.getNumberType() == NumberType.BIG_DECIMAL) {
            throw new Refusal("A number", "is a decimal fraction, which the codec does not write.");
        }
    }
}
