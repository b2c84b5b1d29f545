package io.sojourn.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sojourn.ValueNotAcceptedException;
import io.sojourn.codec.single.Single;
import io.sojourn.spi.AttributeCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kotlin.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scala.None$;
import scala.collection.immutable.Nil$;

/** What there is one of comes back as that one, or is refused. */
class SingletonsTest {

    private static final List<AttributeCodec> CODECS = List.of(
            allowing(JacksonCodec.builder()).build(),
            allowing(JacksonCodec.builder().json()).build(),
            allowing(JacksonCodec.builder().trustClasses()).build(),
            JavaSerializationCodec.builder()
                    .allow("io.sojourn.codec.single")
                    .allow("scala")
                    .allow("kotlin")
                    .build());

    private static JacksonCodec.Builder allowing(JacksonCodec.Builder builder) {
        return builder.allow("io.sojourn.codec.single").allow("scala").allow("kotlin");
    }

    static List<Arguments> singletons() {
        List<Arguments> all = new ArrayList<>();
        for (AttributeCodec codec : CODECS) {
            for (Object one : List.of(None$.MODULE$, Single.Loading.INSTANCE, Single.Level.LOW, Single.Level.HIGH)) {
                all.add(Arguments.of(codec, one));
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("singletons")
    void comeBackAsTheOneThatThereIs(AttributeCodec codec, Object one) {
        assertThat(codec.decode("it", codec.encode("it", one))).isSameAs(one);
        Single.Holder holder = new Single.Holder(one, new ArrayList<>(List.of(one)));
        Single.Holder decoded = (Single.Holder) codec.decode("it", codec.encode("it", holder));
        assertThat(decoded.first()).isSameAs(one);
        assertThat((List<?>) decoded.second()).first().isSameAs(one);
    }

    static List<AttributeCodec> codecs() {
        return CODECS;
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void whatCannotComeBackAsTheSameIsRefused(AttributeCodec codec) {
        for (Object one : List.of(Nil$.MODULE$, Unit.INSTANCE, Single.Plain.INSTANCE, Single.Size.SMALL)) {
            for (Object value : List.of(one, new Single.Holder(one, null), new ArrayList<>(List.of(one)))) {
                try {
                    Object decoded = codec.decode("it", codec.encode("it", value));
                    assertThat(found(decoded)).isSameAs(one);
                } catch (ValueNotAcceptedException refused) {
                    assertThat(refused).hasMessageContaining(one.getClass().getName());
                }
            }
        }
    }

    private static Object found(Object decoded) {
        if (decoded instanceof Single.Holder holder) {
            return Objects.requireNonNull(holder.first());
        }
        return decoded instanceof ArrayList<?> list ? list.get(0) : decoded;
    }

    @Test
    void aConstantWithStateAndNoWayBackIsRefusedWithAdvice() {
        for (AttributeCodec codec : CODECS) {
            assertThatExceptionOfType(ValueNotAcceptedException.class)
                    .isThrownBy(() -> codec.encode("it", new Single.Holder(Single.Size.SMALL, null)))
                    .withMessageContaining("is the constant SMALL of its class")
                    .withMessageContaining("readResolve");
        }
    }

    @Test
    void anObjectOfWhichAnybodyCanMakeAnotherIsAValue() {
        for (AttributeCodec codec : CODECS) {
            Single.Defaults decoded =
                    (Single.Defaults) codec.decode("it", codec.encode("it", Single.Defaults.DEFAULTS));
            assertThat(decoded.width).isEqualTo(3);
        }
    }
}
