package io.sojourn.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionToken;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is taken for our cookie, octet by octet, and what is not. */
class CookieHeaderTest {

    private static final String TOKEN = "AAAAAAAAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBBBBBBBBB";

    private static List<String> values(String header, String name) {
        List<String> values = new ArrayList<>();
        CookieHeader.read(header, List.of(name), (value, which) -> values.add(value));
        return values;
    }

    private static boolean opensAnything(String value) {
        return values("a=b; SESSION=" + value + "; c=d", "SESSION").stream()
                .anyMatch(text -> SessionToken.parse(text).isPresent());
    }

    static IntStream octetsThatAreNoneOfATokens() {
        return IntStream.rangeClosed(0, 0xff)
                .filter(octet -> !Character.toString(octet).matches("[A-Za-z0-9_.-]"))
                .filter(octet -> octet != ' ' && octet != '\t' && octet != ';');
    }

    @ParameterizedTest
    @MethodSource("octetsThatAreNoneOfATokens")
    void octetThatIsNoneOfATokensMakesItNone(int octet) {
        char bad = (char) octet;
        assertThat(opensAnything(TOKEN)).isTrue();
        assertThat(opensAnything(bad + TOKEN)).as("before").isFalse();
        assertThat(opensAnything(TOKEN + bad)).as("after").isFalse();
        assertThat(opensAnything(TOKEN.substring(0, 30) + bad + TOKEN.substring(30)))
                .as("inside")
                .isFalse();
        assertThat(opensAnything(TOKEN.substring(0, 30) + bad + TOKEN.substring(31)))
                .as("in the place of another")
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("octetsThatAreNoneOfATokens")
    void nameWithAnythingAroundItIsAnother(int octet) {
        char bad = (char) octet;
        String prefix = bad == '=' ? "x=" : "" + bad;
        assertThat(values(prefix + "SESSION=" + TOKEN, "SESSION")).isEmpty();
        if (bad != '=') {
            assertThat(values("SESSION" + bad + "=" + TOKEN, "SESSION")).isEmpty();
        }
    }

    @Test
    void blanksAroundAPairAreNoneOfIt() {
        assertThat(values(" \tSESSION= \t" + TOKEN + "\t ", "SESSION")).containsExactly(TOKEN);
        assertThat(values("SESSION =" + TOKEN, "SESSION")).isEmpty();
    }

    @Test
    void quotesGoInPairsAndOnce() {
        assertThat(opensAnything("\"" + TOKEN + "\"")).isTrue();
        assertThat(opensAnything("\"\"" + TOKEN + "\"\"")).isFalse();
        assertThat(opensAnything("'" + TOKEN + "'")).isFalse();
        assertThat(opensAnything("\" " + TOKEN + "\"")).isFalse();
        assertThat(values("SESSION=\"", "SESSION")).containsExactly("\"");
        assertThat(values("SESSION=\"\"", "SESSION")).containsExactly("");
    }

    /** Otherwise one cookie could swallow another: a page shows it, and a script that cannot read the other has it. */
    @Test
    void quotesDoNotReachOverASemicolon() {
        assertThat(values("a=\"x; SESSION=" + TOKEN + "; b=y\"", "SESSION")).containsExactly(TOKEN);
        assertThat(values("SESSION=\"" + TOKEN + "; b=\"", "SESSION")).containsExactly("\"" + TOKEN);
    }

    @Test
    void escapesStayWhatTheyAre() {
        assertThat(values("SESSION=%41%42; S%45SSION=c", "SESSION")).containsExactly("%41%42");
        assertThat(values("SESSION=\"a\\\"b\"", "SESSION")).containsExactly("a\\\"b");
    }

    @Test
    void severalOfOneNameComeInTheirOrder() {
        assertThat(values("S=1; s=2; S=; S=3; T=4; S=1", "S")).containsExactly("1", "", "3", "1");
    }
}
