package io.sojourn.codec.jackson;

import io.sojourn.codec.allow.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;

/** Reads the plain parts of payloads, each from the current token; refuses what is of another type or out of range. */
abstract sealed class TokenReader permits ValueReader {

    final JsonParser parser;

    TokenReader(JsonParser parser) {
        this.parser = parser;
    }

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
        return parser.getString();
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
