package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.connection.ClientSetup;
import io.sojourn.redis.connection.OversizeReplies;
import io.sojourn.redis.connection.RedisEndpoint;
import io.sojourn.redis.connection.RedisUris;
import io.sojourn.redis.health.HealthMonitor;
import io.sojourn.redis.health.ServerReport;
import io.sojourn.redis.health.StartUpProbe;
import io.sojourn.redis.operation.Connection;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.text.TextSettings;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a store says of its server when it starts, and what it refuses to work with. */
@Tag("slow")
@Tag("any-jdk")
class StartUpProbeTest {

    /** The line of what was found. */
    private static String found(LogLines log) {
        return Awaitility.await()
                .until(
                        () -> log.lines(Level.INFO).stream()
                                .filter(line -> line.startsWith("Sessions are in "))
                                .findFirst()
                                .orElse(""),
                        line -> !line.isEmpty());
    }

    /** Warnings follow the line of what was found, in the same thread; and a further answer comes after both. */
    private static List<String> warnings(RedisStore store, LogLines log) {
        found(log);
        store.ping();
        return log.lines(Level.WARNING);
    }

    @ParameterizedTest
    @MethodSource("io.sojourn.testkit.RedisServers#available")
    void oneLineSaysWhatWasFound(RedisBinary binary) {
        try (RedisServer server = RedisServers.start(binary, "maxmemory 200mb", "maxmemory-policy noeviction");
                LogLines log = new LogLines(server.port());
                RedisStore store = RedisStore.connect(server.uri())) {
            assertThat(found(log))
                    .startsWith("Sessions are in 127.0.0.1:" + server.port() + ": "
                            + (binary.flavor() == RedisBinary.Flavor.VALKEY ? "Valkey " : "Redis ") + server.version())
                    .contains(
                            ", 0 replicas, noeviction, memory ",
                            " MiB of 200.0 MiB, no append-only file, first round trip ");
            assertThat(warnings(store, log)).as("a server on the same machine").isEmpty();
            assertThat(log.lines(Level.INFO))
                    .filteredOn(line -> !line.startsWith("Sessions are in "))
                    .hasSize(2)
                    .anyMatch(line -> line.contains("it has no replica"))
                    .anyMatch(line -> line.contains("no append-only file and has written no snapshot"))
                    .allMatch(line -> line.startsWith("127.0.0.1:" + server.port() + ": "));
        }
    }

    @ParameterizedTest
    @MethodSource("io.sojourn.testkit.RedisServers#available")
    void storeTellsWhatItsServersAre(RedisBinary binary) {
        String product = binary.flavor() == RedisBinary.Flavor.VALKEY ? "Valkey " : "Redis ";
        try (RedisServer server = RedisServers.start(binary, "requirepass a-secret");
                RedisStore store = RedisStore.connect("redis://:a-secret@127.0.0.1:" + server.port());
                RedisStore unasked = RedisStore.builder()
                        .uri("redis://:a-secret@127.0.0.1:" + server.port())
                        .startupProbe(false)
                        .connect()) {
            Awaitility.await()
                    .untilAsserted(() -> assertThat(store.servers())
                            .containsExactly(product + server.version() + " at 127.0.0.1:" + server.port()));
            assertThat(unasked.servers()).isEmpty();
        }
    }

    @Test
    void aServerOnWhichNothingWillHurtIsNotWarnedOf() {
        try (RedisServer server = RedisServers.start("appendonly yes", "repl-diskless-sync-delay 0");
                RedisServer replica = RedisServers.start("replicaof 127.0.0.1 " + server.port());
                RedisProbe probe = server.probe()) {
            Awaitility.await()
                    .until(() ->
                            String.valueOf(probe.call("INFO", "replication")).contains("state=online"));
            try (LogLines log = new LogLines(server.port());
                    RedisStore store = RedisStore.connect(server.uri())) {
                assertThat(warnings(store, log)).isEmpty();
                assertThat(found(log)).contains(", 1 replica, ", ", append-only file, ");
            }
            try (LogLines log = new LogLines(replica.port());
                    RedisStore store = RedisStore.connect(replica.uri())) {
                assertThat(warnings(store, log)).anyMatch(line -> line.contains("it is a replica and takes no writes"));
            }
        }
    }

    @Test
    void aPolicyThatDropsSessionsAndFullMemoryAreWarnedOf() {
        try (RedisServer server = RedisServers.start("maxmemory-policy allkeys-lru");
                RedisProbe probe = server.probe()) {
            String used = String.valueOf(probe.call("INFO", "memory"));
            long bytes = Long.parseLong(ServerReport.lines(used).getOrDefault("used_memory", "0"));
            probe.call("CONFIG", "SET", "maxmemory", Long.toString(bytes + bytes / 20));
            try (LogLines log = new LogLines(server.port());
                    RedisStore store = RedisStore.connect(server.uri())) {
                assertThat(warnings(store, log))
                        .anyMatch(line -> line.contains("(maxmemory-policy allkeys-lru): set noeviction"))
                        .anyMatch(line -> line.contains("its memory is nearly full"));
            }
        }
    }

    @Test
    void withoutTheRightToAskItSaysWhatItCouldNotSeeAndWorks() {
        try (RedisServer server = RedisServers.start();
                RedisProbe probe = server.probe()) {
            probe.call("ACL", "SETUSER", "shop", "on", ">s3cret", "~sojourn:*", "+@all", "-@admin", "-info", "-time");
            try (LogLines log = new LogLines(server.port());
                    RedisStore store = RedisStore.builder()
                            .uri(server.uri())
                            .user("shop", "s3cret")
                            .connect()) {
                assertThat(found(log))
                        .endsWith(
                                ": a server of unknown version, more could not be seen: TIME is refused (NOPERM), INFO is"
                                        + " refused (NOPERM)");
                assertThat(warnings(store, log)).isEmpty();
                assertThat(answer(new Calls(store).load(newId()))).isEmpty();
                assertThat(store.health().isUp()).isTrue();
            }
        }
    }

    /** A server with a clock of its own cannot be had on one machine; but ours may be the one that is wrong. */
    @ParameterizedTest
    @CsvSource({"-60, ahead of", "60, behind"})
    void clocksThatDifferAreWarnedOf(int oursAheadBySeconds, String where) {
        try (RedisServer server = RedisServers.start();
                LogLines log = new LogLines(server.port())) {
            Clock wrong = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(oursAheadBySeconds));
            RedisEndpoint place = RedisUris.parse(server.uri()).endpoint();
            StartUpProbe probe = new StartUpProbe(
                    place.description(),
                    false,
                    "sojourn",
                    () -> false,
                    new HealthMonitor(place.description(), wrong),
                    wrong);
            try (Connection connection = Connection.to(
                    place,
                    new ClientSetup(
                            RedisStore.DEFAULT_TIMEOUT,
                            null,
                            RedisProtocol.AUTO,
                            new OversizeReplies(RedisStore.DEFAULT_MAX_LOAD_BYTES)))) {
                connection.addListener(probe);
                connection.open();
                probe.opened();
                Awaitility.await()
                        .until(() -> log.lines(Level.WARNING).stream()
                                .anyMatch(line -> line.contains("its clock is ")
                                        && line.contains(
                                                " " + where + " this machine's: sessions may end early or late")));
            }
        }
    }

    @Test
    void switchedOffItAsksNothingAndSaysNothing() {
        try (RedisServer server = RedisServers.start();
                RedisProbe probe = server.probe();
                LogLines log = new LogLines(server.port())) {
            probe.resetStats();
            try (RedisStore store =
                    RedisStore.builder().uri(server.uri()).startupProbe(false).connect()) {
                store.ping();
                assertThat(probe.commandStats())
                        .doesNotContainKeys("info", "time")
                        .containsKey("ping");
                assertThat(log.lines()).isEmpty();
            }
        }
    }

    @Test
    void afterAReconnectItAsksAgainAndRepeatsNothing() {
        try (RedisServer server = RedisServers.start("maxmemory-policy allkeys-lru");
                LogLines log = new LogLines(server.port());
                RedisStore store = RedisStore.connect(server.uri())) {
            List<String> before = warnings(store, log);
            server.restart();
            Awaitility.await().until(() -> store.health().isUp());
            try (RedisProbe probe = server.probe()) {
                Awaitility.await()
                        .untilAsserted(() -> assertThat(probe.commandStats()).containsKeys("info", "time"));
            }
            store.ping();
            assertThat(log.lines(Level.WARNING))
                    .filteredOn(line -> !line.startsWith("Lost the connection"))
                    .isEqualTo(before);
            assertThat(log.lines(Level.INFO))
                    .filteredOn(line -> line.startsWith("Sessions are in"))
                    .hasSize(1);
        }
    }

    @Test
    void aServerThatIsTooOldIsRefusedUntilItIsReplaced() {
        String[] version = {"6.0"};
        try (RedisServer server = RedisServers.start();
                Relay relay = new Relay(
                        server.port(),
                        bytes -> Relay.replaced(
                                bytes,
                                "redis_version:" + server.version().substring(0, 3),
                                "redis_version:" + version[0]));
                LogLines log = new LogLines(relay.port());
                RedisStore store = RedisStore.connect("redis://127.0.0.1:" + relay.port())) {
            found(log);
            assertThat(log.lines(Level.SEVERE))
                    .singleElement()
                    .asString()
                    .contains("127.0.0.1:" + relay.port() + " is Redis 6.0", "need Redis 6.2");
            assertThatThrownBy(() -> answer(new Calls(store).create(newId())))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("is Redis 6.0")
                    .hasMessageContaining("need Redis 6.2");
            assertThat(store.health().state()).isEqualTo(StoreHealth.State.DOWN);
            assertThat(store.health().reason()).contains("need Redis 6.2");
            version[0] = server.version().substring(0, 3);
            relay.cutConnections();
            Awaitility.await().until(() -> store.health().isUp());
            assertThat(answer(new Calls(store).create(newId()))).isEqualTo(CommitResult.APPLIED);
        }
    }

    @Test
    void aServerThatClosesIdleConnectionsIsNoticedOnce() {
        try (RedisServer server = RedisServers.start("timeout 1");
                LogLines log = new LogLines(server.port());
                RedisStore store = RedisStore.connect(server.uri())) {
            store.ping();
            Set<String> connections = new HashSet<>();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                connections.addAll(Connections.othersAt(server));
                return connections.size() > 3;
            });
            assertThat(log.lines().stream().filter(line -> line.contains("Lost the connection")))
                    .hasSizeLessThan(3);
            assertThat(log.lines(Level.INFO).stream().filter(line -> line.contains("its setting timeout is above 0")))
                    .hasSize(1);
        }
    }

    @Test
    void itCanBeSwitchedOffByAText() {
        try (RedisServer server = RedisServers.start();
                LogLines log = new LogLines(server.port())) {
            try (var store =
                    new RedisStoreProvider().open(server.uri(), TextSettings.of(Map.of("startupProbe", "false")))) {
                assertThat(answer(store.load(newId()))).isEmpty();
                assertThat(log.lines()).isEmpty();
            }
        }
    }
}
