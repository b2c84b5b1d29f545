package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.connection.ClientSetup;
import io.sojourn.redis.connection.OversizeReplies;
import io.sojourn.redis.connection.RedisEndpoint;
import io.sojourn.redis.connection.RedisUris;
import io.sojourn.redis.operation.Connection;
import io.sojourn.redis.operation.Durability;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.SlotMove;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Writes that wait for replicas: what is acknowledged is there, and what is not is said. */
@Tag("slow")
@Tag("any-jdk")
class DurabilityTest {

    private static RedisStore store(String uri, int replicas, Duration wait) {
        return RedisStore.builder().uri(uri).durability(replicas, wait).connect();
    }

    private static boolean has(RedisServer server, SessionId id) {
        try (RedisProbe probe = server.probe()) {
            return probe.keys().contains("sojourn:" + id);
        }
    }

    private static long waits(RedisServer server) {
        try (RedisProbe probe = server.probe()) {
            return probe.commandStats().getOrDefault("wait", 0L);
        }
    }

    private static boolean absentOrForbidden(RedisServer server, SessionId id) {
        try (RedisProbe probe = server.probe()) {
            Set<String> fields = probe.hash("sojourn:" + id).keySet();
            return fields.isEmpty() || fields.equals(Set.of("forbidden"));
        }
    }

    private static void assertNotAcknowledged(CompletableFuture<?> call) {
        assertThatThrownBy(() -> answer(call))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("1 of 2 replicas acknowledged it");
    }

    /** Lettuce reports a connection while it holds a lock that each command needs which is sent meanwhile. */
    @Test
    void connectionIsReportedWhileAWriteIsSentAndNeitherWaitsForTheOther() {
        RedisEndpoint place = RedisUris.parse(RedisServers.sharedUri()).endpoint();
        ClientSetup setup = new ClientSetup(
                RedisStore.DEFAULT_TIMEOUT,
                null,
                RedisProtocol.AUTO,
                new OversizeReplies(RedisStore.DEFAULT_MAX_LOAD_BYTES));
        try (Connection connection = Connection.to(place, setup)) {
            Durability durability = new Durability(connection, 1, Duration.ofMillis(100));
            connection.open();
            CompletableFuture<String> write = durability
                    .write(
                            "key",
                            node -> {
                                CompletableFuture.runAsync(() -> {
                                            durability.lost(node);
                                            durability.connected(node);
                                        })
                                        .orTimeout(10, TimeUnit.SECONDS)
                                        .join();
                                return CompletableFuture.completedFuture("sent");
                            },
                            reply -> false)
                    .toCompletableFuture();
            assertThat(write).isCompletedWithValue("sent");
        }
    }

    @Test
    void whatIsAcknowledgedIsAtTheReplicasAndWhatIsNotFailsAndSaysSo() {
        try (RedisSentinels sentinels = RedisSentinels.start();
                RedisStore store = store(sentinels.uri(), 2, Duration.ofSeconds(1))) {
            Calls calls = new Calls(store);
            RedisServer master = sentinels.master();
            List<RedisServer> replicas = sentinels.replicas();

            SessionId id = newId();
            assertThat(answer(calls.create(id))).isEqualTo(CommitResult.APPLIED);
            assertThat(replicas).allMatch(replica -> has(replica, id));
            assertThat(answer(calls.delete(id))).isTrue();
            assertThat(replicas).noneMatch(replica -> has(replica, id));

            long before = waits(master);
            assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.GONE);
            assertThat(waits(master)).as("nothing was written").isEqualTo(before);

            List<CompletableFuture<CommitResult>> many =
                    IntStream.range(0, 500).mapToObj(i -> calls.create(newId())).toList();
            assertThat(many).allSatisfy(one -> assertThat(answer(one)).isEqualTo(CommitResult.APPLIED));
            assertThat(waits(master) - before).isBetween(1L, 250L);

            SessionId ending = newId();
            assertThat(answer(calls.create(ending))).isEqualTo(CommitResult.APPLIED);
            replicas.get(0).pause();
            try {
                assertNotAcknowledged(calls.delete(ending));
                assertThat(has(master, ending)).isFalse();
                assertNotAcknowledged(calls.delete(ending)); // Though there is nothing left to delete.
                SessionId unsure = newId();
                assertThatThrownBy(() -> answer(calls.create(unsure)))
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("1 of 2 replicas acknowledged it within 1000 ms");
                assertThat(has(master, unsure)).isTrue();
                CompletableFuture<CommitResult> waiting = calls.create(newId());
                assertThat(answer(calls.load(unsure))).as("reads go on").isPresent();
                assertThat(waiting).isNotDone();
            } finally {
                replicas.get(0).resume();
            }
            Awaitility.await()
                    .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> answer(calls.create(newId())).equals(CommitResult.APPLIED));
            assertThat(answer(calls.delete(ending))).as("there was no session").isFalse();
            assertThat(replicas).allMatch(replica -> absentOrForbidden(replica, ending));
        }
    }

    @Test
    void aFailoverLosesNothingThatWasAcknowledged() {
        try (RedisSentinels sentinels = RedisSentinels.start();
                RedisStore store = store(sentinels.uri(), 2, Duration.ofSeconds(2))) {
            Calls calls = new Calls(store);
            List<SessionId> ids = IntStream.range(0, 200).mapToObj(i -> newId()).toList();
            List<CompletableFuture<CommitResult>> created =
                    ids.stream().map(calls::create).toList();
            assertThat(created).allSatisfy(one -> assertThat(answer(one)).isEqualTo(CommitResult.APPLIED));
            RedisServer old = sentinels.master();
            old.kill();
            sentinels.awaitOtherMaster(old);
            for (SessionId id : ids) {
                Awaitility.await()
                        .pollDelay(Duration.ZERO)
                        .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                        .until(() -> answer(calls.load(id)).isPresent());
            }
            // Of two replicas one is left, and two were asked for.
            assertThatThrownBy(() -> answer(calls.create(newId()))).isInstanceOf(StoreUnavailableException.class);
        }
    }

    @Test
    void onAClusterTheNodeOfTheKeyIsAskedEvenWhileItsSlotMoves() {
        try (RedisCluster cluster = RedisCluster.start();
                RedisStore store = store(cluster.uri(), 1, Duration.ofSeconds(1))) {
            Calls calls = new Calls(store);
            for (int i = 0; i < 100; i++) {
                SessionId id = newId();
                assertThat(answer(calls.create(id))).isEqualTo(CommitResult.APPLIED);
                assertThat(cluster.replicasOf(cluster.masterOf("sojourn:" + id)))
                        .allMatch(replica -> has(replica, id));
                if (i % 20 == 0) {
                    String key = "sojourn:" + id;
                    RedisServer from = cluster.masterOf(key);
                    RedisServer to = cluster.masters().stream()
                            .filter(master -> master != from)
                            .findFirst()
                            .orElseThrow();
                    SlotMove move = cluster.beginMove(cluster.slotOf(key), to);
                    assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
                    move.moveKeys();
                    assertThat(answer(calls.change(id, 2, 3))).as("by ASK").isEqualTo(CommitResult.APPLIED);
                    move.finish();
                    assertThat(answer(calls.change(id, 3, 4))).as("by MOVED").isEqualTo(CommitResult.APPLIED);
                }
            }
        }
    }

    /** Else it would be told again for as long as the replica is away, and every node would read of it again and again. */
    @Test
    void anEndIsNotedAsToldThoughNoReplicaHasWhatTheOtherNodesRead() {
        try (RedisServer server = RedisServers.start();
                RedisStore store = store(server.uri(), 1, Duration.ofMillis(50))) {
            SessionId id = newId();
            SessionEnds ends = store.ends().orElseThrow();
            PastEnd end = new PastEnd("IDLE", Instant.EPOCH, new byte[0]);
            assertThatThrownBy(() -> answer(ends.told(id, end, "node"))).isInstanceOf(StoreUnavailableException.class);
            assertThat(answer(ends.look(id))).isInstanceOf(SessionEnds.State.Told.class);
        }
    }

    /** On a cluster the stream that the other nodes read is on another server than the note. */
    @Test
    void anEndIsNotDurableAsLongAsNoReplicaHasWhatTheOtherNodesRead() {
        try (RedisCluster cluster = RedisCluster.start();
                RedisStore store = store(cluster.uri(), 1, Duration.ofMillis(200))) {
            SessionEnds ends = store.ends().orElseThrow();
            RedisServer master = cluster.masterOf("sojourn:@told");
            SessionId id = newId();
            while (cluster.masterOf("sojourn:" + id) == master) {
                id = newId();
            }
            PastEnd end = new PastEnd("IDLE", Instant.EPOCH, new byte[0]);
            RedisServer replica = cluster.replicasOf(master).get(0);
            replica.pause();
            try {
                SessionId told = id;
                assertThatThrownBy(() -> answer(ends.told(told, end, "node")))
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("0 of 1 replicas acknowledged it");
                assertThat(answer(ends.look(id))).isInstanceOf(SessionEnds.State.Told.class);
            } finally {
                replica.resume();
            }
        }
    }

    @Test
    void valuesOutOfRangeAreRefusedByName() {
        assertThatThrownBy(() -> RedisStore.builder().durability(0, Duration.ofSeconds(1)))
                .hasMessageContaining("replicas");
        assertThatThrownBy(() -> RedisStore.builder().durability(1, Duration.ZERO))
                .hasMessageContaining("wait");
    }

    @Test
    void writesThatAreNotAcknowledgedAreSeenInHealthAndInTheLogWithWhatToDo() {
        try (RedisServer server = RedisServers.start();
                LogLines log = new LogLines(server.port());
                RedisStore store = store(server.uri(), 1, Duration.ofMillis(50))) {
            Calls calls = new Calls(store);
            assertThatThrownBy(() -> answer(calls.create(newId())))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("0 of 1 replicas acknowledged it within 50 ms");
            assertThat(store.health().state()).isEqualTo(StoreHealth.State.DEGRADED);
            assertThat(store.health().reason()).contains("0 of 1 replicas acknowledged it");
            assertThat(log.lines())
                    .filteredOn(line -> line.contains("replicas acknowledged it"))
                    .singleElement()
                    .asString()
                    .contains("INFO replication");
        }
    }

    /** Reads would be answered by it for ever, from what it was when it lost its master. */
    @Test
    void aServerThatBecameAReplicaIsLeftByReadsAsWellAsByWrites() {
        try (RedisServer server = RedisServers.start();
                RedisServer master = RedisServers.start();
                RedisProbe probe = server.probe();
                RedisStore store = store(server.uri(), 1, Duration.ofMillis(50))) {
            Calls calls = new Calls(store);
            assertThat(answer(calls.load(newId()))).isEmpty();
            Awaitility.await().until(() -> Connections.othersAt(server).size() >= 3); // The probe, reads, writes.
            Set<String> before = Connections.othersAt(server);
            probe.call("REPLICAOF", "127.0.0.1", String.valueOf(master.port()));
            assertThatThrownBy(() -> answer(calls.create(newId()))).isInstanceOf(StoreUnavailableException.class);
            Awaitility.await().until(() -> {
                Set<String> left = new HashSet<>(Connections.othersAt(server));
                left.retainAll(before);
                return left.size() == 1;
            });
        }
    }
}
