package io.sojourn.codec.jackson;

import io.sojourn.codec.allow.JdkNames;
import io.sojourn.codec.allow.Refusal;
import io.sojourn.codec.value.Envelope;
import io.sojourn.codec.value.ValueEquality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.ser.BeanPropertyWriter;

/**
 * Holds the classes of the application to the law. The JDK's values come back because the codec's tests say so; of an
 * application's class nobody knows, so each value with one inside is read back before it is taken. It must be the same,
 * and must give the same bytes again: by these the session notices later whether something changed.
 */
public final class Verification {

    private final Encoding encoding;
    private final ValueEquality equality;

    public Verification(Encoding encoding) {
        this.encoding = encoding;
        this.equality = new ValueEquality(this::parts);
    }

    /**
     * Refuses a value that does not come back equal.
     *
     * @param type the class to name in the refusal
     */
    public void check(Object value, byte[] encoded, Class<?> type) {
        Object back = readBack(encoded, type);
        if (!equality.same(value, back) || !Arrays.equals(encoded, encoding.encode(new Envelope(back)))) {
            throw new Refusal(
                    type.getName(),
                    "does not come back equal, or something inside it does not. Is a field left out, or changed by a"
                            + " constructor, or does equals compare arrays or objects without equals?");
        }
    }

    private @Nullable Object readBack(byte[] encoded, Class<?> type) {
        try {
            return encoding.decode(encoded).value();
        } catch (RuntimeException | LinkageError e) {
            Refusal refusal = Refusal.in(e);
            if (refusal != null) {
                throw new Refusal(type.getName(), "cannot be read back: " + refusal.sentence(), refusal.getCause());
            }
            Class<?> target = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
            throw new Refusal(
                    (target != null ? target : type).getName(),
                    "cannot be read back. Make it a record, or give it a constructor without parameters, however private,"
                            + " or mark one with @JsonCreator; if it has one, see the cause.",
                    e);
        }
    }

    private List<@Nullable Object> parts(Object value) {
        List<@Nullable Object> parts = new ArrayList<>();
        if (!JdkNames.isClass(value.getClass().getName())) {
            for (BeanPropertyWriter property :
                    encoding.classes().of(value.getClass()).properties()) {
                try {
                    parts.add(property.get(value));
                } catch (Exception e) {
                    throw new Refusal(value.getClass().getName(), "has a property that cannot be read.", e);
                }
            }
        }
        return parts;
    }
}
