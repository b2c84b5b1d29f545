package io.sojourn.context;

import io.sojourn.SojournException;
import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.format.EncodedValue;
import io.sojourn.log.SettingName;
import io.sojourn.spi.AttributeCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** The codec that writes, and all that read. */
public final class Codecs {

    private final AttributeCodec writer;
    private final Map<Integer, AttributeCodec> readers = new LinkedHashMap<>();

    Codecs(AttributeCodec writer, List<AttributeCodec> alsoRead) {
        this.writer = writer;
        List<AttributeCodec> all = new ArrayList<>(alsoRead);
        all.add(0, writer);
        for (AttributeCodec codec : all) {
            readers.put(codec.id(), codec);
        }
    }

    public EncodedValue encode(String attribute, Object value) {
        return EncodedValue.of(writer.id(), encoded(attribute, value, writer::encode));
    }

    /** Whether a value still encodes to these bytes. If not, it may have changed, or the codec may write it differently now. */
    public boolean isUnchanged(String attribute, Object value, EncodedValue before) {
        return before.codec() == writer.id()
                && before.equals(EncodedValue.of(writer.id(), encoded(attribute, value, writer::encodeAgain)));
    }

    private static byte[] encoded(String attribute, Object value, BiFunction<String, Object, byte[]> encoding) {
        try {
            return encoding.apply(attribute, value);
        } catch (SojournException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw new ValueNotAcceptedException(
                    attribute, value.getClass().getName(), "made the codec fail; see the cause.", e);
        }
    }

    /** Throws {@link UnreadableValueException} and nothing else, whatever the codec and the classes it loads throw. */
    public Object decode(String attribute, EncodedValue encoded) {
        AttributeCodec codec = readers.get(encoded.codec());
        if (codec == null) {
            throw new UnreadableValueException(
                    attribute,
                    "no codec with the id " + encoded.codec() + " is configured; add it with " + SettingName.ALSO_READ
                            + ".",
                    null);
        }
        try {
            return codec.decode(attribute, encoded.bytes());
        } catch (UnreadableValueException e) {
            throw e;
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            throw new UnreadableValueException(attribute, "the codec failed; see the cause.", e);
        }
    }
}
