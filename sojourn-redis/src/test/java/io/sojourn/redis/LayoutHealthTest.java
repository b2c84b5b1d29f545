package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.health.HealthMonitor;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.StoreHealth.State;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a store says of itself behind sentinels and on a cluster: when it starts, while a master is away, and afterwards. */
@Tag("full")
class LayoutHealthTest {

    private static String found(LogLines log) {
        return Awaitility.await()
                .until(
                        () -> log.lines(Level.INFO).stream()
                                .filter(line -> line.startsWith("Sessions are in "))
                                .findFirst()
                                .orElse(""),
                        line -> !line.isEmpty());
    }

    private static StoreHealth asked(RedisStore store) {
        return answer(store.checkHealth());
    }

    private static void awaitUp(RedisStore store) {
        Awaitility.await()
                .atMost(HealthMonitor.HOLD.plusSeconds(20))
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .until(() -> answer(new Calls(store).create(newId())).equals(CommitResult.APPLIED)
                        && asked(store).isUp());
    }

    @Test
    void behindSentinelsItIsDownUntilTheNextMasterIsThere() {
        try (RedisSentinels sentinels = RedisSentinels.start();
                LogLines log = new LogLines(sentinels.sentinels().get(0).port());
                RedisStore store = RedisStore.connect(sentinels.uri())) {
            assertThat(found(log))
                    .startsWith("Sessions are in sojourn (of the sentinels at 127.0.0.1:")
                    .contains(", 2 replicas, noeviction, memory ", "first round trip ");
            assertThat(log.lines(Level.WARNING)).noneMatch(line -> line.contains("replica"));
            assertThat(asked(store).isUp()).isTrue();

            RedisServer old = sentinels.master();
            old.kill();
            Awaitility.await().until(() -> store.health().state() == State.DOWN);
            assertThat(store.health().reason()).startsWith("There is no connection to sojourn (of the sentinels at");
            sentinels.awaitOtherMaster(old);
            awaitUp(store);
            assertThat(log.lines(Level.WARNING).stream().filter(line -> line.startsWith("Lost the connection")))
                    .hasSize(1);
        }
    }

    @Test
    void onAClusterItIsDegradedUntilTheReplicaHasTakenOver() {
        try (RedisCluster cluster = RedisCluster.start();
                LogLines log = new LogLines(cluster.nodes().get(0).port());
                RedisStore store = RedisStore.connect(cluster.uri())) {
            String line = found(log);
            assertThat(line).startsWith("Sessions are in the cluster at ").contains(": 3 masters; ");
            assertThat(cluster.masters())
                    .allSatisfy(master -> assertThat(line).contains("127.0.0.1:" + master.port() + " is "));
            assertThat(line.split(", 1 replica, ", -1)).hasSize(4);
            assertThat(asked(store).isUp()).isTrue();

            RedisServer old = cluster.masters().get(0);
            RedisServer replica = cluster.replicasOf(old).get(0);
            old.kill();
            Awaitility.await().until(() -> store.health().state() == State.DEGRADED);
            assertThat(store.health().reason()).contains("127.0.0.1:" + old.port());
            cluster.awaitMastership(replica);
            awaitUp(store);
        }
    }
}
