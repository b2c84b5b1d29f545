package io.sojourn.spi;

import io.sojourn.SojournException;
import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The caller's two functions as a codec; whatever they throw becomes one of the two exceptions of the contract. */
record FunctionCodec(int id, Function<Object, byte[]> encoder, Function<byte[], Object> decoder)
        implements AttributeCodec {

    @Override
    public byte[] encode(String attribute, Object value) {
        byte[] encoded;
        try {
            encoded = encoder.apply(value);
        } catch (SojournException e) {
            throw e;
        } catch (RuntimeException e) {
            throw refused(
                    attribute,
                    value,
                    "was refused by the encode function (" + e.getClass().getName() + ").",
                    e);
        }
        if (encoded == null) {
            throw refused(
                    attribute, value, "was given no bytes by the encode function; it must not return null.", null);
        }
        return encoded.clone(); // The function may keep its array, or it may even be the value.
    }

    @Override
    public Object decode(String attribute, byte[] encoded) {
        Object value;
        try {
            value = decoder.apply(encoded.clone());
        } catch (SojournException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UnreadableValueException(
                    attribute, "the decode function failed (" + e.getClass().getName() + ").", e);
        }
        if (value == null) {
            throw new UnreadableValueException(attribute, "the decode function gave null.", null);
        }
        return value;
    }

    private static ValueNotAcceptedException refused(
            String attribute, Object value, String reason, @Nullable Throwable cause) {
        return new ValueNotAcceptedException(attribute, value.getClass().getName(), reason, cause);
    }
}
