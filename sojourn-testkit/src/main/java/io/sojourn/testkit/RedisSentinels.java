package io.sojourn.testkit;

import io.sojourn.testkit.support.FreePorts;
import io.sojourn.testkit.support.Polling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A master with two replicas, watched by three sentinels: real processes on 127.0.0.1.
 *
 * <pre>{@code
 * try (RedisSentinels sentinels = RedisSentinels.start()) {
 *     RedisServer old = sentinels.master();
 *     old.kill();
 *     RedisServer next = sentinels.awaitOtherMaster(old);   // in about three seconds
 * }
 * }</pre>
 *
 * <p>Servers and sentinels are {@link RedisServer} objects, to be killed, paused and restarted like any other. A master is
 * replaced after a second without a sign of life. Nothing is kept on disk unless options say so: a master that is restarted
 * before it is replaced comes back empty, and its replicas follow it. Thread-safe.
 */
public final class RedisSentinels implements AutoCloseable {

    /** The name that the sentinels know the master by: {@value}. */
    public static final String MASTER_NAME = "sojourn";

    private static final int REPLICAS = 2;
    private static final int SENTINELS = 3;

    /** A sentinel that was stalled for two seconds does nothing for thirty ("TILT mode"), and then what it has to. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** More than three times the "failover-timeout", after which sentinels give a replacement up. */
    private static final Duration UNTIL_ASKED_AGAIN = Duration.ofSeconds(10);

    private static final List<String> OPTIONS =
            List.of("repl-diskless-sync-delay 0", "repl-ping-replica-period 1", "replica-priority 100");

    private static final String OVER_TLS = "tls-replication yes";

    private static final String DOWN_AFTER = "down-after-milliseconds";

    private final RedisBinary binary;
    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinels(RedisBinary binary) {
        this.binary = binary;
    }

    /** Starts the preferred server, see {@link #start(RedisBinary, String...)}. */
    public static RedisSentinels start(String... options) {
        return start(RedisServers.preferred(), options);
    }

    /**
     * Starts all six, and returns when the sentinels know each other and every server.
     *
     * @param binary which server; it is its own sentinel
     * @param options lines for the configuration file of master and replicas, see
     *     {@link RedisServers#start(RedisBinary, String...)}
     * @throws IllegalStateException if they do not come up
     */
    public static RedisSentinels start(RedisBinary binary, String... options) {
        RedisSentinels all = new RedisSentinels(binary);
        boolean ready = false;
        try {
            all.form(List.of(options));
            ready = true;
            return all;
        } finally {
            if (!ready) {
                all.close();
            }
        }
    }

    private void form(List<String> options) {
        boolean tls = options.contains(RedisServer.TLS);
        List<String> common = new ArrayList<>(OPTIONS);
        common.addAll(options);
        if (tls) {
            common.add(OVER_TLS);
        }
        RedisServer master = RedisServers.start(binary, common.toArray(String[]::new));
        servers.add(master);
        common.add("replicaof " + RedisServer.HOST + " " + RedisCluster.linkPort(master));
        for (int i = 0; i < REPLICAS; i++) {
            servers.add(RedisServers.start(binary, common.toArray(String[]::new)));
        }
        List<String> watch = new ArrayList<>(List.of(
                "sentinel monitor " + MASTER_NAME + " " + RedisServer.HOST + " " + RedisCluster.linkPort(master) + " 2",
                "sentinel down-after-milliseconds " + MASTER_NAME + " 1000",
                "sentinel failover-timeout " + MASTER_NAME + " 3000"));
        if (tls) {
            watch.addAll(options.stream().filter(RedisSentinels::isAboutTls).toList());
            watch.add(OVER_TLS);
        }
        for (int i = 0; i < SENTINELS; i++) {
            RedisServer sentinel = RedisServer.start(binary, watch, List.of("--sentinel"), FreePorts::claim);
            sentinels.add(sentinel);
            // Else it looks at a replica every ten seconds only; Redis 6 knows no such command, and takes its time.
            ask(sentinel, "SENTINEL", "DEBUG", "info-period", "500", "publish-period", "250");
        }
        awaitWhole();
    }

    /** From now on a master is replaced after so long without a sign of life. */
    void beforeGivingUp(Duration silence) {
        String millis = Long.toString(silence.toMillis());
        for (RedisServer sentinel : sentinels) {
            Object unused = RedisCluster.call(sentinel, "SENTINEL", "SET", MASTER_NAME, DOWN_AFTER, millis);
        }
    }

    private static boolean isAboutTls(String option) {
        return option.equals(RedisServer.TLS) || option.startsWith("tls-");
    }

    /** Where clients find it, such as {@code redis-sentinel://127.0.0.1:12345,127.0.0.1:12346,…/0#sojourn}. */
    public String uri() {
        return sentinels.stream()
                .map(sentinel -> RedisServer.HOST + ":" + sentinel.port())
                .collect(Collectors.joining(",", "redis-sentinel://", "/0#" + MASTER_NAME));
    }

    /**
     * As {@link #uri()}, over TLS, which is then spoken between all of them, too.
     *
     * @throws IllegalStateException if it was not started with {@link TestCertificates#serverOptions()}
     */
    public String tlsUri() {
        return sentinels.stream()
                .map(sentinel -> RedisServer.HOST + ":" + sentinel.tlsPort())
                .collect(Collectors.joining(",", "rediss-sentinel://", "/0#" + MASTER_NAME));
    }

    /** The servers, those that are down as well: first the one that was the master at the start. */
    public List<RedisServer> servers() {
        return List.copyOf(servers);
    }

    /** The sentinels, those that are down as well. */
    public List<RedisServer> sentinels() {
        return List.copyOf(sentinels);
    }

    /**
     * The server that is the master at this moment, as the sentinels see it: the last one as long as they have not replaced it.
     *
     * @throws IllegalStateException if no sentinel answers
     */
    public RedisServer master() {
        for (RedisServer sentinel : sentinels) {
            if (ask(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME) instanceof List<?> address) {
                int port = Integer.parseInt(String.valueOf(address.get(1)));
                return servers.stream()
                        .filter(server -> RedisCluster.linkPort(server) == port)
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("no server of these has port " + port));
            }
        }
        throw new IllegalStateException("no sentinel answers");
    }

    /** Every server but the {@link #master()}. */
    public List<RedisServer> replicas() {
        RedisServer master = master();
        return servers.stream().filter(server -> server != master).toList();
    }

    /**
     * Replaces the master by a replica though it is well ({@code SENTINEL FAILOVER}), and gives the new one when it is.
     * Sentinels that are short of time give up what they began; then they are asked again.
     */
    public RedisServer failOver() {
        RedisServer old = master();
        long start = System.nanoTime();
        while (true) {
            RedisServer asked = sentinels.stream()
                    .filter(RedisServer::isRunning)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no sentinel runs"));
            ask(asked, "SENTINEL", "FAILOVER", MASTER_NAME);
            try {
                return awaitOtherMaster(old, UNTIL_ASKED_AGAIN);
            } catch (IllegalStateException stillTheOldOne) {
                if (System.nanoTime() - start > LIMIT.toNanos()) {
                    throw stillTheOldOne;
                }
            }
        }
    }

    /** Waits until all running sentinels name another master than this one, and that one takes writes. */
    public RedisServer awaitOtherMaster(RedisServer old) {
        return awaitOtherMaster(old, LIMIT);
    }

    private RedisServer awaitOtherMaster(RedisServer old, Duration limit) {
        Polling.until(
                "the sentinels replace " + old,
                limit,
                () -> sentinels.stream()
                        .filter(RedisServer::isRunning)
                        .allMatch(sentinel -> ask(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME)
                                        instanceof List<?> address
                                && !String.valueOf(address.get(1))
                                        .equals(Integer.toString(RedisCluster.linkPort(old)))));
        RedisServer next = master();
        Polling.until(next + " is a master", LIMIT, () -> info(next).contains("role:master"));
        return next;
    }

    /**
     * Waits until all is well: every running sentinel knows all sentinels and servers, and every running server but the master
     * is in touch with it.
     */
    public void awaitWhole() {
        Polling.until("sentinels and servers know each other", LIMIT, this::isWhole);
    }

    private boolean isWhole() {
        RedisServer master = master();
        long replicas = servers.stream()
                .filter(server -> server != master && server.isRunning())
                .count();
        return servers.stream()
                        .filter(server -> server != master && server.isRunning())
                        .allMatch(server -> info(server).contains("master_link_status:up"))
                && info(master).contains("connected_slaves:" + replicas)
                && sentinels.stream()
                        .filter(RedisServer::isRunning)
                        .allMatch(sentinel -> String.valueOf(ask(sentinel, "INFO", "sentinel"))
                                .contains("status=ok,address=" + RedisServer.HOST + ":"
                                        + RedisCluster.linkPort(master) + ",slaves="
                                        + REPLICAS + ",sentinels=" + SENTINELS));
    }

    private static String info(RedisServer server) {
        return String.valueOf(ask(server, "INFO", "replication"));
    }

    private static @Nullable Object ask(RedisServer server, String... command) {
        if (!server.isRunning()) {
            return null;
        }
        try (RedisProbe probe = RedisProbe.connect(server.uri(), Duration.ofMillis(500))) {
            return probe.call(command);
        } catch (RuntimeException e) {
            return null; // killed, paused, or just starting
        }
    }

    /** Ends all of them and removes their files. */
    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        servers.forEach(RedisServer::close);
    }

    /** Which server, and where. */
    @Override
    public String toString() {
        return binary.name() + " behind sentinels at " + uri();
    }
}
