package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.testkit.ManualClock;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What sessions are with a near cache beneath, on two nodes that both have one. */
class NearCacheEngineTest {

    private static final RedisServer SERVER = RedisServers.start();

    private final ManualClock clock = ManualClock.at("2030-01-01T00:00:00Z");
    private final RedisStore hereStore = open();
    private final RedisStore thereStore = open();
    private final SessionManager here = manager(hereStore);
    private final SessionManager there = manager(thereStore);
    private final RedisProbe probe = SERVER.probe();

    private static RedisStore open() {
        RedisStore store = RedisStore.builder()
                .uri(SERVER.uri())
                .timeout(Duration.ofSeconds(10))
                .nearCache(NearCache.create())
                .connect();
        Awaitility.await().until(() -> store.nearCache().orElseThrow().active());
        return store;
    }

    private SessionManager manager(RedisStore store) {
        return SessionManager.create(
                store, SessionSettings.builder().clock(clock).build());
    }

    @AfterEach
    void close() {
        hereStore.close();
        thereStore.close();
        probe.close();
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    /** Lets both nodes be told of all that has happened. */
    private void settle() {
        hereStore.ping();
        thereStore.ping();
    }

    private SessionToken signedIn(SessionManager node, String principal) {
        Session session = node.create();
        session.signIn(principal);
        session.set("n", 0);
        assertThat(node.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session.token();
    }

    private Map<String, Long> sent() {
        settle();
        Map<String, Long> stats = probe.commandStats();
        probe.resetStats();
        stats.keySet().retainAll(List.of("evalsha", "eval", "hgetall", "unlink"));
        return stats;
    }

    @Test
    void requestsThatOnlyReadCostNoCommandAtAll() {
        SessionToken token = signedIn(here, "ada");
        sent();
        for (int i = 0; i < 100; i++) {
            Session session = here.find(token).orElseThrow();
            assertThat(session.get("n", Integer.class)).contains(0);
            assertThat(here.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
        }
        assertThat(sent()).isEmpty();
    }

    @Test
    void aSessionInUseIsTouchedOnceInATouchInterval() {
        SessionToken token = signedIn(here, "ada");
        for (int minute = 0; minute < 3; minute++) {
            clock.advance(Duration.ofSeconds(61));
            sent();
            for (int i = 0; i < 50; i++) {
                here.save(here.find(token).orElseThrow());
                hereStore.ping(); // Nobody waits for a touch; the reply to it comes before this one.
            }
            assertThat(sent()).isEqualTo(Map.of("evalsha", 1L));
        }
        assertThat(here.find(token).orElseThrow().lastAccessedAt()).isEqualTo(clock.instant());
        assertThat(there.find(token).orElseThrow().lastAccessedAt()).isEqualTo(clock.instant());
    }

    @Test
    void aRevocationCountsHereAtOnceAndThereWhenItIsTold() {
        List<SessionToken> tokens =
                IntStream.range(0, 5).mapToObj(i -> signedIn(here, "grace")).toList();
        tokens.forEach(token -> assertThat(there.find(token)).isPresent());
        assertThat(here.revokeAll("grace")).isEqualTo(5);
        assertThat(tokens).allSatisfy(token -> assertThat(here.find(token)).isEmpty());
        settle();
        assertThat(tokens).allSatisfy(token -> assertThat(there.find(token)).isEmpty());
        assertThat(there.findByPrincipal("grace")).isEmpty();
    }

    @Test
    void aNewSecretIsToldAndTheOldOneOpensNothing() {
        SessionToken old = signedIn(here, "ada");
        assertThat(there.find(old)).isPresent();
        Session session = here.find(old).orElseThrow();
        SessionToken fresh = session.rotate();
        here.save(session);
        assertThat(here.find(old)).isEmpty();
        settle();
        assertThat(there.find(old)).isEmpty();
        assertThat(there.find(fresh)).isPresent();
    }

    @Test
    void theDeadlineIsCheckedOnEachHit() {
        SessionToken token = signedIn(here, "ada");
        assertThat(here.find(token)).isPresent();
        clock.advance(SessionSettings.DEFAULT_ABSOLUTE_TIMEOUT);
        assertThat(here.find(token)).isEmpty();
        assertThat(hereStore.nearCache().orElseThrow().hits()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void countersThatBothNodesAddToLoseNothing() {
        SessionToken token = signedIn(here, "ada");
        int each = 100;
        List<CompletableFuture<Void>> nodes = List.of(here, there).stream()
                .map(node -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < each; i++) {
                        assertThat(node.update(token, session -> {
                                    session.set(
                                            "n", session.get("n", Integer.class).orElseThrow() + 1);
                                    return true;
                                }))
                                .contains(true);
                    }
                }))
                .toList();
        nodes.forEach(Calls::answer);
        settle();
        for (SessionManager node : List.of(here, there)) {
            assertThat(node.find(token).orElseThrow().get("n", Integer.class)).contains(2 * each);
        }
    }
}
