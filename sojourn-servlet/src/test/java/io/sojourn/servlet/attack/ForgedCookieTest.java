package io.sojourn.servlet.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import io.sojourn.testkit.RedisMonitor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cookies that no browser would send. The container refuses the request, or there is no session; and that is all. */
class ForgedCookieTest {

    @RegisterExtension
    static final Bank bank = new Bank();

    private String token = "";

    @BeforeEach
    void somebodyIsSignedIn() {
        Browser ada = bank.signedIn("ada");
        token = Bank.token(ada);
        bank.probe().resetStats();
    }

    /** Whether the application saw the request. What the container says if not is its own affair, the headers apart. */
    private static boolean isHarmless(String answer) {
        assertThat(answer).doesNotContain("account of").doesNotContain("io.sojourn");
        assertThat(answer.split("\r\n\r\n", 2)[0]).doesNotContainIgnoringCase("Set-Cookie");
        if (answer.startsWith("HTTP/1.1 200")) {
            assertThat(answer).endsWith(Bank.NOBODY);
            return true;
        }
        // Undertow has no better status for a cookie that it cannot read.
        assertThat(answer).matches(Site.isUndertow() ? "(?s)(HTTP/1.1 (4\\d\\d|500).*)?" : "(?s)(HTTP/1.1 4\\d\\d.*)?");
        return false;
    }

    private static String cookie(String value) {
        return "Cookie: JSESSIONID=" + value;
    }

    @Test
    void everyFlippedBitOfATokenMakesItOpenNothing() {
        assertThat(bank.answer("/who", cookie(token))).endsWith("ada with account of ada");
        int seen = 0;
        for (int bit = 0; bit < token.length() * 8; bit++) {
            char[] flipped = token.toCharArray();
            flipped[bit / 8] ^= (char) (1 << (bit % 8));
            seen += isHarmless(bank.answer("/who", cookie(new String(flipped)))) ? 1 : 0;
        }
        assertThat(seen).isGreaterThan(token.length() * 4);
        assertThat(bank.says(token)).isEqualTo("ada with account of ada");
    }

    static Stream<String> ends() {
        return Stream.of(
                "\0", "\n", "\r", "\r\n", "\u0001", "\u007f", "\u0080", "\u00ff", "\t.", ",", "\"", "\\", "%00", "%2e",
                "=", "*");
    }

    @ParameterizedTest
    @MethodSource("ends")
    void tokenWithSomethingBehindItOrInFrontOfItOpensNothing(String end) {
        isHarmless(bank.answer("/who", cookie(token.substring(0, 45) + end)));
        isHarmless(bank.answer("/who", cookie(end + token)));
        isHarmless(bank.answer("/who", cookie(token.substring(0, 22) + end + token.substring(22))));
        assertThat(bank.probe().commandStats()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "sojourn:*",
                "?",
                "[A-z]",
                "{sojourn}",
                "../../etc/passwd",
                "$(reboot)",
                "' OR '1'='1",
                "return redis.call('KEYS','*')",
                "%0d%0aSet-Cookie:%20admin=1",
                "%c0%ae%c0%ae",
                "\r\nSet-Cookie: admin=1",
                "\r\n\r\nGET /who HTTP/1.1\r\nHost: x",
                "*1\r\n$8\r\nFLUSHALL\r\n",
                "${jndi:ldap://127.0.0.1/x}",
                "{\"@\":1}",
                "\u00ac\u00ed\u0000\u0005sr"
            })
    void textThatMeansSomethingElsewhereMeansNothingHere(String text) {
        try (RedisMonitor monitor = bank.monitor()) {
            monitor.clear();
            for (String value : List.of(text, text + token, fitted(text) + token.substring(22))) {
                isHarmless(bank.answer("/who", cookie(value)));
            }
            assertThat(monitor.lines()).isEmpty();
        }
        assertThat(bank.says(token)).isEqualTo("ada with account of ada");
    }

    /** As long as an id. */
    private static String fitted(String text) {
        return text.repeat(22).substring(0, 22);
    }

    @ParameterizedTest
    @ValueSource(ints = {7_000, 8_192, 100_000, 1_000_000})
    void enormousCookieIsRefusedOrMeansNothing(int length) {
        assertTooLong(cookie("A".repeat(length)));
        assertTooLong("Cookie: " + "a=b; ".repeat(length / 5));
        assertTooLong("Cookie: " + "JSESSIONID=x; ".repeat(length / 14) + "JSESSIONID=y");
        assertThat(bank.probe().commandStats()).isEmpty();
        assertThat(bank.says(token)).isEqualTo("ada with account of ada");
    }

    /** A server may also hang up while the client is still sending. */
    private static void assertTooLong(String header) {
        String answer;
        try {
            answer = bank.answer("/who", header);
        } catch (AssertionError hungUp) {
            return;
        }
        isHarmless(answer);
    }

    @Test
    void manyCookiesCostNoMoreThanAFew() {
        List<String> tokens = new ArrayList<>();
        for (char c = 'A'; c <= 'Z'; c++) {
            tokens.add(
                    "JSESSIONID=" + token.substring(0, 22) + String.valueOf(c).repeat(24));
        }
        isHarmless(bank.answer("/who", "Cookie: " + String.join("; ", tokens)));
        assertThat(bank.probe().commandStats()).containsEntry("hgetall", 4L).hasSize(1);
    }

    @Test
    void cookieUnderAnotherSpellingOfTheNameOpensNothing() {
        for (String name : List.of(
                "jsessionid",
                "JSESSIONID ",
                " JSESSIONID\u0000",
                "$JSESSIONID",
                "xJSESSIONID",
                "JSESSIONID;",
                "__Host-JSESSIONID")) {
            isHarmless(bank.answer("/who", "Cookie: " + name + "=" + token));
        }
        assertThat(bank.probe().commandStats()).isEmpty();
    }
}
