package io.sojourn.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import java.nio.charset.StandardCharsets;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;

class FunctionCodecTest {

    private final AttributeCodec text = AttributeCodec.ofText(Object::toString, Integer::valueOf);

    @Test
    void storesExactlyWhatTheFunctionGave() {
        assertThat(text.encode("n", 42)).isEqualTo("42".getBytes(StandardCharsets.UTF_8));
        assertThat(text.decode("n", "42".getBytes(StandardCharsets.UTF_8))).isEqualTo(42);
        assertThat(AttributeCodec.ofText(Object::toString, t -> t).encode("n", "Gr\u00f6\u00dfe"))
                .isEqualTo("Gr\u00f6\u00dfe".getBytes(StandardCharsets.UTF_8));
        assertThat(text.id()).isEqualTo(AttributeCodec.CUSTOM_ID).isEqualTo(100);
    }

    @Test
    void whateverTheEncoderThrowsIsARefusalThatNamesAttributeAndClass() {
        AttributeCodec refusing = AttributeCodec.of(
                value -> {
                    throw new UnsupportedOperationException("cannot write 'hunter2'");
                },
                bytes -> bytes);
        assertThatThrownBy(() -> refusing.encode("pin", 1234))
                .isInstanceOf(ValueNotAcceptedException.class)
                .hasMessageContaining("\"pin\"")
                .hasMessageContaining("java.lang.Integer")
                .hasMessageContaining("UnsupportedOperationException")
                .satisfies(FunctionCodecTest::quotesNothing);
    }

    @Test
    void whateverTheDecoderThrowsMakesTheValueUnreadable() {
        assertThatThrownBy(() -> text.decode("pin", "hunter2".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UnreadableValueException.class)
                .hasMessageContaining("\"pin\"")
                .hasMessageContaining("NumberFormatException")
                .satisfies(FunctionCodecTest::quotesNothing);
    }

    private static void quotesNothing(Throwable thrown) {
        assertThat(Throwables.getStackTrace(thrown)).doesNotContain("hunter2");
    }

    @Test
    @SuppressWarnings("NullAway") // That is what is tested.
    void functionsThatGiveNullAreRefused() {
        AttributeCodec nothing = AttributeCodec.of(value -> null, bytes -> null);
        assertThatThrownBy(() -> nothing.encode("a", 1)).isInstanceOf(ValueNotAcceptedException.class);
        assertThatThrownBy(() -> nothing.decode("a", new byte[1])).isInstanceOf(UnreadableValueException.class);
    }

    @Test
    void theFunctionsOwnArraysAreNotShared() {
        byte[] mine = {1, 2, 3};
        AttributeCodec identity = AttributeCodec.of(value -> (byte[]) value, bytes -> bytes);
        byte[] encoded = identity.encode("a", mine);
        assertThat(encoded).isEqualTo(mine).isNotSameAs(mine);
        assertThat(identity.decode("a", encoded)).isEqualTo(mine).isNotSameAs(encoded);
    }
}
