package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lettuce.core.RedisClient;
import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.TextSettings;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.TcpProxy;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Loads that replicas answer: which, until when, and what becomes of them when a replica fails. */
class ReadFromTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static RedisStore preferringReplicas(String uri) {
        return RedisStore.builder()
                .uri(uri)
                .timeout(Duration.ofSeconds(2))
                .readFrom(ReadFrom.PREFER_REPLICA)
                .connect();
    }

    private static long loads(RedisServer server) {
        try (RedisProbe probe = server.probe()) {
            return probe.commandStats().getOrDefault("hgetall", 0L);
        }
    }

    private static long loads(Collection<RedisServer> servers) {
        return servers.stream().mapToLong(ReadFromTest::loads).sum();
    }

    private static boolean has(RedisServer server, SessionId id) {
        try (RedisProbe probe = server.probe()) {
            return probe.keys().contains("sojourn:" + id);
        }
    }

    private static List<SessionId> stored(RedisStore store, int count) {
        List<SessionId> ids = Stream.generate(Calls::newId).limit(count).toList();
        ids.forEach(id -> assertThat(answer(new Calls(store).create(id))).isEqualTo(CommitResult.APPLIED));
        return ids;
    }

    private static void assertFound(RedisStore store, Collection<SessionId> ids) {
        ids.forEach(id -> assertThat(answer(store.load(id))).isPresent());
    }

    /** Until none of these loads reaches a master. */
    private static void awaitReplicas(RedisStore store, Collection<SessionId> ids, Collection<RedisServer> masters) {
        Awaitility.await()
                .atMost(SOON)
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .until(() -> {
                    long before = loads(masters);
                    assertFound(store, ids);
                    return loads(masters) == before;
                });
    }

    @Test
    void onAClusterReplicasAnswerWhomItIsAskedForAndNoOthersDo() {
        String user = "user shop on >tea " + RightsTest.documented("cluster") + " +readonly";
        try (RedisCluster cluster = RedisCluster.start(user);
                RedisStore usual = RedisStore.connect(cluster.uri());
                RedisStore reader = preferringReplicas(cluster.uri().replace("://", "://shop:tea@"))) {
            List<RedisServer> masters = cluster.masters();
            List<RedisServer> replicas = cluster.nodes().stream()
                    .filter(node -> !masters.contains(node))
                    .toList();
            List<SessionId> ids = stored(usual, 40);
            assertFound(usual, ids);
            assertThat(loads(replicas)).as("by default").isZero();

            awaitReplicas(reader, ids, masters);
            assertThat(replicas).allMatch(replica -> loads(replica) > 0);

            // What this store writes it reads where it was written.
            long before = loads(replicas);
            for (int i = 0; i < 20; i++) {
                List<SessionId> own = stored(reader, 1);
                assertFound(reader, own);
                assertThat(answer(new Calls(reader).delete(own.get(0)))).isTrue();
                assertThat(answer(reader.load(own.get(0)))).isEmpty();
            }
            assertThat(loads(replicas)).isEqualTo(before);

            // What another one has just created is found, even if its replica lacks it.
            for (int i = 0; i < 100; i++) {
                assertFound(reader, stored(usual, 1));
            }
        }
    }

    @Test
    @Tag("full")
    void aSlotThatMovesAndAReplicaThatBecomesTheMasterAreFollowed() {
        try (RedisCluster cluster = RedisCluster.start();
                RedisStore usual = RedisStore.connect(cluster.uri());
                RedisStore reader = preferringReplicas(cluster.uri())) {
            List<SessionId> ids = stored(usual, 40);
            awaitReplicas(reader, ids, cluster.masters());
            String key = "sojourn:" + ids.get(0);
            RedisServer from = cluster.masterOf(key);
            RedisServer to = cluster.masters().get(cluster.masters().get(0) == from ? 1 : 0);
            cluster.moveSlot(cluster.slotOf(key), to);
            assertFound(reader, ids);
            cluster.failOver(cluster.replicasOf(to).get(0));
            awaitReplicas(reader, ids, cluster.masters());
        }
    }

    @Test
    @Tag("full")
    void behindSentinelsLoadsGoOnWhateverBecomesOfTheReplicas() {
        try (RedisSentinels sentinels = RedisSentinels.start();
                RedisStore usual = RedisStore.connect(sentinels.uri());
                RedisStore reader = preferringReplicas(sentinels.uri())) {
            RedisServer master = sentinels.master();
            List<RedisServer> replicas = sentinels.replicas();
            List<SessionId> ids = stored(usual, 20);
            assertFound(usual, ids);
            assertThat(loads(replicas)).as("by default").isZero();
            awaitReplicas(reader, ids, List.of(master));
            Awaitility.await().untilAsserted(() -> {
                assertFound(reader, ids);
                assertThat(replicas).allMatch(replica -> loads(replica) > 0);
            });

            replicas.get(0).pause();
            try {
                assertFound(reader, ids);
                assertFound(reader, ids);
                awaitReplicas(reader, ids, List.of(master));
            } finally {
                replicas.get(0).resume();
            }
            replicas.forEach(RedisServer::kill);
            assertFound(reader, ids);
            assertThat(loads(master)).isPositive();
            replicas.get(1).restart();
            awaitReplicas(reader, ids, List.of(master));
        }
    }

    @Test
    void aReplicaThatHasLostItsMasterUnnoticedAnswersForTwoSecondsAndNoMore() {
        try (RedisServer master = RedisServers.start("repl-diskless-sync-delay 0");
                TcpProxy between = TcpProxy.to(master);
                RedisServer replica = RedisServers.start("replicaof 127.0.0.1 " + between.port());
                LogLines log = new LogLines(master.port());
                RedisStore usual = RedisStore.connect(master.uri());
                RedisStore reader = preferringReplicas(master.uri())) {
            List<SessionId> ids = stored(usual, 10);
            awaitReplicas(reader, ids, List.of(master));

            between.forgetConnections();
            SessionId own = ids.get(0);
            assertThat(answer(new Calls(reader).delete(own))).isTrue();
            assertThat(answer(reader.load(own))).as("what this store has ended").isEmpty();
            ids.forEach(id -> answer(new Calls(usual).delete(id)));
            assertThat(ids).allMatch(id -> has(replica, id));
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(ReadFrom.MAX_LAG.plusSeconds(6))
                    .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() ->
                            ids.stream().allMatch(id -> answer(reader.load(id)).isEmpty()));
            assertThat(ids).allMatch(id -> has(replica, id));

            between.cut();
            awaitReplicas(reader, stored(usual, 5), List.of(master));
            Awaitility.await()
                    .until(() -> log.lines().stream()
                            .anyMatch(line -> line.contains("go to its replicas: 127.0.0.1:" + replica.port())));
        }
    }

    @Test
    @Tag("full")
    void withoutTheRightToAskWhoKeepsUpTheMasterAnswersAndTheLogSaysWhy() {
        try (RedisServer master = RedisServers.start("repl-diskless-sync-delay 0");
                RedisServer replica = RedisServers.start("replicaof 127.0.0.1 " + master.port());
                RedisProbe probe = master.probe();
                LogLines log = new LogLines(master.port())) {
            probe.call("ACL", "SETUSER", "shop", "on", ">tea", "~sojourn:*", "+@all", "-@admin", "-info");
            try (RedisStore reader = preferringReplicas(master.uri().replace("://", "://shop:tea@"))) {
                List<SessionId> ids = stored(reader, 1);
                Awaitility.await()
                        .atMost(SOON)
                        .until(() -> log.lines().stream()
                                .anyMatch(line ->
                                        line.contains("it names none") && line.contains("INFO is refused (NOPERM)")));
                assertFound(reader, ids);
                assertThat(loads(replica)).isZero();
            }
        }
    }

    @Test
    void aTextSaysTheSame() {
        try (RedisServer master = RedisServers.start("repl-diskless-sync-delay 0");
                RedisServer replica = RedisServers.start("replicaof 127.0.0.1 " + master.port());
                SessionStore store = new RedisStoreProvider()
                        .open(master.uri(), TextSettings.of(Map.of("readFrom", "prefer-replica")));
                RedisStore usual = RedisStore.connect(master.uri())) {
            awaitReplicas((RedisStore) store, stored(usual, 3), List.of(master));
            assertThat(loads(replica)).isPositive();
        }
    }

    @Test
    void whatDoesNotGoTogetherIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisStore.builder()
                        .readFrom(ReadFrom.PREFER_REPLICA)
                        .nearCache(NearCache.create())
                        .connect())
                .withMessageContaining("readFrom(PREFER_REPLICA)")
                .withMessageContaining("near cache");
        RedisClient client = RedisClient.create();
        try {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RedisStore.builder()
                            .readFrom(ReadFrom.PREFER_REPLICA)
                            .client(client)
                            .connect())
                    .withMessageContaining("given client");
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RedisStoreProvider()
                        .open(
                                "redis://127.0.0.1:1",
                                TextSettings.of(Map.of("readFrom", "prefer-replica", "nearCache", "true"))))
                .withMessageContaining("readFrom")
                .withMessageContaining("near cache");
    }
}
