package io.sojourn.spring.move;

import io.sojourn.UnreadableValueException;
import io.sojourn.spring.SpringCodec;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads values that Spring Session has stored. Bytes of Java serialization are read by the list of the {@link SpringCodec}, whatever
 * serializer the application has. JSON is read by the application's serializer, once it is known to name no class beyond that list.
 */
final class OldValues {

    private static final int LONGEST_NUMBER = 20;

    private final SpringCodec codec;
    private final @Nullable Function<byte[], @Nullable Object> json;

    OldValues(SpringCodec codec, @Nullable Function<byte[], @Nullable Object> json) {
        this.codec = codec;
        this.json = json;
    }

    /** Whether these are bytes of Java serialization. */
    static boolean isSerialized(byte[] value) {
        return value.length > 4 && value[0] == (byte) 0xac && value[1] == (byte) 0xed;
    }

    /**
     * The value; null if there is none.
     *
     * @throws UnreadableValueException if it cannot be read, with the class that is to blame in its message
     */
    @Nullable
    Object read(String attribute, byte[] value) {
        if (isSerialized(value)) {
            return codec.decodeSerialized(attribute, value);
        }
        if (json == null) {
            throw new UnreadableValueException(
                    attribute,
                    "it is not in the form of Java serialization. If Spring Session was given a serializer of JSON, keep the"
                            + " bean springSessionDefaultRedisSerializer until all sessions have moved.",
                    null);
        }
        JsonTypes.requirePermitted(attribute, value, codec);
        try {
            return json.apply(value);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            throw new UnreadableValueException(
                    attribute,
                    "the application's serializer cannot read it; see the cause.",
                    e instanceof StackOverflowError ? null : e);
        }
    }

    /** A number of the session's own; null if it is none. */
    @Nullable
    Long number(String name, byte[] value) {
        if (value.length <= LONGEST_NUMBER) {
            try {
                return Long.valueOf(new String(value, StandardCharsets.US_ASCII).strip());
            } catch (NumberFormatException e) {
                // In another form.
            }
        }
        try {
            return read(name, value) instanceof Number number ? number.longValue() : null;
        } catch (UnreadableValueException e) {
            return null;
        }
    }
}
