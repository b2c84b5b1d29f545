package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A master that is suspended and replaced: how soon the store follows, and that nothing is written to the old one then. */
@Tag("slow")
@Tag("any-jdk")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HungMasterTest {

    /** The goal is 200 ms for a machine that has time; every round has to keep this one. */
    private static final Duration EVERY_ROUND = Duration.ofSeconds(1);

    private static final Duration BEST_ROUND = Duration.ofMillis(200);

    private static final int ROUNDS = 3;

    private final RedisSentinels sentinels = RedisSentinels.start();
    private final RedisClient listening = RedisClient.create();

    @AfterEach
    void mend() {
        sentinels.servers().forEach(RedisServer::resume);
        sentinels.awaitWhole();
    }

    @AfterAll
    void stop() {
        listening.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        sentinels.close();
    }

    /** When the first sentinel announces another master, by {@link System#nanoTime}. */
    private CompletableFuture<Long> announcement(List<StatefulRedisPubSubConnection<String, String>> opened) {
        CompletableFuture<Long> announced = new CompletableFuture<>();
        for (RedisServer sentinel : sentinels.sentinels()) {
            StatefulRedisPubSubConnection<String, String> connection =
                    listening.connectPubSub(RedisURI.create(RedisServer.HOST, sentinel.port()));
            opened.add(connection);
            connection.addListener(new RedisPubSubAdapter<String, String>() {
                @Override
                public void message(String channel, String message) {
                    announced.complete(System.nanoTime());
                }
            });
            connection.sync().subscribe("+switch-master");
        }
        return announced;
    }

    /** A write that was acknowledged, by {@link System#nanoTime}. */
    private record Acknowledged(long sent, long answered) {}

    private Duration round(RedisStore store) throws Exception {
        RedisServer old = sentinels.master();
        List<StatefulRedisPubSubConnection<String, String>> opened = new ArrayList<>();
        CompletableFuture<Long> announced = announcement(opened);
        Map<SessionId, Acknowledged> writes = new ConcurrentHashMap<>();
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread writer = new Thread(() -> write(store, writes, done));
            writer.start();
            writers.add(writer);
        }
        Awaitility.await().until(() -> !writes.isEmpty());
        old.pause();
        long at = announced.get(60, TimeUnit.SECONDS); // A sentinel that was stalled does nothing for thirty.
        old.resume(); // So it takes writes again, before it is told that it is a replica now.
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .until(() -> writes.values().stream().anyMatch(write -> write.sent() > at));
        long first = writes.values().stream()
                .filter(write -> write.answered() > at)
                .mapToLong(Acknowledged::answered)
                .min()
                .orElseThrow();
        done.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        opened.forEach(StatefulRedisPubSubConnection::close);
        try (RedisProbe probe = sentinels.master().probe()) {
            Set<String> stored = probe.keys();
            assertThat(writes.entrySet().stream()
                            .filter(write -> write.getValue().sent() > at)
                            .map(write -> "sojourn:" + write.getKey()))
                    .as("what was sent after the announcement is at the new master")
                    .isNotEmpty()
                    .isSubsetOf(stored);
        }
        return Duration.ofNanos(first - at);
    }

    private static void write(RedisStore store, Map<SessionId, Acknowledged> writes, AtomicBoolean done) {
        Calls calls = new Calls(store);
        while (!done.get()) {
            SessionId id = newId();
            long sent = System.nanoTime();
            try {
                if (answer(calls.create(id)).equals(CommitResult.APPLIED)) {
                    writes.put(id, new Acknowledged(sent, System.nanoTime()));
                }
                Thread.onSpinWait();
            } catch (StoreUnavailableException e) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void theNewMasterIsWrittenToRightAfterTheAnnouncementAndTheOldOneNotAnyMore() throws Exception {
        List<Duration> rounds = new ArrayList<>();
        try (RedisStore store = RedisStore.connect(sentinels.uri())) {
            for (int round = 0; round < ROUNDS; round++) {
                rounds.add(round(store));
                sentinels.awaitWhole();
            }
        }
        System.getLogger("io.sojourn.redis")
                .log(System.Logger.Level.INFO, "First write after the announcement: " + rounds);
        assertThat(rounds).allMatch(round -> round.compareTo(EVERY_ROUND) < 0);
        assertThat(rounds).anyMatch(round -> round.compareTo(BEST_ROUND) <= 0);
    }
}
