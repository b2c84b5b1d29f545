package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.protocol.CommandType;
import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.SlotMove;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The near cache on a cluster whose slots move and whose masters go: every node tells what was read on it. */
@ParameterizedClass
@MethodSource("clusters")
@Tag("slow")
@Tag("any-jdk")
class NearCacheClusterTest {

    private static final Duration MAX_STALENESS = Duration.ofMillis(500);

    /** A master that was replaced in order may believe for a moment that it still is one, as whoever asks it does. */
    private static final Duration GOSSIP = Duration.ofMillis(300);

    private final RedisCluster cluster;
    private final RedisStore near;
    private final RedisStore other;
    private final Calls others;
    private final OldState oldState;
    private final SessionId id = newId();

    static Stream<RedisCluster> clusters() {
        return Stream.of(RedisCluster.start());
    }

    NearCacheClusterTest(RedisCluster cluster) {
        this.cluster = cluster;
        this.near = RedisStore.builder()
                .uri(cluster.uri())
                .nearCache(NearCache.builder().maxStaleness(MAX_STALENESS).build())
                .connect();
        this.other = RedisStore.connect(cluster.uri());
        this.others = new Calls(other);
        this.oldState = new OldState(near, other);
    }

    @BeforeEach
    void begin() {
        assertThat(answer(others.create(id))).isEqualTo(CommitResult.APPLIED);
    }

    @AfterEach
    void close() {
        near.close();
        other.close();
        cluster.nodes().stream().filter(node -> !node.isRunning()).forEach(RedisServer::restart);
        cluster.awaitWhole();
    }

    private static String key(SessionId id) {
        return "sojourn:" + id;
    }

    private RedisServer master() {
        return cluster.masterOf(key(id));
    }

    private RedisServer anotherMaster() {
        RedisServer own = master();
        return cluster.masters().stream().filter(one -> one != own).findFirst().orElseThrow();
    }

    /** A change is seen at once. */
    private void assertTold(long revision) {
        oldState.awaitHit(id);
        assertThat(answer(others.change(id, revision, revision + 1))).isEqualTo(CommitResult.APPLIED);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .atMost(MAX_STALENESS.dividedBy(2))
                .until(() -> OldState.revision(near, id) == revision + 1);
    }

    @Test
    void sessionsOnEveryNodeAreKeptAndTheirChangesTold() {
        List<SessionId> ids = Stream.generate(Calls::newId).limit(60).toList();
        ids.forEach(each -> answer(others.create(each)));
        ids.forEach(oldState::awaitHit);
        long misses = near.nearCache().orElseThrow().misses();
        ids.forEach(each -> assertThat(OldState.revision(near, each)).isEqualTo(1));
        assertThat(near.nearCache().orElseThrow().misses()).isEqualTo(misses);
        ids.forEach(each -> answer(others.change(each, 1, 2)));
        Awaitility.await()
                .atMost(MAX_STALENESS)
                .untilAsserted(() -> assertThat(ids)
                        .allSatisfy(each ->
                                assertThat(OldState.revision(near, each)).isEqualTo(2)));
    }

    @Test
    void ownWritesAreKeptAndOthersToldAfterThem() {
        Calls calls = new Calls(near);
        oldState.awaitHit(id);
        assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
        assertThat(answer(calls.touch(id, 2))).isTrue();
        long misses = near.nearCache().orElseThrow().misses();
        assertThat(OldState.revision(near, id)).isEqualTo(2);
        assertThat(near.nearCache().orElseThrow().misses()).isEqualTo(misses);
        assertTold(2);
        answer(calls.delete(id));
        assertThat(OldState.revision(near, id)).isZero();
    }

    @Test
    void aSlotThatMovesLeavesNothingOldBehind() {
        RedisServer to = anotherMaster();
        assertThat(oldState.isSeenFor(id, () -> cluster.moveSlot(cluster.slotOf(key(id)), to)))
                .isLessThan(MAX_STALENESS);
        assertTold(2);
        assertTold(3);
    }

    @Test
    void whileASlotMovesWhatWasReadByTheWayIsNotKeptAndOwnWritesAreSeen() {
        SlotMove move = cluster.beginMove(cluster.slotOf(key(id)), anotherMaster());
        oldState.awaitHit(id); // Still where it was.
        assertThat(move.moveKeys()).isEqualTo(1);
        Awaitility.await()
                .untilAsserted(() -> assertThat(OldState.revision(near, id)).isEqualTo(1)); // By ASK.
        long hits = oldState.hits();
        for (long revision = 1; revision < 10; revision++) {
            assertThat(answer(new Calls(near).change(id, revision, revision + 1)))
                    .isEqualTo(CommitResult.APPLIED);
            assertThat(OldState.revision(near, id)).isEqualTo(revision + 1);
        }
        assertThat(oldState.hits()).isEqualTo(hits);
        move.finish();
        assertTold(10);
    }

    /** The fields were read, and what is asked next is answered by MOVED. */
    @Test
    void whatMovesBetweenTheTwoCommandsOfALoadIsReadAndNotKept() {
        RedisServer to = anotherMaster();
        assertReadAndNotKept(() -> cluster.moveSlot(cluster.slotOf(key(id)), to));
        assertTold(1);
    }

    /** The fields were read, and what is asked next is answered by ASK. */
    @Test
    void whatIsMovedBetweenTheTwoCommandsOfALoadWhileItsSlotMovesIsReadAndNotKept() {
        SlotMove move = cluster.beginMove(cluster.slotOf(key(id)), anotherMaster());
        assertReadAndNotKept(() -> assertThat(move.moveKeys()).isEqualTo(1));
        move.finish();
        assertTold(1);
    }

    private void assertReadAndNotKept(Runnable between) {
        Duration limit = Duration.ofSeconds(30);
        try (RedisProbe probe = master().probe();
                LogLines log = new LogLines(master().port());
                RedisStore patient = RedisStore.builder()
                        .uri(cluster.uri())
                        .timeout(limit)
                        .nearCache(NearCache.builder().maxStaleness(limit).build())
                        .connect()) {
            new OldState(patient, other).awaitHit(id); // Tracking is on, and the copy is dropped next.
            assertThat(answer(others.touch(id, 1))).isTrue();
            Awaitility.await()
                    .atMost(limit)
                    .until(() -> patient.nearCache().orElseThrow().sessions() == 0);
            probe.resetStats();
            CompletableFuture<Void> done = BeforeCommand.next(patient, key(id), CommandType.PTTL, () -> {
                Awaitility.await()
                        .atMost(limit)
                        .until(() -> probe.commandStats().getOrDefault("hgetall", 0L) == 1);
                between.run();
            });
            assertThat(OldState.revision(patient, id)).isEqualTo(1);
            answer(done);
            assertThat(patient.nearCache().orElseThrow().sessions()).isZero();
            assertThat(log.lines()).noneMatch(line -> line.contains("PTTL"));
        }
    }

    @Test
    void aMasterThatIsKilledTakesItsCopiesAlong() {
        RedisServer replica = cluster.replicasOf(master()).get(0);
        RedisServer master = master();
        Replication.await(master, 1);
        assertThat(oldState.isSeenFor(id, () -> {
                    master.kill();
                    cluster.awaitMastership(replica);
                }))
                .isLessThan(MAX_STALENESS);
        assertTold(2);
    }

    @Test
    void aMasterThatStopsIsTrustedNoLongerThanAllowed() {
        RedisServer master = master();
        RedisServer replica = cluster.replicasOf(master).get(0);
        Replication.await(master, 1);
        assertThat(oldState.isSeenFor(id, () -> {
                    master.pause();
                    cluster.awaitMastership(replica);
                }))
                .isLessThan(MAX_STALENESS);
        assertTold(2);
        master.resume();
        for (long revision = 3; revision < 6; revision++) {
            assertTold(revision);
        }
    }

    @Test
    void aMasterThatBecomesAReplicaIsNoLongerTrusted() {
        RedisServer replica = cluster.replicasOf(master()).get(0);
        assertThat(oldState.isSeenFor(id, () -> cluster.failOver(replica))).isLessThan(MAX_STALENESS.plus(GOSSIP));
        assertTold(2);
        assertTold(3);
    }
}
