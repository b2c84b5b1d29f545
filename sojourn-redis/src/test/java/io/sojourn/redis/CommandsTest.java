package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.testkit.ManualClock;
import io.sojourn.testkit.RedisMonitor;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Which commands each operation sends, by the server's own counters: those of the design's table and no other. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
class CommandsTest {

    private static final Map<String, Long> NONE = Map.of();

    private final RedisStore store;
    private final RedisProbe probe;
    private final ManualClock clock = ManualClock.at("2030-01-01T00:00:00Z");
    private final SessionManager sessions;

    CommandsTest(RedisServer server) {
        store = RedisStore.connect(server.uri());
        probe = server.probe();
        sessions = SessionManager.create(
                store, SessionSettings.builder().clock(clock).build());
    }

    @BeforeEach
    void countFromHere() {
        store.ping(); // After the scripts, which nobody waits for.
        probe.resetStats();
    }

    @AfterEach
    void close() {
        store.close();
        probe.close();
    }

    /** What clients sent since the last look; what scripts did with it is left out. */
    private Map<String, Long> sent() {
        Map<String, Long> sent = new TreeMap<>(probe.commandStats());
        if (sent.containsKey("evalsha")) {
            sent.keySet().removeAll(List.of("exists", "hget", "hset", "hdel", "pexpire", "persist"));
        }
        probe.resetStats();
        return sent;
    }

    private Session stored() {
        Session session = sessions.create();
        session.set("a", 1);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        sent();
        return session;
    }

    @Test
    void whatIsNoTokenIsNotAskedAbout() {
        assertThat(sessions.find("")).isEmpty();
        assertThat(sessions.find("garbage")).isEmpty();
        assertThat(sessions.find("x".repeat(10_000))).isEmpty();
        assertThat(sessions.find("*".repeat(22) + "." + "*".repeat(24))).isEmpty();
        assertThat(sent()).isEqualTo(NONE);
    }

    @Test
    void findingIsOneHgetall() {
        Session session = stored();
        assertThat(sessions.find(session.token())).isPresent();
        assertThat(sent()).isEqualTo(Map.of("hgetall", 1L));
        assertThat(sessions.find(sessions.create().token())).isEmpty();
        assertThat(sent()).isEqualTo(Map.of("hgetall", 1L));
    }

    @Test
    void creatingIsOneScript() {
        Session session = sessions.create();
        sessions.save(session);
        assertThat(sent()).isEqualTo(NONE);
        session.set("a", 1);
        session.signIn("ada");
        session.set("large", "x".repeat(5_000));
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(sent()).isEqualTo(Map.of("evalsha", 1L));
    }

    @Test
    void savingAnUnchangedSessionIsNothing() {
        Session session = sessions.find(stored().token()).orElseThrow();
        sent();
        assertThat(session.names()).containsExactly("a");
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
        assertThat(sent()).isEqualTo(NONE);
    }

    @Test
    void savingAChangedOrRotatedSessionIsOneScript() {
        Session session = stored();
        session.set("a", 2);
        session.remove("b");
        sessions.save(session);
        assertThat(sent()).isEqualTo(Map.of("evalsha", 1L));
        session.signIn("ada");
        session.set("a", 3);
        sessions.save(session);
        assertThat(sent()).isEqualTo(Map.of("evalsha", 1L));
    }

    @Test
    void aConflictIsOneScriptMore() {
        Session session = stored();
        Session other = sessions.find(session.token()).orElseThrow();
        other.set("b", 2);
        sessions.save(other);
        sent();
        session.set("c", 3);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(sent()).isEqualTo(Map.of("evalsha", 2L, "hgetall", 1L)); // The latter within the script.
    }

    @Test
    void anUpdateIsOneLoadAndOneScript() {
        Session session = stored();
        sessions.update(session.token(), s -> {
            s.set("a", 2);
            return true;
        });
        assertThat(sent()).isEqualTo(Map.of("hgetall", 1L, "evalsha", 1L));
    }

    @Test
    void revokingIsOneUnlink() {
        Session session = stored();
        assertThat(sessions.revoke(session)).isTrue();
        assertThat(sent()).isEqualTo(Map.of("unlink", 1L));
    }

    @Test
    void aDueTouchIsOneScriptThatNobodyWaitsFor() {
        Session session = sessions.find(stored().token()).orElseThrow();
        sent();
        clock.advance(Duration.ofMinutes(2));
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
        store.ping(); // Follows the touch on the same connection.
        assertThat(sent()).isEqualTo(Map.of("evalsha", 1L, "ping", 1L));
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
        assertThat(sent()).isEqualTo(NONE);
    }

    @Test
    void aThousandLoadsAtOnceAreAllAnswered() {
        SessionToken token = stored().token();
        List<CompletableFuture<Boolean>> loads = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            loads.add(sessions.async()
                    .find(token)
                    .thenApply(found -> found.isPresent())
                    .toCompletableFuture());
        }
        assertThat(loads).allSatisfy(load -> assertThat(Calls.answer(load)).isTrue());
        assertThat(sent()).isEqualTo(Map.of("hgetall", 1_000L));
    }

    @Test
    void noCommandHoldsASecret() {
        try (RedisMonitor monitor = probe.monitor()) {
            monitor.clear();
            Session session = sessions.create();
            SessionToken first = session.token();
            session.set("a", 1);
            sessions.save(session);
            Session second = sessions.find(first).orElseThrow();
            SessionToken newToken = second.signIn("ada");
            sessions.save(second);
            sessions.find(first);
            sessions.find(newToken);
            sessions.revoke(newToken.id());
            List<String> lines = monitor.lines();
            assertThat(lines)
                    .anyMatch(line -> line.contains(first.id().toString()))
                    .hasSizeGreaterThan(5);
            for (SessionToken token : List.of(first, newToken)) {
                String secret = token.reveal().substring(23);
                String bytes = new String(Base64.getUrlDecoder().decode(secret), StandardCharsets.ISO_8859_1);
                assertThat(lines).noneMatch(line -> line.contains(secret)).noneMatch(line -> line.contains(bytes));
            }
        }
    }

    @Test
    void theScriptsAreLeftWithTheServerOnceForEachConnection() {
        try (RedisStore another = RedisStore.connect(store.toString().replaceAll(".*\\[(.*),.*", "redis://$1"))) {
            another.ping();
            Awaitility.await().untilAsserted(() -> {
                Map<String, Long> stats = probe.commandStats();
                assertThat(stats.getOrDefault("script|load", stats.getOrDefault("script", 0L)))
                        .isEqualTo(2);
            });
        }
    }
}
