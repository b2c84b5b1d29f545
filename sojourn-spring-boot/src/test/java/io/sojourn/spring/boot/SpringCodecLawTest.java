package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.spring.SpringCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.StandardOpenOption;
import java.text.SimpleDateFormat;
import java.time.ZoneId;
import java.time.temporal.WeekFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What SpringCodec takes comes back equal, and as the same object if there is only one; else it is refused, with advice that helps. */
class SpringCodecLawTest {

    private static final String HALF_OF_AN_EMOJI = "caf\u00e9 \ud83d";

    private final SpringCodec codec =
            SpringCodec.builder().allow(SpringCodecLawTest.class.getName()).build();

    record Holder(@Nullable Object held) implements Serializable {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("serial") // Tests put what is Serializable into it.
        Holder {}
    }

    /** As Kotlin compiles {@code object Loading : Serializable}. */
    static final class Loading implements Serializable {
        private static final long serialVersionUID = 1;
        static final Loading INSTANCE = new Loading();

        private Loading() {}

        private Object readResolve() {
            return INSTANCE;
        }
    }

    /** As older compilers of Kotlin did it. */
    static final class Unresolved implements Serializable {
        private static final long serialVersionUID = 1;
        static final Unresolved INSTANCE = new Unresolved();

        private Unresolved() {}
    }

    @Test
    void anObjectOfWhichThereIsOneComesBackAsThatOneOrIsRefused() {
        assertThat(codec.decode("it", codec.encode("it", Loading.INSTANCE))).isSameAs(Loading.INSTANCE);
        Holder read = (Holder) codec.decode("it", codec.encode("it", new Holder(Loading.INSTANCE)));
        assertThat(read.held()).isSameAs(Loading.INSTANCE);
        for (Object value : List.of(
                Unresolved.INSTANCE, new Holder(Unresolved.INSTANCE), new ArrayList<>(List.of(Unresolved.INSTANCE)))) {
            assertThatExceptionOfType(ValueNotAcceptedException.class)
                    .isThrownBy(() -> codec.encode("it", value))
                    .withMessageContaining(Unresolved.class.getName())
                    .withMessageContaining("is the constant INSTANCE of its class")
                    .withMessageContaining("readResolve");
        }
    }

    /** Inert, and the application cannot allow them itself. */
    static Stream<Object> valuesOfTheJdk() throws UnknownHostException {
        TreeMap<String, Object> sorted = new TreeMap<>(Comparator.<String>naturalOrder());
        sorted.put("a", new Holder(1));
        return Stream.of(
                sorted,
                new LinkedBlockingQueue<>(List.of(new Holder(1))),
                new SimpleDateFormat("yyyy", Locale.ROOT),
                new AtomicReference<>("a"),
                Pattern.compile("a+"),
                ZoneId.of("Europe/Berlin").getRules(),
                WeekFields.ISO,
                StandardOpenOption.READ,
                RoundingMode.UP,
                InetAddress.getByAddress("nowhere.invalid", new byte[] {10, 0, 0, 1}));
    }

    @ParameterizedTest
    @MethodSource("valuesOfTheJdk")
    void inertValuesOfTheJdkComeBack(Object value) {
        for (Object each : List.of(value, new Holder(value))) {
            byte[] encoded = codec.encode("it", each);
            Object read = codec.decode("it", encoded);
            assertThat(read).hasSameClassAs(each);
            assertThat(codec.encode("it", read)).isEqualTo(encoded);
        }
    }

    @Test
    void whatIsNotTakenOfTheJdkIsRefusedWithoutAdviceThatDoesNotHelp() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpringCodec.builder().allow(Subject.class.getName()));
        for (Object value : List.of(new Subject(), new Holder(new Subject()))) {
            assertThatExceptionOfType(ValueNotAcceptedException.class)
                    .isThrownBy(() -> codec.encode("it", value))
                    .withMessageContaining("javax.security.auth.Subject holds credentials of any class.")
                    .withMessageContaining("store what it is made of")
                    .withMessageNotContaining("allowed-types");
        }
    }

    /** Sessions of Spring Session may be JSON, and to read this class as JSON asks the DNS. */
    @Test
    void aClassThatIsHarmlessInSerializedFormIsNotReadAsJson() {
        assertThat(codec.permits(InetAddress.class.getName())).isFalse();
    }

    @Test
    void packagesBelowJavaxThatAreNotOfTheJdkCanBeAllowed() {
        SpringCodec allowing = SpringCodec.builder().allow("javax.money").build();
        assertThat(allowing.permits("javax.money.MonetaryContext")).isTrue();
        assertThat(allowing.permits("javax.management.ObjectName")).isFalse();
    }

    @Test
    void aRegularExpressionThatMayTakeLongToCompileIsRefused() throws IOException {
        Pattern costly = Pattern.compile("a", Pattern.CANON_EQ);
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> codec.encode("it", costly))
                .withMessageContaining("CANON_EQ");
        ByteArrayOutputStream planted = new ByteArrayOutputStream();
        planted.write(3);
        try (ObjectOutputStream out = new ObjectOutputStream(planted)) {
            out.writeObject(costly);
        }
        assertThatExceptionOfType(UnreadableValueException.class)
                .isThrownBy(() -> codec.decode("it", planted.toByteArray()))
                .withMessageContaining("CANON_EQ");
    }

    /** {@code substring} leaves it behind, and what a visitor typed decides where. */
    @Test
    void halfASurrogatePairComesBack() {
        for (Object value : List.of(
                HALF_OF_AN_EMOJI,
                new ArrayList<>(List.of(HALF_OF_AN_EMOJI)),
                Map.of(HALF_OF_AN_EMOJI, HALF_OF_AN_EMOJI),
                new Holder(HALF_OF_AN_EMOJI))) {
            assertThat(codec.decode("it", codec.encode("it", value))).isEqualTo(value);
        }
    }

    @Test
    void aMapInTheOrderOfAccessKeepsIt() {
        for (Object value : List.of("plain", new Holder(1))) {
            Map<Object, Object> map = new LinkedHashMap<>(16, 0.75f, true);
            map.put("first", value);
            map.put("second", value);
            @SuppressWarnings("unchecked")
            Map<Object, Object> read = (Map<Object, Object>) codec.decode("it", codec.encode("it", map));
            assertThat(read).isEqualTo(map);
            assertThat(read.get("first")).isEqualTo(value);
            assertThat(new ArrayList<>(read.keySet())).containsExactly("second", "first");
        }
    }
}
