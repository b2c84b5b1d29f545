package io.sojourn.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No name forges a line of the log or speaks to a terminal. */
class PrintableTest {

    @ParameterizedTest
    @CsvSource({
        "000d", "000a", "001b", "0000", "007f", "0085", "200b", "200e", "2028", "2029", "202e", "2066", "feff", "d800",
        "e000", "034f", "115f", "1160", "17b4", "180b", "2800", "3164", "fe0f", "ffa0"
    })
    void whatDoesNotPrintIsEscaped(String hex) {
        char c = (char) Integer.parseInt(hex, 16);
        assertThat(Printable.line("a" + c + "b")).isEqualTo("a\\u" + hex + "b");
        assertThat(Printable.quoted("a" + c + "b")).isEqualTo("\"a\\u" + hex + "b\"");
    }

    @Test
    void charactersBeyondSixteenBitsAreEscapedAsTheirTwoHalves() {
        assertThat(Printable.line("tag \udb40\udc41 end")).isEqualTo("tag \\udb40\\udc41 end");
        assertThat(Printable.line("variant \udb40\udd00 end")).isEqualTo("variant \\udb40\\udd00 end");
    }

    @Test
    void wordsOfAnyLanguageStay() {
        String name = "Größe 数量 \ud83d\uded2 سلة";
        assertThat(Printable.line(name)).isEqualTo(name);
        assertThat(Printable.quoted(name)).isEqualTo("\"" + name + "\"");
    }

    @Test
    void aNameCannotEndItsQuotes() {
        assertThat(Printable.quoted("a\" was stored; \\")).isEqualTo("\"a\\\" was stored; \\\\\"");
    }

    @Test
    void longNamesAreCutBetweenCharacters() {
        assertThat(Printable.quoted("x".repeat(100))).isEqualTo("\"" + "x".repeat(100) + "\"");
        assertThat(Printable.quoted("x".repeat(99) + "\ud83d\uded2" + "y".repeat(900)))
                .isEqualTo("\"" + "x".repeat(99) + "…\" (1001 characters)");
    }
}
