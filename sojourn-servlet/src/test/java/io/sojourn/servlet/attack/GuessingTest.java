package io.sojourn.servlet.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Site;
import io.sojourn.testkit.RedisMonitor;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tries one token after the other. None opens anything, each costs as much as any, and nothing is left behind. */
class GuessingTest {

    private static final int SOME = 300;
    private static final int MANY = 100_000;

    @RegisterExtension
    static final Bank bank = new Bank();

    private final SecureRandom random = new SecureRandom();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private String random(int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
    }

    private String anyToken(int number) {
        return random(16) + random(18);
    }

    /** Texts that are no tokens, of all kinds, most of them nearly. */
    private String anythingElse(int number) {
        String token = anyToken(number);
        return switch (number % 8) {
            case 0 -> token.substring(0, 22) + "~" + token.substring(22);
            case 1 -> token.substring(1);
            case 2 -> token + "A";
            case 3 -> token.substring(0, 45) + "*";
            case 4 -> random(16);
            case 5 -> "sojourn:" + random(16);
            case 6 -> token.substring(0, 21) + "B" + token.substring(22); // The bits that are dropped are not zero.
            default -> "~" + random(1 + random.nextInt(100));
        };
    }

    private void assertNoneOpens(int count, IntFunction<String> guess) {
        HttpResponse<String> first = send(Optional.empty());
        for (int i = 0; i < count; i++) {
            HttpResponse<String> answer = send(Optional.of(guess.apply(i)));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(Bank.NOBODY);
            assertThat(namesOfHeaders(answer)).isEqualTo(namesOfHeaders(first));
        }
    }

    /** Without waiting for anything that the site does after its answer, which would take longer than the answer. */
    private HttpResponse<String> send(Optional<String> cookie) {
        HttpRequest.Builder request = HttpRequest.newBuilder(bank.site().uri("/who"));
        cookie.ifPresent(value -> request.header("Cookie", Site.COOKIE + "=" + value));
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** But for what a container says of the connection, every hundred requests or so. */
    private static Set<String> namesOfHeaders(HttpResponse<String> answer) {
        Set<String> names = new TreeSet<>(answer.headers().map().keySet());
        names.removeAll(Set.of("connection", "keep-alive"));
        return names;
    }

    private Map<String, Long> sent() {
        return new TreeMap<>(bank.probe().commandStats());
    }

    private void guessIds(int count) {
        String token = Bank.token(bank.signedIn("ada"));
        Set<String> before = bank.probe().keys();
        bank.probe().resetStats();
        assertNoneOpens(count, this::anyToken);
        assertThat(sent()).isEqualTo(Map.of("hgetall", (long) count));
        assertThat(bank.probe().keys()).isEqualTo(before);
        assertThat(bank.says(token)).startsWith("ada ");
    }

    @Test
    void idsThatAreGuessedCostOneCommandEachAndLeaveNoKey() {
        guessIds(SOME);
    }

    @Test
    @Tag("full")
    @Timeout(600)
    void hundredThousandIdsThatAreGuessedCostOneCommandEachAndLeaveNoKey() {
        guessIds(MANY);
    }

    private void guessNoTokens(int count) {
        bank.probe().resetStats();
        assertNoneOpens(count, this::anythingElse);
        assertThat(sent()).isEmpty();
        assertThat(bank.probe().keys()).isEmpty();
    }

    @Test
    void textsThatAreNoTokensCostNothing() {
        guessNoTokens(SOME);
    }

    @Test
    @Tag("full")
    @Timeout(600)
    void hundredThousandTextsThatAreNoTokensCostNothing() {
        guessNoTokens(MANY);
    }

    @Test
    void secretsThatAreGuessedForALiveSessionNeitherOpenNorKeepNorEndIt() {
        String token = Bank.token(bank.signedIn("ada"));
        String id = token.substring(0, 22);
        Map<String, byte[]> before = bank.probe().hash("sojourn:" + id);
        bank.probe().call("PEXPIRE", "sojourn:" + id, "500000");
        bank.probe().resetStats();
        assertNoneOpens(SOME, i -> id + random(18));
        assertThat(sent()).isEqualTo(Map.of("hgetall", (long) SOME));
        assertThat(bank.probe().ttlMillis("sojourn:" + id)).isLessThan(500_000);
        assertThat(bank.probe().hash("sojourn:" + id))
                .containsOnlyKeys(before.keySet())
                .allSatisfy((field, value) -> assertThat(value).isEqualTo(before.get(field)));
        assertThat(bank.says(token)).isEqualTo("ada with account of ada");
    }

    @Test
    void noKeyIsAskedForButThoseOfSessions() {
        try (RedisMonitor monitor = bank.monitor()) {
            monitor.clear();
            assertNoneOpens(SOME, i -> i % 2 == 0 ? anyToken(i) : anythingElse(i));
            List<String> lines = monitor.lines();
            assertThat(lines)
                    .hasSize(SOME / 2)
                    .allMatch(line -> line.matches(".*\\] \"HGETALL\" \"sojourn:[A-Za-z0-9_-]{22}\""));
        }
    }
}
