package io.sojourn.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.LimitPolicy;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.ends.EndCause;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sessions end for every reason while three processes tell of it. One of them is killed, and one is suspended for longer than its
 * lease; on a cluster slots are moved all the while, and sentinels replace the master. Each end is told, with its cause and what the session held,
 * and no session that lives is.
 */
@Tag("full")
@Timeout(600)
class EndsOfKilledNodesTest {

    private static final int OF_EACH_CAUSE = 1_250;
    private static final Duration IDLE = Duration.ofSeconds(80);

    /** Longer than the lease of 30 s. */
    private static final Duration SUSPENDED = Duration.ofSeconds(35);

    private final Queue<String> heard = new ConcurrentLinkedQueue<>();

    private Process node(Servers servers, String prefix) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndsNode.class.getName(),
                        servers.uri(),
                        prefix,
                        Integer.toString(servers.replicas()))
                .redirectError(Redirect.DISCARD)
                .start();
        Thread reader = new Thread(() -> read(process));
        reader.setDaemon(true);
        reader.start();
        return process;
    }

    private void read(Process process) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                heard.add(line);
                line = lines.readLine();
            }
        } catch (IOException e) {
            heard.add("lost " + e);
        }
    }

    private long count(String kind) {
        return heard.stream().filter(line -> line.startsWith(kind)).count();
    }

    private static void signal(Process process, String signal) throws IOException, InterruptedException {
        int result = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(result).isZero();
    }

    private static SessionManager manager(RedisStore store, UnaryOperator<SessionSettings.Builder> settings) {
        return SessionManager.create(
                store, settings.apply(SessionSettings.builder().endEvents(true)).build());
    }

    private static Session stored(SessionManager sessions, String cart) {
        Session session = sessions.create();
        session.set("cart", cart);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    /**
     * Where the sessions are.
     *
     * @param replicas how many must have each write, so that a failover loses none
     * @param fault what the servers suffer while sessions end, again and again; false if it is not to come again
     */
    private record Servers(
            String uri, int replicas, Supplier<List<RedisServer>> masters, BooleanSupplier fault, Runnable end)
            implements AutoCloseable {

        static Servers one() {
            RedisServer server = RedisServers.start();
            return new Servers(server.uri(), 0, () -> List.of(server), () -> false, server::close);
        }

        static Servers cluster() {
            RedisCluster cluster = RedisCluster.start();
            Random random = new Random(5);
            return new Servers(
                    cluster.uri(),
                    0,
                    cluster::masters,
                    () -> {
                        int slot =
                                slots(cluster).get(random.nextInt(slots(cluster).size()));
                        List<RedisServer> others = cluster.masters().stream()
                                .filter(master -> master != cluster.ownerOf(slot))
                                .toList();
                        cluster.moveSlot(slot, others.get(random.nextInt(others.size())));
                        return true;
                    },
                    cluster::close);
        }

        /** Those of the due times, and of some sessions. */
        private static List<Integer> slots(RedisCluster cluster) {
            return cluster.masters().stream()
                    .flatMap(master -> {
                        try (RedisProbe probe = master.probe()) {
                            return Stream.concat(
                                    probe.keys().stream().filter(key -> key.contains(":@due:")),
                                    probe.keys().stream().limit(50))
                                    .map(cluster::slotOf)
                                    .toList()
                                    .stream();
                        }
                    })
                    .toList();
        }

        static Servers sentinels() {
            RedisSentinels sentinels = RedisSentinels.start();
            return new Servers(
                    sentinels.uri(),
                    sentinels.replicas().size(),
                    () -> List.of(sentinels.master()),
                    () -> {
                        RedisServer unused = sentinels.failOver();
                        sentinels.awaitWhole();
                        return false;
                    },
                    sentinels::close);
        }

        /** Lets them suffer once, and perhaps again and again until the result is completed. */
        CompletableFuture<Void> suffer() {
            CompletableFuture<Void> done = new CompletableFuture<>();
            boolean comesAgain = fault.getAsBoolean();
            Thread thread = new Thread(() -> {
                try {
                    boolean again = comesAgain;
                    while (again && !done.isDone()) {
                        again = fault.getAsBoolean();
                        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                    }
                } catch (RuntimeException e) {
                    done.completeExceptionally(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            return done;
        }

        @Override
        public void close() {
            end.run();
        }
    }

    @Test
    void everyEndIsToldThoughNodesDie() throws Exception {
        everyEndIsTold(Servers.one());
    }

    @Test
    void everyEndIsToldThoughNodesDieAndSlotsMove() throws Exception {
        everyEndIsTold(Servers.cluster());
    }

    @Test
    void everyEndIsToldThoughNodesDieAndTheMasterIsReplaced() throws Exception {
        everyEndIsTold(Servers.sentinels());
    }

    private void everyEndIsTold(Servers all) throws Exception {
        String prefix = "ends";
        List<Process> nodes = new ArrayList<>();
        try (Servers servers = all;
                RedisStore store = EndsNode.store(servers.uri(), prefix, servers.replicas(), Duration.ofSeconds(10))) {
            for (int i = 0; i < 3; i++) {
                nodes.add(node(servers, prefix));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> count("ready") == 3);
            Map<String, EndCause> expected = new HashMap<>();
            SessionManager idle = manager(store, settings -> settings.idleTimeout(IDLE));
            SessionManager absolute = manager(store, settings -> settings.absoluteTimeout(IDLE));
            SessionManager strict = manager(
                    store, settings -> settings.maxSessionsPerPrincipal(1).whenLimitReached(LimitPolicy.END_OLDEST));
            List<Session> living = new ArrayList<>();
            List<Session> toBeRevoked = new ArrayList<>();
            for (int i = 0; i < OF_EACH_CAUSE; i++) {
                expected.put(stored(idle, "i" + i).id() + " IDLE i" + i, EndCause.IDLE);
                expected.put(stored(absolute, "a" + i).id() + " ABSOLUTE a" + i, EndCause.ABSOLUTE);
                toBeRevoked.add(stored(strict, "r" + i));
            }
            for (int i = 0; i < 100; i++) {
                living.add(stored(strict, "living"));
            }
            CompletableFuture<Void> suffering = CompletableFuture.completedFuture(null);
            // Half of the revocations come before the faults and half after them, and the timeouts during them.
            for (int i = 0; i < OF_EACH_CAUSE; i++) {
                Session revoked = toBeRevoked.get(i);
                assertThat(strict.revoke(revoked.id())).isTrue();
                expected.put(revoked.id() + " REVOKED_ID r" + i, EndCause.REVOKED_ID);
                Session older = strict.create();
                older.set("cart", "l" + i);
                older.signIn("user" + i);
                strict.save(older);
                Session newer = strict.create();
                newer.signIn("user" + i);
                newer.set("cart", "living");
                strict.save(newer);
                living.add(newer);
                expected.put(older.id() + " LIMIT l" + i, EndCause.LIMIT);
                if (i == OF_EACH_CAUSE / 2) {
                    nodes.get(0).destroyForcibly();
                    signal(nodes.get(1), "STOP");
                    suffering = servers.suffer();
                }
            }
            long stopped = System.nanoTime();
            await().atMost(Duration.ofSeconds(60)).until(() -> System.nanoTime() - stopped > SUSPENDED.toNanos());
            signal(nodes.get(1), "CONT");
            await().atMost(Duration.ofMinutes(4))
                    .until(() -> heard.stream()
                                    .filter(line -> line.startsWith("end "))
                                    .map(line -> line.substring(4))
                                    .distinct()
                                    .count()
                            >= expected.size());
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(due(servers, prefix)).isEqualTo(living.size()));
            suffering.complete(null);
            suffering.join();
            List<String> told = heard.stream()
                    .filter(line -> line.startsWith("end "))
                    .map(line -> line.substring(4))
                    .toList();
            assertThat(told).containsOnly(expected.keySet().toArray(String[]::new));
            int doubles = told.size() - expected.size();
            System.out.println(servers.uri().replaceAll(":.*", "") + ": " + told.size() + " ends told, " + doubles
                    + " of them twice, " + count("handed ") + " handed on, lag " + lags());
            assertThat(doubles).isLessThanOrEqualTo(expected.size() / 1_000);
            assertThat(count("unknown ")).isZero();
            assertThat(living).allMatch(session -> strict.find(session.token()).isPresent());
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertEveryKeyEnds(servers));
        } finally {
            nodes.forEach(Process::destroyForcibly);
        }
    }

    /** How many entries there are. */
    private static long due(Servers servers, String prefix) {
        long count = 0;
        for (RedisServer master : servers.masters().get()) {
            try (RedisProbe probe = master.probe()) {
                for (String key : probe.keys()) {
                    if (key.startsWith(prefix + ":@due:")) {
                        count += (Long) Objects.requireNonNull(probe.call("ZCARD", key));
                    }
                }
            }
        }
        return count;
    }

    private static void assertEveryKeyEnds(Servers servers) {
        for (RedisServer master : servers.masters().get()) {
            try (RedisProbe probe = master.probe()) {
                assertThat(probe.keys())
                        .allSatisfy(key -> assertThat(probe.ttlMillis(key)).isPositive())
                        .noneMatch(key -> key.contains(":@end:"));
            }
        }
    }

    private String lags() {
        List<Long> lags = heard.stream()
                .filter(line -> line.startsWith("lag ") && (line.endsWith("IDLE") || line.endsWith("ABSOLUTE")))
                .map(line -> Long.valueOf(line.split(" ", -1)[1]))
                .sorted()
                .toList();
        return "median " + lags.get(lags.size() / 2) + " ms, p99 " + lags.get(lags.size() * 99 / 100) + " ms";
    }
}
