package io.sojourn.codec.jackson;

import io.sojourn.codec.allow.Refusal;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.SerializedString;

/**
 * A kind of JDK value: its mark in the stored bytes, {@code {"mark": payload}}, and how the payload is written and
 * read. The reader gives back a value of the first of the types; the others are immutable ones that it stands in for.
 *
 * @param mark what tells the kind in storage; it never changes
 * @param types the exact classes that are written so
 * @param hasEquals whether equality is by value, so that a value may be a key or an element of a set
 * @param writer writes exactly one value
 * @param reader reads the value whose first token is the current one, up to its last token
 */
record Kind<T>(
        SerializableString mark,
        List<Class<? extends T>> types,
        boolean hasEquals,
        BiConsumer<? super T, ValueWriter> writer,
        Function<ValueReader, ? extends T> reader) {

    /** Dates, identifiers and names are far shorter. How long it takes to parse a longer one is not known for all of them. */
    private static final int MAX_LENGTH = 1_000;

    static <T> Kind<T> of(
            Class<T> type, BiConsumer<? super T, ValueWriter> writer, Function<ValueReader, ? extends T> reader) {
        return of(type.getSimpleName(), List.of(type), writer, reader);
    }

    /** A kind whose values are equal to none but themselves. */
    static <T> Kind<T> withoutEquals(
            Class<T> type, BiConsumer<? super T, ValueWriter> writer, Function<ValueReader, ? extends T> reader) {
        return new Kind<>(new SerializedString(type.getSimpleName()), List.of(type), false, writer, reader);
    }

    static <T> Kind<T> of(
            String mark,
            List<Class<? extends T>> types,
            BiConsumer<? super T, ValueWriter> writer,
            Function<ValueReader, ? extends T> reader) {
        return new Kind<>(new SerializedString(mark), types, true, writer, reader);
    }

    /** A kind whose text says everything, and is short. */
    static <T> Kind<T> text(Class<T> type, Function<? super T, String> format, Function<String, ? extends T> parse) {
        return text(type, MAX_LENGTH, format, parse);
    }

    private static <T> Kind<T> text(
            Class<T> type, int maxLength, Function<? super T, String> format, Function<String, ? extends T> parse) {
        return of(
                type,
                (value, out) -> out.text(checkLength(type, maxLength, format.apply(value))),
                in -> parse.apply(checkLength(type, maxLength, in.text())));
    }

    private static String checkLength(Class<?> type, int maxLength, String text) {
        if (text.length() > maxLength) {
            throw new Refusal(type.getName(), "has a text of more than " + maxLength + " characters.");
        }
        return text;
    }

    /** As {@link #text}, for a type some of whose values have a text that means another value: those are refused. */
    static <T> Kind<T> checkedText(
            Class<T> type, Function<? super T, String> format, Function<String, ? extends T> parse) {
        return checkedText(type, MAX_LENGTH, format, parse);
    }

    /** As the other, with another limit of the text's length. */
    static <T> Kind<T> checkedText(
            Class<T> type, int maxLength, Function<? super T, String> format, Function<String, ? extends T> parse) {
        return text(
                type,
                maxLength,
                value -> {
                    String text = format.apply(value);
                    if (!comesBack(value, text, parse)) {
                        throw new Refusal(type.getName(), "has no text that means the same value.");
                    }
                    return text;
                },
                parse);
    }

    private static <T> boolean comesBack(T value, String text, Function<String, ? extends T> parse) {
        try {
            return value.equals(parse.apply(text));
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Without the need to know {@code T}: the caller has looked the kind up by the value's class. */
    @SuppressWarnings("unchecked")
    void write(Object value, ValueWriter out) {
        ((BiConsumer<Object, ValueWriter>) writer).accept(value, out);
    }

    @Nullable
    Object read(ValueReader in) {
        return reader.apply(in);
    }
}
