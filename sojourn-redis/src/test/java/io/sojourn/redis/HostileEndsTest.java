package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.SessionEnd;
import io.sojourn.spi.SessionEnds;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever another program has written where ends are kept: the ends of other sessions are told, and no search goes on for ever. */
@Timeout(60)
class HostileEndsTest {

    private final RedisServer server = RedisServers.start();
    private final RedisStore store;
    private final RedisProbe probe;
    private final SessionManager sessions;
    private final SessionEnds ends;
    private final Queue<SessionEnd> told = new ConcurrentLinkedQueue<>();
    private final EndWatch watch;

    HostileEndsTest() {
        store = RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(10))
                .connect();
        probe = server.probe();
        sessions = SessionManager.create(
                store, SessionSettings.builder().endEvents(true).build());
        ends = store.ends().orElseThrow();
        watch = sessions.listenToEnds(told::add);
    }

    @AfterEach
    void close() {
        watch.close();
        probe.close();
        store.close();
        server.close();
    }

    private Session stored() {
        Session session = sessions.create();
        session.set("cart", "tea");
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    private static String copy(Session session) {
        return "sojourn:@end:{sojourn:" + session.id() + "}";
    }

    private void makeDue(Session session) {
        ends.enter(session.id(), Duration.ZERO).toCompletableFuture().join();
    }

    private SessionEnd awaitTold(Session session) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> told.stream().anyMatch(end -> end.id().equals(session.id())));
        return told.stream()
                .filter(end -> end.id().equals(session.id()))
                .findFirst()
                .orElseThrow();
    }

    private long due() {
        long count = 0;
        for (int shard = 0; shard < SessionEnds.SHARDS; shard++) {
            count += (Long) java.util.Objects.requireNonNull(probe.call("ZCARD", "sojourn:@due:" + shard));
        }
        return count;
    }

    /** A node made the copy, and died before it ended the session. */
    @Test
    void theCauseOfAnEndThatFailedIsForgottenWhileTheSessionLives() {
        Session session = stored();
        probe.call("PEXPIRE", "sojourn:" + session.id(), "60000");
        assertThat(ends.look(session.id()).toCompletableFuture().join()).isInstanceOf(SessionEnds.State.Ending.class);
        probe.call("HSET", copy(session), "c", "SIGNED_OUT");
        assertThat(ends.look(session.id()).toCompletableFuture().join()).isInstanceOf(SessionEnds.State.Ending.class);
        assertThat(probe.hash(copy(session))).containsKey("v").doesNotContainKey("c");
    }

    /** Written before the server's clock was set back, by a node that has died since; or by another program. */
    @Test
    void aNodeThatListensForLongerThanAnyNodeSaysDoesNotCount() {
        long later = System.currentTimeMillis() + Duration.ofHours(1).toMillis();
        probe.call("ZADD", "sojourn:@listening", Long.toString(later), "dead");
        assertThat(ends.isListened().toCompletableFuture().join()).isFalse();
        assertThat(ends.listens("a node", Duration.ofSeconds(30))
                        .toCompletableFuture()
                        .join())
                .isTrue();
        assertThat(ends.isListened().toCompletableFuture().join()).isTrue();
        assertThat(probe.call("ZSCORE", "sojourn:@listening", "dead")).isNull();
        assertThat(ends.listens("a node", Duration.ZERO).toCompletableFuture().join())
                .isFalse();
    }

    @Test
    void whatIsNoIdLeavesTheSetsOfDueTimes() {
        for (int shard = 0; shard < SessionEnds.SHARDS; shard++) {
            String key = "sojourn:@due:" + shard;
            probe.call(
                    "ZADD",
                    key,
                    "0",
                    "",
                    "1",
                    "x",
                    "2",
                    "y".repeat(100_000),
                    "-inf",
                    "z",
                    "3",
                    "~~~~~~~~~~~~~~~~~~~~~~");
            probe.call("PEXPIRE", key, "600000");
        }
        Session session = stored();
        sessions.revoke(session.id());
        awaitTold(session);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> due() <= SessionEnds.SHARDS); // Those that look like an id are claimed.
    }

    @Test
    void aCopyOfAnotherTypeIsReplaced() {
        Session session = stored();
        probe.call("SET", copy(session), "no hash", "EX", "600");
        probe.call("PEXPIRE", "sojourn:" + session.id(), "60000");
        assertThat(ends.look(session.id()).toCompletableFuture().join()).isInstanceOf(SessionEnds.State.Ending.class);
        probe.call("PEXPIRE", "sojourn:" + session.id(), "1");
        makeDue(session);
        SessionEnd end = awaitTold(session);
        assertThat(end.cause()).isEqualTo(EndCause.IDLE);
        assertThat(end.<String>get("cart")).isEqualTo("tea");
    }

    @Test
    void aCountOfTriesThatIsNoNumberAndACauseThatThereIsNotDoNoHarm() {
        Session session = stored();
        assertThat(ends.end(session.id(), 0, "WHATEVER", false)
                        .toCompletableFuture()
                        .join())
                .isNotNull();
        probe.call("HSET", copy(session), "n", "many");
        makeDue(session);
        SessionEnd end = awaitTold(session);
        assertThat(end.cause()).isEqualTo(EndCause.UNREADABLE);
        assertThat(end.<String>get("cart")).isEqualTo("tea");
        assertThat(end.attempt()).isEqualTo(1);
    }

    @Test
    void aNoteThatIsNoneIsNoReasonAndNoSession() {
        for (String note : new String[] {"", "x", "IDLE 1", "IDLE x y", "IDLE 1 ~", "IDLE 99999999999999999999 AAAA"}) {
            Session session = stored();
            probe.call("DEL", "sojourn:" + session.id());
            probe.call("HSET", "sojourn:" + session.id(), "ended", note);
            probe.call("PEXPIRE", "sojourn:" + session.id(), "600000");
            assertThat(sessions.lookup(session.token())).isEqualTo(new Lookup.Absent());
            assertThat(sessions.ended(session.token())).isEmpty();
        }
        assertThat(sessions.checkHealth().isUp()).isTrue();
    }

    @Test
    void scriptsThatTheServerHasForgottenAreSentAgain() {
        Session session = stored();
        probe.call("SCRIPT", "FLUSH");
        sessions.revoke(session.id());
        awaitTold(session);
        probe.call("SCRIPT", "FLUSH");
        Session next = stored();
        sessions.revoke(next.id());
        awaitTold(next);
    }

    /** As if they had been created before the option was switched on. */
    @Test
    void aSessionWithoutADueTimeIsToldIfItIsEndedOnPurpose() {
        Session lost = stored();
        for (int shard = 0; shard < SessionEnds.SHARDS; shard++) {
            probe.call("DEL", "sojourn:@due:" + shard);
        }
        assertThat(sessions.revoke(lost.id())).isTrue();
        assertThat(awaitTold(lost).cause()).isEqualTo(EndCause.REVOKED_ID);
        await().untilAsserted(() -> assertThat(due()).isZero());
    }
}
