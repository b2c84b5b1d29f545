package io.sojourn.spi;

import io.sojourn.SojournException;
import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns one attribute's value into bytes and back. The law of a codec: <em>what it takes comes back equal, or it refuses
 * to take it</em>.
 *
 * <p>Each stored value is marked with the {@link #id()} of the codec that wrote it, so that a fleet can change its codec
 * while it runs: write with the new one, read with both
 * ({@link io.sojourn.SessionSettings.Builder#alsoRead(AttributeCodec...)}).
 *
 * <p>Implementations are thread-safe and deterministic: the same value gives the same bytes. A value may be encoded more
 * than once in a request, since that is how changes inside a value are noticed.
 */
public interface AttributeCodec {

    /** The id of {@link #of} and {@link #ofText}: {@value}. */
    int CUSTOM_ID = 100;

    /**
     * Which codec wrote a value: a number from 1 to 255 that never changes for a given format. Below 100 are Sojourn's
     * own: 1 Jackson CBOR, 2 Jackson JSON, 3 Java serialization.
     */
    int id();

    /**
     * The bytes of a value, in an array that nobody changes any more. They are stored as they are.
     *
     * @param attribute the attribute's name, for messages
     * @throws ValueNotAcceptedException if the value would not come back equal, or its class is not allowed
     */
    byte[] encode(String attribute, Object value);

    /**
     * The bytes of a value that this codec has taken before, to compare them with those that it gave then: as {@link #encode}, but
     * the value need not be read back. If they differ, the value goes through {@link #encode} before it is stored. The same as
     * {@link #encode}, unless overridden.
     *
     * @param attribute the attribute's name, for messages
     * @throws ValueNotAcceptedException if the value cannot be encoded any more
     */
    default byte[] encodeAgain(String attribute, Object value) {
        return encode(attribute, value);
    }

    /**
     * The value of bytes that a codec of the same id wrote, perhaps in an older or newer version of the application. The
     * array is only to be read, and not to be kept.
     *
     * @param attribute the attribute's name, for messages
     * @throws UnreadableValueException if that cannot be done; any other exception of an implementation is taken as this
     */
    Object decode(String attribute, byte[] encoded);

    /**
     * A codec from two functions; what lies in the store for an attribute is exactly what {@code encode} gave. The
     * functions must be each other's inverse, and may throw what they like to refuse a value. Its id is
     * {@link #CUSTOM_ID}.
     */
    static AttributeCodec of(Function<Object, byte[]> encode, Function<byte[], Object> decode) {
        return new AttributeCodec() {

            @Override
            public int id() {
                return CUSTOM_ID;
            }

            @Override
            public byte[] encode(String attribute, Object value) {
                byte[] encoded;
                try {
                    encoded = encode.apply(value);
                } catch (SojournException e) {
                    throw e;
                } catch (RuntimeException e) {
                    throw refused(
                            attribute,
                            value,
                            "was refused by the encode function ("
                                    + e.getClass().getName() + ").",
                            e);
                }
                if (encoded == null) {
                    throw refused(
                            attribute,
                            value,
                            "was given no bytes by the encode function; it must not return null.",
                            null);
                }
                return encoded.clone(); // The function may keep its array, or it may even be the value.
            }

            @Override
            public Object decode(String attribute, byte[] encoded) {
                Object value;
                try {
                    value = decode.apply(encoded.clone());
                } catch (SojournException e) {
                    throw e;
                } catch (RuntimeException e) {
                    throw new UnreadableValueException(
                            attribute,
                            "the decode function failed (" + e.getClass().getName() + ").",
                            e);
                }
                if (value == null) {
                    throw new UnreadableValueException(attribute, "the decode function gave null.", null);
                }
                return value;
            }
        };
    }

    /** As {@link #of}, for functions to and from a text, which is stored as UTF-8. */
    static AttributeCodec ofText(Function<Object, String> encode, Function<String, Object> decode) {
        return of(
                encode.andThen(text -> text.getBytes(StandardCharsets.UTF_8)),
                bytes -> decode.apply(new String(bytes, StandardCharsets.UTF_8)));
    }

    private static ValueNotAcceptedException refused(
            String attribute, Object value, String reason, @Nullable Throwable cause) {
        return new ValueNotAcceptedException(attribute, value.getClass().getName(), reason, cause);
    }
}
