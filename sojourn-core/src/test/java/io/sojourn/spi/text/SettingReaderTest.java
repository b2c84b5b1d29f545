package io.sojourn.spi.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.http.SessionCookie.Secure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingReaderTest {

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "45s, PT45S",
        "30m, PT30M",
        "24h, PT24H",
        "7d, PT168H",
        "30 M, PT30M",
        "0, PT0S",
        "PT30M, PT30M",
        "P1DT2H, PT26H",
        "-PT1S, PT-1S"
    })
    void durationIsANumberAndAUnitOrIso8601(String text, Duration duration) {
        assertThat(SettingReader.duration(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"30", "30 minutes", "m", "-5m", "1.5h", "P", "999999999999d", "PT99999999999999999999H", "1h30m"
            })
    void durationWithoutAUnitOrWithAnUnknownOneIsRefusedWithExamples(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingReader.duration(text))
                .withMessageContaining("\"" + text + "\"")
                .withMessageContaining("30m")
                .withMessageContaining("PT30M");
    }

    @ParameterizedTest
    @CsvSource({
        "2048, 2048",
        "2KiB, 2048",
        "2 kb, 2048",
        "2k, 2048",
        "4MB, 4194304",
        "4MiB, 4194304",
        "1g, 1073741824",
        "7b, 7"
    })
    void sizeIsANumberOfBytesOrWithAUnitOf1024(String text, int bytes) {
        assertThat(SettingReader.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-1", "2 bytes", "1.5m", "2048g", "2147483648", "99999999999"})
    void sizeThatIsNoneOrTooLargeIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingReader.bytes(text))
                .withMessageContaining("\"" + text + "\"");
    }

    @Test
    void flagIsTrueOrFalseAndNothingElse() {
        assertThat(SettingReader.flag("true")).isTrue();
        assertThat(SettingReader.flag("FALSE")).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingReader.flag("yes"))
                .withMessage("\"yes\" is none of false, true");
    }

    @Test
    void numberIsAWholeOne() {
        assertThat(SettingReader.number("1000")).isEqualTo(1000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingReader.number("1e3"))
                .withMessageContaining("no whole number");
    }

    @Test
    void listHasCommasOrWhiteSpaceOrLinesBetweenItsParts() {
        assertThat(SettingReader.list("a, b\n   c,,d")).isEqualTo(List.of("a", "b", "c", "d"));
    }

    @Test
    void constantMayBeWrittenInThreeWays() {
        for (String text : List.of("WHEN_REQUEST_IS", "when-request-is", "When_Request_Is")) {
            assertThat(SettingReader.constant(Secure.class).apply(text)).isEqualTo(Secure.WHEN_REQUEST_IS);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingReader.constant(Secure.class).apply("sometimes"))
                .withMessage("\"sometimes\" is none of always, never, when-request-is");
    }
}
