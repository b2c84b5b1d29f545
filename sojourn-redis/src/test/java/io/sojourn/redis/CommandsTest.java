package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.redis.script.Script;
import io.sojourn.spi.IndexKey;
import io.sojourn.testkit.ManualClock;
import io.sojourn.testkit.RedisMonitor;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Which commands each operation sends, by the server's own counters: those of the design's table and no other. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
class CommandsTest {

    private static final Map<String, Long> NONE = Map.of();

    private static final List<String> INSIDE_SCRIPTS = List.of(
            "exists",
            "hget",
            "hset",
            "hdel",
            "pexpire",
            "pexpireat",
            "persist",
            "time",
            "zadd",
            "zcount",
            "zrange",
            "zrangebyscore",
            "zrem",
            "zremrangebyscore",
            "zscore");

    private final RedisStore store;
    private final RedisProbe probe;
    private final ManualClock clock = ManualClock.at("2030-01-01T00:00:00Z");
    private final SessionManager sessions;

    CommandsTest(RedisServer server) {
        store = connect(server.uri());
        probe = server.probe();
        sessions = SessionManager.create(
                store, SessionSettings.builder().clock(clock).build());
    }

    /** With a timeout that no crowd reaches: here it is commands that count. */
    private static RedisStore connect(String uri) {
        return RedisStore.builder().uri(uri).timeout(Duration.ofSeconds(10)).connect();
    }

    @BeforeEach
    void countFromHere() {
        store.ping(); // After the scripts, which nobody waits for.
        probe.call("FLUSHDB");
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
            sent.keySet().removeAll(INSIDE_SCRIPTS);
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
        assertThat(sessions.find("*".repeat(22) + "*".repeat(24))).isEmpty();
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
        session.set("large", "x".repeat(5_000));
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(sent()).isEqualTo(Map.of("evalsha", 1L));
    }

    private Session signedIn(String principal) {
        Session session = sessions.create();
        session.signIn(principal);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    @Test
    void signingInIsOneScriptMoreForEachIndex() {
        Session session = signedIn("ada");
        assertThat(sent()).isEqualTo(Map.of("evalsha", 2L));
        session.index("tenant", "acme");
        sessions.save(session);
        assertThat(sent()).isEqualTo(Map.of("evalsha", 2L));
        session.signIn("ada");
        session.index("sid", "s-1");
        sessions.save(session);
        assertThat(sent()).isEqualTo(Map.of("evalsha", 3L));
        sessions.save(session);
        session.set("a", 1);
        sessions.save(session);
        assertThat(sent()).isEqualTo(Map.of("evalsha", 1L));
    }

    @Test
    void signingOutIsOneScriptMoreThatNobodyWaitsFor() {
        Session session = signedIn("ada");
        session.signOut();
        sent();
        sessions.save(session);
        store.ping();
        assertThat(sent()).isEqualTo(Map.of("evalsha", 2L, "ping", 1L));
    }

    @Test
    void aSignedInSessionIsRevokedByOneScriptAndOneMoreThatNobodyWaitsFor() {
        Session session = signedIn("ada");
        sent();
        sessions.revoke(session);
        store.ping();
        assertThat(sent()).isEqualTo(Map.of("evalsha", 2L, "unlink", 1L, "ping", 1L)); // "unlink" within the script.
        assertThat(probe.keys()).noneMatch(key -> key.endsWith(session.id().toString()));
    }

    @Test
    void theIndexIsToldOnceInHalfAnIdleTimeoutThatASessionIsInUse() {
        Session session = sessions.find(signedIn("ada").token()).orElseThrow();
        clock.advance(Duration.ofMinutes(20));
        sent();
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
        Awaitility.await().untilAsserted(() -> assertThat(probe.commandStats()).containsEntry("evalsha", 2L));
        sent();
        session = sessions.find(session.token()).orElseThrow();
        clock.advance(Duration.ofMinutes(2));
        sent();
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
        store.ping();
        assertThat(sent()).isEqualTo(Map.of("evalsha", 1L, "ping", 1L));
    }

    @Test
    void findingAPrincipalsSessionsIsOneScriptAndOneLoadEach() {
        crowd();
        for (int i = 0; i < 5; i++) {
            signedIn("ada");
        }
        sent();
        assertThat(sessions.findByPrincipal("ada")).hasSize(5);
        assertThat(sent()).isEqualTo(Map.of("evalsha", 1L, "hmget", 5L));
        assertThat(sessions.findByPrincipal("nobody")).isEmpty();
        assertThat(sent()).isEqualTo(Map.of("evalsha", 1L));
    }

    @Test
    void revokingAPrincipalTouchesItsOwnKeysOnly() {
        crowd();
        Set<String> own = new HashSet<>(
                Set.of("sojourn:@principal:" + IndexKey.of("principal", "ada").hash()));
        for (int i = 0; i < 5; i++) {
            own.add("sojourn:" + signedIn("ada").id());
        }
        Set<String> others = new HashSet<>(probe.keys());
        others.removeAll(own);
        sent();
        try (RedisMonitor monitor = probe.monitor()) {
            monitor.clear();
            assertThat(sessions.revokeAll("ada")).isEqualTo(5);
            assertThat(monitor.lines())
                    .isNotEmpty()
                    .allMatch(line -> own.stream().anyMatch(line::contains) || line.contains("lua] \"TIME\""))
                    .noneMatch(line -> others.stream().anyMatch(line::contains));
        }
        assertThat(sent()).isEqualTo(Map.of("evalsha", 7L, "hmget", 5L, "unlink", 5L));
        assertThat(probe.keys()).containsAll(others);
        assertThat(probe.keys())
                .allSatisfy(key -> assertThat(probe.ttlMillis(key)).isPositive());
        assertThat(sessions.findByPrincipal("ada")).isEmpty();
    }

    /** Two hundred sessions of other people. */
    private void crowd() {
        crowd(200, 50, 0);
    }

    private void crowd(int count, int people, int from) {
        IntStream.range(from, from + count)
                .mapToObj(i -> {
                    Session session = sessions.create();
                    session.signIn("somebody " + i % people);
                    return sessions.async().save(session);
                })
                .toList()
                .forEach(Calls::answer);
    }

    @Test
    @Tag("full")
    @Timeout(600)
    void revokingOneOfTenThousandPrincipalsCostsNoMoreThanOneOfOne() {
        for (int round = 0; round < 400; round++) {
            crowd(500, 10_000, 500 * round);
        }
        assertThat(probe.keys()).hasSize(210_000);
        Set<String> own = new HashSet<>(Set.of(
                "sojourn:@principal:" + IndexKey.of("principal", "somebody 17").hash()));
        List<SessionToken> dead = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Session session = signedIn("somebody 17");
            dead.add(session.token());
        }
        sessions.findByPrincipal("somebody 17").forEach(session -> own.add("sojourn:" + session.id()));
        assertThat(own).hasSize(1 + 23);
        RedisStore[] others = {connect(uri()), connect(uri())};
        List<SessionManager> nodes = Stream.of(others)
                .map(other -> SessionManager.create(
                        other, SessionSettings.builder().clock(clock).build()))
                .toList();
        nodes.forEach(node -> dead.forEach(token -> assertThat(node.find(token)).isPresent()));
        sent();
        try (RedisMonitor monitor = probe.monitor()) {
            monitor.clear();
            assertThat(sessions.revokeAll("somebody 17")).isEqualTo(23);
            // Without a near cache it is at once; with one, within a second.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(1))
                    .until(() -> nodes.stream()
                            .allMatch(node -> dead.stream()
                                    .allMatch(token -> node.find(token).isEmpty())));
            assertThat(monitor.lines())
                    .filteredOn(line -> own.stream().noneMatch(line::contains) && !line.contains("lua] \"TIME\""))
                    .isEmpty();
        }
        Map<String, Long> sent = sent();
        assertThat(sent.remove("hgetall")).isBetween(6L, 60L); // What the other nodes asked.
        // One script marks, one ends each session and removes its key; two for each ten go on. As docs/sessions.md
        // says.
        assertThat(sent).isEqualTo(Map.of("evalsha", 1L + 23 + 5, "hmget", 23L, "unlink", 23L));
        assertThat(probe.keys()).hasSize(210_000 + 3 - 23);
        assertThat(sessions.findByPrincipal("somebody 18")).hasSize(20);
        Stream.of(others).forEach(RedisStore::close);
    }

    private String uri() {
        return store.toString().replaceAll(".*\\[(.*),.*", "redis://$1");
    }

    @Test
    void noTextOfAUserGetsIntoAKey() {
        for (String name : List.of(
                "ada", "a b", "*", "a\r\nb", "\0", "{x}", "\u00e9".repeat(Session.MAX_VALUE_LENGTH), "sojourn:x")) {
            Session session = signedIn(name);
            session.index("tenant", name);
            sessions.save(session);
            assertThat(sessions.findByPrincipal(name)).hasSize(1);
            assertThat(sessions.findByIndex("tenant", name)).hasSize(1);
            assertThat(sessions.revokeAll(name)).isEqualTo(1);
        }
        assertThat(probe.keys())
                .allMatch(key -> key.matches("sojourn:([A-Za-z0-9_-]{22}|@(principal|tenant):[A-Za-z0-9_-]{43})"));
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
        session.rotate();
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
        Map<String, Long> sent = new HashMap<>(sent());
        assertThat(sent.keySet().removeIf(name -> name.startsWith("memory"))) // Its size, within the script, too.
                .isTrue();
        assertThat(sent).isEqualTo(Map.of("evalsha", 2L, "hgetall", 1L)); // The latter within the script.
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
    void revokingASessionOrAnIdIsOneScript() {
        Session session = stored();
        Session other = stored();
        sent();
        assertThat(sessions.revoke(session)).isTrue();
        assertThat(sent()).isEqualTo(Map.of("evalsha", 1L, "unlink", 1L)); // The latter within the script.
        assertThat(sessions.revoke(other.id())).isTrue();
        assertThat(sent()).isEqualTo(Map.of("evalsha", 1L, "unlink", 1L));
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
                String secret = token.reveal().substring(22);
                String bytes = new String(Base64.getUrlDecoder().decode(secret), StandardCharsets.ISO_8859_1);
                assertThat(lines).noneMatch(line -> line.contains(secret)).noneMatch(line -> line.contains(bytes));
            }
        }
    }

    @Test
    void theScriptsAreLeftWithTheServerOnceForEachConnection() {
        try (RedisStore another = RedisStore.connect(uri())) {
            another.ping();
            Awaitility.await().untilAsserted(() -> {
                Map<String, Long> stats = probe.commandStats();
                assertThat(stats.getOrDefault("script|load", stats.getOrDefault("script", 0L)))
                        .isEqualTo(Script.ALL.size());
            });
        }
    }
}
