package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.SessionEnd;
import io.sojourn.spi.SessionEnds;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.SlotMove;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster takes no command with two keys while their slot is being moved; sessions can be ended all the same. */
@Timeout(120)
@Tag("slow")
@Tag("any-jdk")
class EndsWhileSlotsMoveTest {

    private static RedisStore store(RedisCluster cluster, boolean durable) {
        RedisStoreBuilder builder = RedisStore.builder().uri(cluster.uri()).timeout(Duration.ofSeconds(10));
        return durable ? builder.durability(1, Duration.ofSeconds(5)).connect() : builder.connect();
    }

    private static Session stored(SessionManager sessions, String cart) {
        Session session = sessions.create();
        session.set("cart", cart);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    private static SlotMove beginMove(RedisCluster cluster, Session session) {
        int slot = cluster.slotOf("sojourn:" + session.id());
        return cluster.beginMove(slot, otherThan(cluster, cluster.ownerOf(slot)));
    }

    private static RedisServer otherThan(RedisCluster cluster, RedisServer owner) {
        return cluster.masters().stream()
                .filter(master -> master != owner)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSessionIsEndedWhileItsSlotMovesAndItsEndIsTold(boolean durable) {
        Queue<SessionEnd> told = new ConcurrentLinkedQueue<>();
        try (RedisCluster cluster = RedisCluster.start();
                RedisStore store = store(cluster, durable)) {
            SessionManager sessions = SessionManager.create(
                    store, SessionSettings.builder().endEvents(true).build());
            try (EndWatch watch = sessions.listenToEnds(told::add)) {
                assertThat(watch).isNotNull();
                Session before = stored(sessions, "before");
                SlotMove first = beginMove(cluster, before);
                assertThat(sessions.revoke(before)).isTrue();
                assertThat(sessions.find(before.token())).isEmpty();
                Session after = stored(sessions, "after");
                SlotMove second = beginMove(cluster, after);
                second.moveKeys();
                assertThat(sessions.revoke(after.id())).isTrue();
                assertThat(sessions.find(after.token())).isEmpty();
                // What cannot be read is ended all the same; nothing is kept of it.
                Session damaged = stored(sessions, "damaged");
                SlotMove third = beginMove(cluster, damaged);
                int slot = cluster.slotOf("sojourn:" + damaged.id());
                try (RedisProbe probe = cluster.ownerOf(slot).probe()) {
                    probe.call("HSET", "sojourn:" + damaged.id(), "v", "?");
                }
                assertThat(sessions.revoke(damaged.id())).isTrue();
                assertThat(sessions.find(damaged.token())).isEmpty();
                third.moveKeys();
                third.finish();
                first.moveKeys();
                first.finish();
                second.moveKeys();
                second.finish();
                await().atMost(Duration.ofSeconds(40)).until(() -> told.size() == 2);
            }
        }
        assertThat(told)
                .extracting(SessionEnd::cause)
                .containsExactlyInAnyOrder(EndCause.SIGNED_OUT, EndCause.REVOKED_ID);
        assertThat(told.stream().map(end -> end.<String>get("cart"))).containsExactlyInAnyOrder("before", "after");
    }

    /**
     * A session that lives on after an attempt to end it has failed half-way is kept in its last state, without the cause of that
     * attempt. But what another end has kept meanwhile stays.
     */
    @Test
    void whatAFailedEndHasLeftIsReplacedWhileAMoveIsStuck() {
        try (RedisCluster cluster = RedisCluster.start();
                RedisStore store = store(cluster, false)) {
            SessionManager sessions = SessionManager.create(
                    store,
                    SessionSettings.builder()
                            .endEvents(true)
                            .idleTimeout(Duration.ofMinutes(4))
                            .build());
            SessionEnds ends = store.ends().orElseThrow();
            Session session = stored(sessions, "older");
            String key = "sojourn:" + session.id();
            String copy = "sojourn:@end:{" + key + "}";
            try (RedisProbe probe = cluster.ownerOf(cluster.slotOf(key)).probe()) {
                probe.call("COPY", key, copy);
                probe.call("HSET", copy, "c", "SIGNED_OUT");
                probe.call("PEXPIRE", copy, "3600000");
                session.set("cart", "newer");
                assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
                byte[] revision = probe.hash(key).get("v");
                // The session moves and its copy stays, so no command can have both.
                RedisServer other = otherThan(cluster, cluster.ownerOf(cluster.slotOf(key)));
                SlotMove unused = cluster.beginMove(cluster.slotOf(key), other);
                probe.call("MIGRATE", "127.0.0.1", Integer.toString(other.port()), key, "0", "10000");
                assertThat(answer(ends.look(session.id()))).isInstanceOf(SessionEnds.State.Ending.class);
                assertThat(probe.hash(copy)).doesNotContainKey("c");
                assertThat(probe.hash(copy).get("v")).isEqualTo(revision);
                // As if another node had ended it, and had not deleted it yet.
                probe.call("HSET", copy, "c", "LIMIT", "v", "AAAAAAAAAAA");
                assertThat(sessions.revoke(session.id())).isTrue();
                SessionEnds.State state = answer(ends.look(session.id()));
                assertThat(state)
                        .isInstanceOfSatisfying(
                                SessionEnds.State.Ended.class,
                                ended -> assertThat(ended.cause()).isEqualTo("REVOKED_ID"));
            }
        }
    }

    /** A move that is never finished: what times out in that slot is told all the same. */
    @Test
    void aSessionThatTimesOutWhileAMoveOfItsSlotIsStuckIsTold() {
        Queue<SessionEnd> told = new ConcurrentLinkedQueue<>();
        try (RedisCluster cluster = RedisCluster.start();
                RedisStore store = store(cluster, false)) {
            SessionManager sessions = SessionManager.create(
                    store,
                    SessionSettings.builder()
                            .endEvents(true)
                            .idleTimeout(Duration.ofSeconds(15))
                            .build());
            try (EndWatch watch = sessions.listenToEnds(told::add)) {
                assertThat(watch).isNotNull();
                Session staying = stored(sessions, "staying");
                SlotMove unused = beginMove(cluster, staying);
                Session moved = stored(sessions, "moved");
                beginMove(cluster, moved).moveKeys();
                await().atMost(Duration.ofSeconds(40)).until(() -> told.size() == 2);
                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                    assertThat(sessions.ended(staying.token())).isPresent();
                    assertThat(sessions.ended(moved.token())).isPresent();
                });
            }
        }
        assertThat(told).extracting(SessionEnd::cause).containsOnly(EndCause.IDLE);
        assertThat(told.stream().map(end -> end.<String>get("cart"))).containsExactlyInAnyOrder("staying", "moved");
    }
}
