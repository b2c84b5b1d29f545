package io.sojourn.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Streams of Java's own serialization that would take long to read, or to use. */
class HostileSerialTest {

    private static final JavaSerializationCodec CODEC =
            JavaSerializationCodec.builder().allow("com.acme.shop").build();

    private static byte[] serialized(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** With the flag and eight combining marks, the first use of the pattern would not end within minutes. */
    @Test
    void aPatternThatTakesLongToCompileIsNeitherReadNorWritten() {
        for (Pattern regex :
                List.of(Pattern.compile("a\u0301", Pattern.CANON_EQ), Pattern.compile("a".repeat(1_001)))) {
            for (Object value : List.of(regex, List.of(1, regex))) {
                assertThatExceptionOfType(UnreadableValueException.class)
                        .isThrownBy(() -> CODEC.decode("it", serialized(value)))
                        .withMessageContaining("java.util.regex.Pattern has ");
                assertThatExceptionOfType(ValueNotAcceptedException.class)
                        .isThrownBy(() -> CODEC.encode("it", value))
                        .withMessageContaining("java.util.regex.Pattern");
                assertThatExceptionOfType(ValueNotAcceptedException.class)
                        .isThrownBy(() -> CODEC.encodeAgain("it", value));
            }
        }
        // Its stream does not say so, since its text does.
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> CODEC.encode("it", Pattern.compile("(?c)a")))
                .withMessageContaining("CANON_EQ");
        Pattern regex = Pattern.compile("a".repeat(1_000), Pattern.UNICODE_CASE);
        Pattern back = (Pattern) CODEC.decode("it", CODEC.encode("it", regex));
        assertThat(back.pattern()).isEqualTo(regex.pattern());
        assertThat(back.flags()).isEqualTo(regex.flags());
    }
}
