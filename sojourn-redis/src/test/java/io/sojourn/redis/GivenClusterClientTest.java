package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A store on a client for clusters that the application has already. */
@Tag("full")
class GivenClusterClientTest {

    private static RedisClusterClient client(RedisCluster cluster) {
        RedisClusterClient client = RedisClusterClient.create(
                "redis://127.0.0.1:" + cluster.nodes().get(0).port());
        client.setOptions(ClusterClientOptions.builder()
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .adaptiveRefreshTriggersTimeout(Duration.ofMillis(100))
                        .enablePeriodicRefresh(Duration.ofMillis(500))
                        .build())
                .build());
        return client;
    }

    private static long count(RedisServer server, String command) {
        try (RedisProbe probe = server.probe()) {
            return probe.commandStats().getOrDefault(command, 0L);
        }
    }

    @Test
    void worksOnEveryMasterFollowsAFailoverAndLeavesTheClientOpen() {
        try (RedisCluster cluster = RedisCluster.start()) {
            RedisClusterClient client = client(cluster);
            RedisStore store = RedisStore.builder()
                    .client(client)
                    .timeout(Duration.ofSeconds(2))
                    .nearCache(NearCache.create())
                    .connect();
            Calls calls = new Calls(store);
            List<SessionId> ids = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                SessionId id = newId();
                assertThat(answer(calls.create(id))).isEqualTo(CommitResult.APPLIED);
                assertThat(answer(calls.load(id))).isPresent();
                ids.add(id);
            }
            assertThat(cluster.masters()).allSatisfy(master -> {
                assertThat(count(master, "evalsha")).isPositive();
                assertThat(count(master, "eval")).isZero();
            });
            assertThat(store.health().isUp()).isTrue();
            Awaitility.await().until(() -> store.nearCacheStats().orElseThrow().active());

            RedisServer old = cluster.masterOf("sojourn:" + ids.get(0));
            RedisServer next = cluster.replicasOf(old).get(0);
            Replication.await(old, 1);
            old.kill();
            cluster.awaitMastership(next);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> answer(calls.change(ids.get(0), 1, 2)), reply -> true);
            assertThat(answer(calls.load(ids.get(0))).orElseThrow().revision()).isEqualTo(2);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> store.health().isUp());

            store.close();
            assertThatThrownBy(store::ping).isInstanceOf(StoreUnavailableException.class);
            try (var connection = client.connect()) {
                assertThat(connection.sync().ping()).isEqualTo("PONG");
            }
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }
}
