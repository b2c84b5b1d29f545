package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A master of a cluster that is killed or suspended: how soon the store writes to the replica that has taken over. */
@Tag("slow")
@Tag("any-jdk")
class TakeoverTest {

    private static final RedisCluster CLUSTER = RedisCluster.start();

    private static final Duration EVERY_ROUND = Duration.ofSeconds(1);

    /** On a machine that has time. */
    private static final Duration BEST_ROUND = Duration.ofMillis(300);

    private static final int ROUNDS = 3;

    private final RedisStore store = RedisStore.connect(CLUSTER.uri());

    @AfterEach
    void mend() {
        store.close();
    }

    @AfterAll
    static void stop() {
        CLUSTER.close();
    }

    private static boolean hasTakenOver(RedisProbe replica) {
        return String.valueOf(replica.call("CLUSTER", "NODES"))
                .lines()
                .filter(line -> line.contains("myself"))
                .anyMatch(line -> line.contains("master") && line.split(" ", -1).length > 8);
    }

    private Duration round(Consumer<RedisServer> end, Consumer<RedisServer> mend) throws InterruptedException {
        SessionId id = newId();
        RedisServer old = CLUSTER.masterOf("sojourn:" + id);
        AtomicLong written = new AtomicLong();
        AtomicBoolean ended = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            while (!ended.get()) {
                try {
                    answer(new Calls(store).create(id));
                    written.set(System.nanoTime());
                } catch (StoreUnavailableException e) {
                    Thread.onSpinWait();
                }
            }
        });
        writer.start();
        long takenOver;
        try (RedisProbe replica = CLUSTER.replicasOf(old).get(0).probe()) {
            Awaitility.await().until(() -> written.get() > 0);
            end.accept(old);
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> hasTakenOver(replica));
            takenOver = System.nanoTime();
        }
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(10))
                .until(() -> written.get() > takenOver);
        long first = written.get();
        ended.set(true);
        writer.join();
        mend.accept(old);
        CLUSTER.awaitWhole();
        return Duration.ofNanos(first - takenOver);
    }

    private void assertSoon(Consumer<RedisServer> end, Consumer<RedisServer> mend) throws InterruptedException {
        List<Duration> rounds = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            rounds.add(round(end, mend));
        }
        System.getLogger("io.sojourn.redis").log(Level.INFO, "First write after the takeover: " + rounds);
        assertThat(rounds).allMatch(round -> round.compareTo(EVERY_ROUND) < 0);
        assertThat(rounds).anyMatch(round -> round.compareTo(BEST_ROUND) <= 0);
    }

    @Test
    void theReplicaOfASuspendedMasterIsWrittenToRightAfterItHasTakenOver() throws InterruptedException {
        assertSoon(RedisServer::pause, RedisServer::resume);
    }

    @Test
    void theReplicaOfAKilledMasterIsWrittenToRightAfterItHasTakenOver() throws InterruptedException {
        assertSoon(RedisServer::kill, RedisServer::restart);
    }
}
