package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.SlotMove;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A store on a cluster follows its slots, whatever becomes of the nodes. */
@Tag("slow")
@Tag("any-jdk")
class ClusterTest {

    private static final RedisCluster CLUSTER = RedisCluster.start();

    private final RedisStore store = RedisStore.connect(CLUSTER.uri());
    private final Calls calls = new Calls(store);

    @AfterAll
    static void stop() {
        CLUSTER.close();
    }

    @AfterEach
    void close() {
        store.close();
        CLUSTER.nodes().stream().filter(one -> !one.isRunning()).forEach(RedisServer::restart);
        CLUSTER.awaitWhole();
    }

    private static String key(SessionId id) {
        return "sojourn:" + id;
    }

    private SessionId stored() {
        SessionId id = newId();
        assertThat(answer(calls.create(id))).isEqualTo(CommitResult.APPLIED);
        return id;
    }

    private static RedisServer anotherMaster(RedisServer than) {
        return CLUSTER.masters().stream()
                .filter(master -> master != than)
                .findFirst()
                .orElseThrow();
    }

    private static long count(RedisServer server, String command) {
        try (RedisProbe probe = server.probe()) {
            return probe.commandStats().getOrDefault(command, 0L);
        }
    }

    @Test
    void everyMasterIsConnectedToAndHasTheScriptsBeforeTheFirstCall() {
        try (RedisStore another = RedisStore.connect(CLUSTER.uri())) {
            Calls first = new Calls(another);
            Set<RedisServer> asked = new HashSet<>();
            while (asked.size() < CLUSTER.masters().size()) {
                SessionId id = newId();
                assertThat(answer(first.create(id))).isEqualTo(CommitResult.APPLIED);
                asked.add(CLUSTER.masterOf(key(id)));
            }
            another.ping();
            assertThat(asked)
                    .allSatisfy(master -> assertThat(count(master, "eval")).isZero());
        }
    }

    /** A doctor of many sessions asks for it hundreds of thousands of times. */
    @Test
    void theMasterOfAKeyIsFoundWithoutALookAtAllSlots() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        RedisNode master = store.master("sojourn:x");
        assertThat(master.name())
                .isEqualTo("127.0.0.1:" + CLUSTER.masterOf("sojourn:x").port());
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1_000; i++) {
            master = store.master("sojourn:x");
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(bytes / 1_000).as("bytes for each").isLessThan(10_000);
        assertThat(master.name()).isNotEmpty();
    }

    @Test
    void aSlotMayMoveWhileItsSessionIsReadAndWritten() {
        SessionId id = stored();
        RedisServer from = CLUSTER.masterOf(key(id));
        SlotMove move = CLUSTER.beginMove(CLUSTER.slotOf(key(id)), anotherMaster(from));
        assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
        assertThat(move.moveKeys()).isEqualTo(1);
        assertThat(answer(calls.change(id, 2, 3))).as("by ASK").isEqualTo(CommitResult.APPLIED);
        assertThat(answer(calls.load(id)).orElseThrow().revision()).isEqualTo(3);
        move.finish();
        assertThat(answer(calls.change(id, 3, 4))).as("by MOVED").isEqualTo(CommitResult.APPLIED);
        assertThat(answer(calls.load(id)).orElseThrow().revision()).isEqualTo(4);
        Awaitility.await().untilAsserted(() -> {
            // The new view counts: nobody is sent on any more.
            long before = count(from, "evalsha");
            answer(calls.touch(id, 4));
            assertThat(count(from, "evalsha")).isEqualTo(before);
        });
    }

    @Test
    void aMasterThatHasNeverSeenTheScriptsGetsThem() {
        SessionId id = stored();
        RedisServer added = CLUSTER.addMaster();
        CLUSTER.moveSlot(CLUSTER.slotOf(key(id)), added);
        Awaitility.await()
                .atMost(Duration.ofSeconds(3))
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .until(() -> answer(calls.load(id)).isPresent());
        assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
        assertThat(count(added, "eval")).isZero();
        try (RedisProbe probe = added.probe()) {
            probe.call("SCRIPT", "FLUSH");
        }
        assertThat(answer(calls.change(id, 2, 3))).isEqualTo(CommitResult.APPLIED);
        assertThat(count(added, "eval")).isEqualTo(1);
    }

    @Test
    void writersNoticeNothingOfAFailoverInOrderButASecond() throws InterruptedException {
        SessionId id = stored();
        RedisServer replica = CLUSTER.replicasOf(CLUSTER.masterOf(key(id))).get(0);
        List<String> unexpected = new ArrayList<>();
        List<Long> gaps = new ArrayList<>();
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            long last = System.nanoTime();
            for (long revision = 1; !done.get(); ) {
                try {
                    CommitResult result = answer(calls.change(id, revision, revision + 1));
                    if (result.equals(CommitResult.APPLIED)) {
                        revision++;
                    } else if (result instanceof CommitResult.Conflict conflict) {
                        revision = conflict.current().revision(); // What had no answer was applied.
                    } else {
                        unexpected.add(result.toString());
                    }
                    gaps.add((System.nanoTime() - last) / 1_000_000);
                    last = System.nanoTime();
                } catch (StoreUnavailableException e) {
                    Thread.onSpinWait();
                }
            }
        });
        writer.start();
        CLUSTER.failOver(replica);
        Awaitility.await().until(() -> count(replica, "evalsha") > 20);
        done.set(true);
        writer.join();
        assertThat(unexpected).isEmpty();
        assertThat(gaps).allMatch(gap -> gap < 3_000);
        assertThat(CLUSTER.masterOf(key(id))).isSameAs(replica);
    }

    @Test
    void aMasterThatDiedIsReplacedAndTheOthersGoOnMeanwhile() {
        SessionId id = stored();
        RedisServer old = CLUSTER.masterOf(key(id));
        SessionId elsewhere = stored();
        while (CLUSTER.masterOf(key(elsewhere)) == old) {
            elsewhere = stored();
        }
        RedisServer replica = CLUSTER.replicasOf(old).get(0);
        try (RedisProbe probe = replica.probe()) {
            Awaitility.await().until(() -> probe.keys().contains(key(id)));
        }
        old.kill();
        assertThat(answer(calls.change(elsewhere, 1, 2))).isEqualTo(CommitResult.APPLIED);
        CLUSTER.awaitMastership(replica);
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(3))
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .until(() -> answer(calls.change(id, 1, 2)), reply -> true);
        assertThat(answer(calls.load(id)).orElseThrow().revision()).isEqualTo(2);
    }

    @Test
    void aSilentMasterIsReplacedAndNotTakenForTheMasterWhenItComesBack() {
        SessionId id = stored();
        RedisServer old = CLUSTER.masterOf(key(id));
        RedisServer replica = CLUSTER.replicasOf(old).get(0);
        try (RedisProbe probe = replica.probe()) {
            Awaitility.await().until(() -> probe.keys().contains(key(id)));
        }
        old.pause();
        try {
            CompletableFuture<CommitResult> unanswered = calls.change(id, 1, 2);
            CLUSTER.awaitMastership(replica);
            assertThat(unanswered.handle((reply, failure) -> failure == null).join())
                    .isFalse();
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(Duration.ofSeconds(10))
                    .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> answer(calls.change(id, 1, 3)).equals(CommitResult.APPLIED));
        } finally {
            old.resume();
        }
        CLUSTER.awaitWhole();
        assertThat(answer(calls.load(id)).orElseThrow().revision()).isEqualTo(3);
    }

    @Test
    void aClusterThatIsNotThereYetIsFoundWhenItIs() {
        String uri = "redis-cluster://127.0.0.1:1," + CLUSTER.uri().substring("redis-cluster://".length());
        try (RedisStore oneSeedIsDead = RedisStore.connect(uri)) {
            oneSeedIsDead.ping();
            assertThat(answer(new Calls(oneSeedIsDead).create(newId()))).isEqualTo(CommitResult.APPLIED);
        }
    }
}
