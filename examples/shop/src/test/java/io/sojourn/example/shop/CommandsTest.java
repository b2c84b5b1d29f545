package io.sojourn.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisMonitor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each request costs Redis. */
@ParameterizedClass
@MethodSource("io.sojourn.testkit.RedisServers#available")
class CommandsTest {

    @SuppressWarnings("NullAway.Init") // set before each invocation of the class
    private static Stage stage;

    CommandsTest(RedisBinary binary) {
        assertThat(stage.redis().binary()).isEqualTo(binary);
    }

    @BeforeParameterizedClassInvocation
    static void open(RedisBinary binary) {
        stage = Stage.open(binary);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        stage.close();
    }

    @BeforeEach
    void forgetAll() {
        stage.probe().call("FLUSHALL");
    }

    @Test
    void healthAndPageCostNothing() {
        Visitor visitor = stage.visitor();
        assertCost(() -> visitor.get(stage.node(2) + "/health"), List.of());
        assertCost(() -> visitor.get(stage.node(2) + "/health/sessions"), List.of("PING"));
        assertCost(() -> visitor.get(stage.node(2) + "/"), List.of());
        assertCost(() -> visitor.get(stage.node(2) + "/api/nodes"), List.of());
    }

    @Test
    void lookingCostsOneLoad() {
        Visitor visitor = stage.visitor();
        assertCost(() -> visitor.get(stage.node(2) + "/api/session"), List.of("HGETALL"));
    }

    @Test
    void visitCostsOneLoadAndOneSave() {
        Visitor visitor = stage.visitor();
        assertCost(() -> visitor.post(stage.node(2) + "/api/visits"), List.of("HGETALL", "EVALSHA"));
        assertCost(() -> visitor.post(stage.node(1) + "/api/visits/atomic"), List.of("HGETALL", "EVALSHA"));
        assertCost(
                () -> visitor.post(stage.node(2) + "/api/login", "{\"user\":\"ada\"}"),
                List.of("HGETALL", "EVALSHA", "EVALSHA")); // The index of principals, and the session.
        assertCost(() -> visitor.put(stage.node(1) + "/api/attributes/a", "1"), List.of("HGETALL", "EVALSHA"));
    }

    @Test
    void putOfTheSameValueIsNotWrittenAgain() {
        Visitor visitor = stage.visitor();
        visitor.put(stage.node(1) + "/api/attributes/a", "[1,2]");
        assertCost(() -> visitor.put(stage.node(2) + "/api/attributes/a", "[1,2]"), List.of("HGETALL"));
    }

    @Test
    void strangerCostsNothingUntilTheFirstAttribute() {
        Visitor stranger = new Visitor();
        assertCost(() -> stranger.get(stage.node(1) + "/"), List.of());
        assertCost(() -> stranger.get(stage.node(1) + "/api/session"), List.of());
        assertCost(() -> stranger.send("DELETE", stage.node(1) + "/api/attributes/a", ""), List.of());
        assertThat(stranger.token()).isEmpty();
        assertCost(() -> stranger.put(stage.node(1) + "/api/attributes/a", "1"), List.of("EVALSHA"));
        assertThat(stranger.token()).isNotEmpty();
        assertThat(stage.probe().ttlMillis(stage.onlyKey())).isBetween(1_800_000L, 1_900_000L);
    }

    static Stream<String> cookiesThatAreNone() {
        String token = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        return Stream.of(
                "garbage",
                "sojourn:AAAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAAA",
                token.substring(0, token.length() - 1),
                token + "A",
                token.substring(0, 22) + "~" + token.substring(22),
                token.replace('A', '*'),
                "A".repeat(7_000));
    }

    @ParameterizedTest
    @MethodSource("cookiesThatAreNone")
    void cookieThatIsNoneIsNotAskedFor(String cookie) {
        Visitor visitor = new Visitor(cookie);
        assertCost(
                () -> assertThat(visitor.get(stage.node(1) + "/api/session").status())
                        .isEqualTo(204),
                List.of());
        assertThat(visitor.token()).isEqualTo(cookie); // Nor is anything said about it.
    }

    /** By the server's own counters, and, since these count what scripts do as well, by what it was sent. */
    private static void assertCost(Runnable request, List<String> commands) {
        try (RedisMonitor monitor = stage.probe().monitor()) {
            stage.probe().resetStats();
            monitor.clear();
            request.run();
            List<String> sent = monitor.lines().stream()
                    .filter(line -> !line.contains(" lua] "))
                    .map(line -> line.split("\"", 3)[1].toUpperCase(Locale.ROOT))
                    .toList();
            Map<String, Long> counted = stage.probe().commandStats();
            assertThat(sent).isEqualTo(commands);
            assertThat(counted.getOrDefault("evalsha", 0L))
                    .isEqualTo(sent.stream().filter("EVALSHA"::equals).count());
            if (commands.isEmpty()) {
                assertThat(counted).isEmpty();
            }
        }
    }
}
