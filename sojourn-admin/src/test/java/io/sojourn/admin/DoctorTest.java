package io.sojourn.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.IndexKey;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.TcpProxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real servers that are broken in one way each: the doctor finds that and nothing else, and finds nothing on a good one. */
class DoctorTest {

    /** On a busy machine any command may take 30 ms; only the test of slow commands wants to hear of it. */
    private static final String NO_SLOW_LOG = "slowlog-log-slower-than -1";

    /** A server as it should be, with a replica, and sessions in it. */
    private static final class Good implements AutoCloseable {

        final RedisServer server;
        final RedisServer replica;
        final RedisProbe probe;
        final RedisStore store;
        final SessionManager sessions;

        Good(RedisBinary binary, String... more) {
            List<String> options = new ArrayList<>(
                    List.of("appendonly yes", "maxmemory 200mb", "repl-diskless-sync-delay 0", NO_SLOW_LOG));
            options.addAll(List.of(more));
            server = RedisServers.start(binary, options.toArray(String[]::new));
            replica = RedisServers.start(binary, "appendonly yes", "replicaof 127.0.0.1 " + server.port());
            probe = server.probe();
            Awaitility.await()
                    .until(() ->
                            String.valueOf(probe.call("INFO", "replication")).contains("state=online"));
            store = open(server.uri());
            sessions = SessionManager.create(store);
            for (int i = 0; i < 20; i++) {
                add(i % 2 == 0 ? "ada" : "user-" + i);
            }
        }

        Session add(String principal) {
            Session session = sessions.create();
            session.signIn(principal);
            session.index("tenant", "acme");
            session.set("cart", "tea");
            sessions.save(session);
            return session;
        }

        String key(Session session) {
            return "sojourn:" + session.id();
        }

        Diagnosis examine() {
            return SessionAdmin.builder(store).build().doctor().examine();
        }

        @Override
        public void close() {
            store.close();
            probe.close();
            replica.close();
            server.close();
        }
    }

    private static Good good() {
        return new Good(RedisServers.preferred());
    }

    private static RedisStore open(String uri) {
        return RedisStore.builder().uri(uri).timeout(Duration.ofSeconds(20)).connect();
    }

    private static Diagnosis examine(String uri) {
        try (RedisStore store = open(uri)) {
            return SessionAdmin.builder(store).build().doctor().examine();
        }
    }

    private static List<String> codes(Diagnosis diagnosis) {
        return diagnosis.findings().stream().map(Finding::code).toList();
    }

    static List<RedisBinary> binaries() {
        return RedisServers.available();
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void nothingIsFoundOnAGoodServer(RedisBinary binary) {
        try (Good good = new Good(binary)) {
            Diagnosis diagnosis = good.examine();

            assertThat(diagnosis.findings()).isEmpty();
            assertThat(diagnosis.exitStatus()).isZero();
            assertThat(diagnosis.whole()).isTrue();
            assertThat(diagnosis.keys()).isEqualTo(good.probe.keys().size());
            assertThat(diagnosis.servers()).singleElement().asString().contains(binary.version());
            assertThat(good.probe.keys()).noneMatch(key -> key.contains("@doctor"));
        }
    }

    @Test
    void nothingIsFoundOnAGoodCluster() {
        try (RedisCluster cluster = RedisCluster.start("appendonly yes", "maxmemory 200mb", NO_SLOW_LOG);
                RedisStore store = open(cluster.uri())) {
            SessionManager sessions = SessionManager.create(store);
            for (int i = 0; i < 20; i++) {
                Session session = sessions.create();
                session.signIn("user-" + i);
                sessions.save(session);
            }
            Diagnosis diagnosis = SessionAdmin.builder(store).build().doctor().examine();

            assertThat(diagnosis.findings()).isEmpty();
            assertThat(diagnosis.servers()).hasSize(3);
            assertThat(diagnosis.keys()).isEqualTo(40);
        }
    }

    @Test
    void eviction() {
        try (Good good = good()) {
            good.probe.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
            Diagnosis diagnosis = good.examine();
            assertThat(codes(diagnosis)).containsExactly("eviction");
            assertThat(diagnosis.exitStatus()).isEqualTo(10);
            assertThat(diagnosis.toJson()).contains("\"code\":\"eviction\"", "\"exitStatus\":10", "noeviction");
        }
    }

    @Test
    void fullMemoryAndNoLimit() {
        try (Good good = good()) {
            String info = String.valueOf(good.probe.call("INFO", "memory"));
            long used = Long.parseLong(info.replaceAll("(?s).*\\bused_memory:(\\d+).*", "$1"));
            good.probe.call("CONFIG", "SET", "maxmemory", "" + (long) (used * 1.1));
            assertThat(codes(good.examine())).contains("memory").doesNotContain("memory-unlimited");
            good.probe.call("CONFIG", "SET", "maxmemory", "0");
            Diagnosis unlimited = good.examine();
            assertThat(codes(unlimited)).containsExactly("memory-unlimited");
            assertThat(unlimited.exitStatus()).isZero();
        }
    }

    @Test
    void neitherReplicaNorPersistence() {
        try (RedisServer server = RedisServers.start("maxmemory 200mb", NO_SLOW_LOG)) {
            assertThat(codes(examine(server.uri()))).containsExactlyInAnyOrder("no-replica", "no-persistence");
        }
    }

    @Test
    void aServerThatHasReadASnapshotIsNotSaidToWriteNone() {
        try (RedisServer server = RedisServers.start("save 3600 1", "maxmemory 200mb", NO_SLOW_LOG)) {
            assumeTrue(
                    String.valueOf(server.probe().call("INFO", "persistence")).contains("rdb_last_load_keys_loaded"),
                    "Redis before 7.0 does not tell how many keys it has read from a snapshot");
            server.probe().call("SET", "another:key", "1", "PX", "3600000");
            server.restart();
            assertThat(codes(examine(server.uri()))).contains("no-replica").doesNotContain("no-persistence");
        }
    }

    @Test
    void aReplicaInsteadOfTheMaster() {
        try (Good good = good()) {
            good.replica.probe().call("CONFIG", "SET", "maxmemory", "200mb");
            Diagnosis diagnosis = examine(good.replica.uri());
            assertThat(codes(diagnosis)).contains("replica", "writes-refused");
            assertThat(diagnosis.exitStatus()).isEqualTo(20);
        }
    }

    @Test
    void aNodeOfAClusterThatIsNotWhole() {
        try (RedisServer server = RedisServers.start("cluster-enabled yes", "appendonly yes", "maxmemory 200mb")) {
            assertThat(codes(examine(server.uri()))).contains("cluster-uri", "cluster-state");
        }
    }

    @Test
    void slowCommandsWithoutTheirArguments() {
        try (Good good = good()) {
            good.probe.call("CONFIG", "SET", "slowlog-log-slower-than", "10000");
            good.probe.call("EVAL", "for i = 1, 2e7 do local x = i % 7 end return ARGV[1]", "0", "private");
            Diagnosis diagnosis = good.examine();
            assertThat(codes(diagnosis)).containsExactly("slow-log");
            assertThat(diagnosis.toString()).contains("EVAL").doesNotContain("private");
        }
    }

    @Test
    void clocksThatDiffer() {
        try (Good good = good()) {
            InstantSource ahead = () -> Instant.now().plusSeconds(60);
            SessionAdmin admin = SessionAdmin.builder(good.store)
                    .settings(SessionSettings.builder().clock(ahead).build())
                    .build();
            assertThat(codes(admin.doctor().examine())).containsExactly("clock");
        }
    }

    @Test
    void slowAnswers() {
        try (Good good = good();
                TcpProxy proxy = TcpProxy.to(good.server)) {
            try (RedisStore store = open(proxy.uri())) {
                store.ping();
                proxy.delay(Duration.ofMillis(30));
                assertThat(codes(SessionAdmin.builder(store).build().doctor().examine(0)))
                        .containsExactly("latency");
            }
        }
    }

    @Test
    void missingRights() {
        try (Good good = good()) {
            good.probe.call(
                    "ACL",
                    "SETUSER",
                    "shop",
                    "on",
                    ">tea",
                    "~sojourn:*",
                    "+@all",
                    "-zadd",
                    "-memory|usage",
                    "-copy",
                    "-xadd");
            Diagnosis diagnosis = examine(good.server.uri().replace("://", "://shop:tea@"));
            assertThat(codes(diagnosis))
                    .containsExactlyInAnyOrder("rights-sessions", "rights-end-events", "rights-every-node");
            assertThat(diagnosis.findings().get(0).advice()).contains("+memory|usage +zadd");
            assertThat(diagnosis.findings().get(1).severity()).isEqualTo(Severity.NOTE);

            good.probe.call("ACL", "SETUSER", "other", "on", ">tea", "~other:*", "+@all");
            assertThat(codes(examine(good.server.uri().replace("://", "://other:tea@"))))
                    .contains("rights-keys");

            good.probe.call("ACL", "SETUSER", "few", "on", ">tea", "~sojourn:*", "+ping", "+scan", "+dbsize");
            assertThat(codes(examine(good.server.uri().replace("://", "://few:tea@"))))
                    .contains("rights-sessions", "rights-end-events", "rights-doctor", "info-unseen")
                    .doesNotContain("unreachable", "scan-failed");
        }
    }

    @Test
    void writesThatAreRefused() {
        try (Good good = good()) {
            good.probe.call("CONFIG", "SET", "min-replicas-to-write", "5");
            Diagnosis diagnosis = good.examine();
            assertThat(codes(diagnosis)).containsExactly("writes-refused");
            assertThat(diagnosis.toString()).contains("NOREPLICAS");
        }
    }

    @Test
    void keysWithoutTtl() {
        try (Good good = good()) {
            good.probe.call("PERSIST", good.key(good.add("ada")));
            assertThat(codes(good.examine())).containsExactly("no-ttl");
        }
    }

    @Test
    void foreignKeys() {
        try (Good good = good()) {
            good.probe.call("SET", "sojourn:cache:\u001b[31m", "1");
            good.probe.call("SADD", "sojourn:" + good.add("ada").id().toString().replaceAll(".$", "") + "!", "a");
            good.probe.call("SET", "sojourn:" + SessionId.random(new Random(1)), "a string");
            Diagnosis diagnosis = good.examine();
            assertThat(codes(diagnosis)).containsExactly("foreign-keys");
            assertThat(diagnosis.findings().get(0).what()).startsWith("3 keys").doesNotContain("\u001b");
        }
    }

    @Test
    void foreignKeysMayBeSecretsSoTheyAreNotShownWhole() {
        try (Good good = good()) {
            String id = SessionId.random(new Random(1)).toString();
            good.probe.call("SET", "sojourn:hunter2-is-secret", "1");
            good.probe.call("SET", "sojourn:" + id, "a string");
            good.probe.call("SET", "sojourn:@principal:" + "s".repeat(43), "a string");
            Diagnosis diagnosis = good.examine();
            assertThat(codes(diagnosis)).containsExactly("foreign-keys");
            assertThat(diagnosis.findings().get(0).what()).startsWith("3 keys").contains("\"sojourn:hunt…\"");
            assertThat(diagnosis.toString() + diagnosis.toJson())
                    .doesNotContain("hunter", id.substring(0, 5), "s".repeat(5));
        }
    }

    @Test
    void sessionsOfAnotherStoreAreCountedAndTheirKeysAreNotShown() {
        try (Good good = good()) {
            String secret = "0e63cb5f-9d6f-4d68-9c8a-4d9d3c5ee111";
            good.probe.call("SET", "sojourn:" + secret, "frozen");
            good.probe.call("HSET", "sojourn:sessions:" + secret, "creationTime", "1");
            good.probe.call("HSET", "sojourn:sessions:of-another-shape", "creationTime", "1");
            good.probe.call("SET", "sojourn:sessions:expires:" + secret, "");
            good.probe.call("SADD", "sojourn:expirations:1796000000000", "expires:" + secret);
            good.probe.call("ZADD", "sojourn:sessions:expirations", "1", secret);
            good.probe.call(
                    "SADD",
                    "sojourn:index:org.springframework.session.FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME:mallory",
                    secret);
            Diagnosis diagnosis = good.examine();
            assertThat(codes(diagnosis)).containsExactly("other-store");
            assertThat(diagnosis.exitStatus()).isZero();
            assertThat(diagnosis.findings().get(0).what()).startsWith("7 keys");
            assertThat(diagnosis.toString() + diagnosis.toJson()).doesNotContain("0e63", "another-shape", "mallory");
        }
    }

    @Test
    void sessionsThatARingApplicationNamedAreNotForeign() {
        try (Good good = good()) {
            SessionManager named = SessionManager.create(
                    good.store.withPrefix("sojourn:n"),
                    SessionSettings.builder().endEvents(true).build());
            for (int i = 0; i < 3; i++) {
                Session session = named.create();
                session.signIn("ada");
                named.save(session);
                if (i == 0) {
                    assertThat(named.revoke(session.id())).isTrue();
                }
            }
            assertThat(good.probe.keys()).anyMatch(key -> key.startsWith("sojourn:n:@end:"));
            assertThat(codes(good.examine())).isEmpty();

            good.probe.call("SET", "sojourn:n:ote", "1");
            assertThat(codes(good.examine())).containsExactly("foreign-keys");
        }
    }

    @Test
    void aScanThatBreaksOffIsCritical() throws Exception {
        try (Good good = good();
                TcpProxy proxy = TcpProxy.to(good.server);
                RedisStore store = RedisStore.builder()
                        .uri(proxy.uri())
                        .timeout(Duration.ofSeconds(2))
                        .connect()) {
            good.probe.call("EVAL", "for i = 1, 2000 do redis.call('SET', KEYS[1] .. i, '') end", "1", "other:");
            // The second batch waits for a second, since the first one had 200 keys.
            SessionAdmin admin = SessionAdmin.builder(store).keysPerSecond(200).build();
            CompletableFuture<Diagnosis> examining =
                    CompletableFuture.supplyAsync(() -> admin.doctor().examine());
            // The check of rights has sent one, too.
            Awaitility.await().until(() -> good.probe.commandStats().getOrDefault("scan", 0L) >= 2);
            proxy.loseReplies();

            Diagnosis diagnosis = examining.get(30, TimeUnit.SECONDS);
            assertThat(codes(diagnosis)).contains("scan-failed").doesNotContain("keys-unseen");
            assertThat(diagnosis.exitStatus()).isEqualTo(20);
            assertThat(diagnosis.whole()).isFalse();
        }
    }

    @Test
    void unreadableRecordsByTheirCause() {
        try (Good good = good()) {
            good.probe.call("HSET", good.key(good.add("ada")), "r", "\u0002later");
            good.probe.call("HSET", good.key(good.add("ada")), "v", "none");
            Diagnosis diagnosis = good.examine();
            assertThat(codes(diagnosis)).containsExactly("unreadable", "unreadable");
            assertThat(diagnosis.toString()).contains("format 2").contains("damaged");
        }
    }

    @Test
    void indexesOutOfStepAreFoundAndHealed() {
        try (Good good = good()) {
            Session lost = good.add("eve");
            good.probe.keys().stream()
                    .filter(key -> key.startsWith("sojourn:@principal:"))
                    .forEach(key -> good.probe.call("ZREM", key, lost.id().toString(), "+" + lost.id()));
            assertThat(good.sessions.findByPrincipal("eve")).isEmpty();
            Diagnosis found = good.examine();
            assertThat(codes(found)).containsExactly("index-lacks-sessions");
            assertThat(found.exitStatus()).isEqualTo(20);
            assertThat(good.sessions.findByPrincipal("eve")).isEmpty();

            assertThat(SessionAdmin.builder(good.store).build().doctor().heal().healed())
                    .isEqualTo(1);
            assertThat(codes(good.examine())).isEmpty();
            assertThat(good.sessions.findByPrincipal("eve")).hasSize(1);
            assertThat(good.sessions.revokeAll("eve")).isEqualTo(1);
        }
    }

    @Test
    void indexesOfSessionsThatAreGoneAreFoundAndHealed() {
        try (Good good = good()) {
            for (int i = 0; i < 12; i++) {
                Session session = good.add("eve");
                good.probe.call("DEL", good.key(session));
            }
            assertThat(codes(good.examine())).containsExactly("index-stale");

            // What was bound a moment ago may still be written, so it stays; older members are taken out.
            String long_ago = "-7500000000000000";
            good.probe.keys().stream()
                    .filter(key -> key.startsWith("sojourn:@"))
                    .forEach(key -> good.probe.call(
                            "EVAL",
                            "for _, m in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do if string.sub(m, 1, 1) == '+' then"
                                    + " redis.call('ZADD', KEYS[1], ARGV[1], m) end end",
                            "1",
                            key,
                            long_ago));
            assertThat(SessionAdmin.builder(good.store).build().doctor().heal().healed())
                    .isEqualTo(24);
            assertThat(codes(good.examine())).isEmpty();
        }
    }

    /** One round trip for each session and each index would take half a minute here, and minutes with many sessions. */
    @Test
    void manySessionsTakeFewRoundTrips() {
        try (Good good = good();
                TcpProxy proxy = TcpProxy.to(good.server);
                RedisStore store = open(proxy.uri())) {
            for (int i = 0; i < 300; i++) {
                good.add("one-of-many-" + i);
            }
            store.ping();
            proxy.delay(Duration.ofMillis(10)); // In each direction.
            Doctor doctor =
                    SessionAdmin.builder(store).keysPerSecond(1_000_000).build().doctor();
            long start = System.nanoTime();
            Diagnosis diagnosis = doctor.examine();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
            assertThat(codes(diagnosis)).isSubsetOf("latency");
            assertThat(diagnosis.keys()).isGreaterThan(600);
        }
    }

    @Test
    void allMembersOfALargeIndexAreLookedAt() {
        try (Good good = good()) {
            String key = "sojourn:@" + IndexKey.PRINCIPAL + ":"
                    + IndexKey.of(IndexKey.PRINCIPAL, "ada").hash();
            // Many of one moment, and many of different ones.
            Random random = new Random(1);
            List<String> command = new ArrayList<>(List.of("ZADD", key));
            for (int i = 0; i < 3_500; i++) {
                String id = SessionId.random(random).toString();
                command.addAll(List.of("-" + (7_450_000_000_000_000L - (i < 1_500 ? 0 : i)), "+" + id));
                command.addAll(List.of("-5800000000000000", id)); // It ends in some years.
            }
            good.probe.call(command.toArray(String[]::new));
            assertThat(SessionAdmin.builder(good.store).build().doctor().heal().healed())
                    .isEqualTo(3_500);
            assertThat(good.probe.call("ZCARD", key)).isEqualTo(20L);
            assertThat(good.sessions.findByPrincipal("ada")).hasSize(10);
        }
    }

    @Test
    void hugeSessions() {
        try (Good good = good()) {
            Session session = good.add("ada");
            session.set("picture", new byte[400_000]);
            good.sessions.save(session);
            assertThat(codes(good.examine())).containsExactly("huge");
        }
    }

    @Test
    void hotSessions() throws InterruptedException {
        try (Good good = good()) {
            Session session = good.add("ada");
            AtomicBoolean done = new AtomicBoolean();
            Thread writer = new Thread(() -> {
                for (int i = 0; !done.get(); i++) {
                    session.set("count", i);
                    good.sessions.save(session);
                }
            });
            writer.start();
            try {
                Diagnosis diagnosis = good.examine();
                assertThat(codes(diagnosis)).containsExactly("hot");
                assertThat(diagnosis.toString()).contains(session.id().toString());
            } finally {
                done.set(true);
                writer.join();
            }
        }
    }

    @Test
    void aServerThatIsAway() {
        try (Good good = good()) {
            good.server.kill();
            Awaitility.await().until(() -> codes(good.examine()).equals(List.of("unreachable")));
            assertThat(good.examine().exitStatus()).isEqualTo(20);
        }
    }

    @Test
    void withoutTheRightToScanTheServersAreStillLookedAt() {
        try (Good good = good()) {
            good.probe.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
            good.probe.call("ACL", "SETUSER", "shop", "on", ">tea", "~sojourn:*", "+@all", "-scan");
            assertThat(codes(examine(good.server.uri().replace("://", "://shop:tea@"))))
                    .containsExactlyInAnyOrder("eviction", "keys-unseen", "rights-admin");
        }
    }
}
