package io.sojourn.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.codec.allow.AllowedClasses;
import io.sojourn.codec.allow.ClassFinder;
import io.sojourn.codec.jackson.ApplicationClasses;
import io.sojourn.codec.jackson.Encoding;
import io.sojourn.codec.value.Envelope;
import io.sojourn.codec.value.PlainText;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {

    /** The way of all other values. */
    private static final Encoding ENCODING =
            new Encoding(false, new ApplicationClasses(new AllowedClasses(), Map.of(), new ClassFinder(Set.of())));

    @Test
    void aShortTextHasTheSameBytesAsByTheLongWay() {
        IntStream.rangeClosed(0, 255).mapToObj("~"::repeat).forEach(text -> {
            byte[] encoded = Objects.requireNonNull(PlainText.encode(text));
            assertThat(encoded).isEqualTo(ENCODING.encode(new Envelope(text)));
            assertThat(PlainText.decode(encoded)).isEqualTo(text);
            assertThat(ENCODING.decode(encoded).value()).isEqualTo(text);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"é", "日本", "\uD83D\uDE00", "\uD800", "\u0080"})
    void otherTextsGoTheLongWay(String text) {
        assertThat(PlainText.encode(text)).isNull();
        assertThat(PlainText.encode("a".repeat(200) + text)).isNull();
    }

    @Test
    void longTextsAndOtherTypesGoTheLongWay() {
        assertThat(PlainText.encode("a".repeat(256))).isNull();
        assertThat(PlainText.encode(5)).isNull();
        assertThat(PlainText.encode('a')).isNull();
    }

    /** Whatever is not exactly one text is for the reader that knows how to refuse it. */
    @Test
    void bytesThatAreNoWholeAsciiTextGoTheLongWay() {
        byte[] text = Objects.requireNonNull(PlainText.encode("a".repeat(30)));
        assertThat(PlainText.decode(Arrays.copyOf(text, text.length - 1))).isNull();
        assertThat(PlainText.decode(Arrays.copyOf(text, text.length + 1))).isNull();
        assertThat(PlainText.decode(new byte[0])).isNull();
        assertThat(PlainText.decode(new byte[] {0x78})).isNull();
        assertThat(PlainText.decode(new byte[] {0x61})).isNull();
        assertThat(PlainText.decode(new byte[] {0x05})).isNull();
        assertThat(PlainText.decode(new byte[] {0x61, (byte) 0xff})).isNull();
        assertThat(PlainText.decode(new byte[] {0x62, (byte) 0xc3, (byte) 0xa9}))
                .isNull();
    }
}
