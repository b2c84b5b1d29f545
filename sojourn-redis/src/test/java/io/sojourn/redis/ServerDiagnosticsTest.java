package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.redis.health.ServerDiagnostics;
import io.sojourn.redis.health.ServerReport;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of what a server tells of itself. */
class ServerDiagnosticsTest {

    private static final Map<String, String> GOOD = Map.of(
            "redis_version", "7.0.15",
            "redis_mode", "standalone",
            "role", "master",
            "connected_slaves", "1",
            "maxmemory_policy", "noeviction",
            "maxmemory", "104857600",
            "used_memory", "52428800",
            "aof_enabled", "1");

    private static ServerReport report(Map<String, String> info, Duration skew) {
        return new ServerReport("here:1", info, Duration.ofNanos(420_000), skew, "", "");
    }

    private static ServerReport but(String name, String text) {
        Map<String, String> info = new HashMap<>(GOOD);
        info.put(name, text);
        return report(info, Duration.ZERO);
    }

    private static Iterable<String> kinds(ServerReport report) {
        return ServerDiagnostics.warnings(report, false).keySet();
    }

    @Test
    void aGoodServerIsOneLineAndNoWarning() {
        ServerReport good = report(GOOD, Duration.ZERO);
        assertThat(ServerDiagnostics.facts(good))
                .isEqualTo("Redis 7.0.15, 1 replica, noeviction, memory 50.0 MiB of 100.0 MiB, append-only file,"
                        + " first round trip 0.4 ms");
        assertThat(kinds(good)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:6379, replicas, INFO",
        "127.0.0.1:6379, persistence, INFO",
        "0:0:0:0:0:0:0:1:6379, replicas, INFO",
        "localhost:6379, policy, WARNING",
        "127.0.0.1.example.com:6379, replicas, WARNING",
        "localhost.example.com:6379, persistence, WARNING",
        "10.0.0.5:6379, replicas, WARNING"
    })
    void missingCopiesAreNoWarningOnADevelopersMachine(String server, String kind, Level level) {
        ServerReport report = new ServerReport(server, GOOD, null, null, "", "");
        assertThat(ServerDiagnostics.level(report, kind)).isEqualTo(level);
    }

    @ParameterizedTest
    @CsvSource({
        "maxmemory_policy, allkeys-lru, policy",
        "maxmemory_policy, volatile-ttl, policy",
        "connected_slaves, 0, replicas",
        "aof_enabled, 0, persistence",
        "used_memory, 95000000, memory",
        "redis_mode, cluster, cluster",
        "server_mode, cluster, cluster",
        "role, slave, replica"
    })
    void whatWillHurtIsWarnedOf(String name, String text, String kind) {
        assertThat(kinds(but(name, text))).containsExactly(kind);
    }

    @Test
    void oneOfAClusterIsWhereItBelongs() {
        assertThat(ServerDiagnostics.warnings(but("redis_mode", "cluster"), true))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2000, 0", "-2000, 0", "2001, 1", "-2001, 1", "90000, 1"})
    void aClockThatIsWrongIsWarnedOf(long millis, int warnings) {
        assertThat(kinds(report(GOOD, Duration.ofMillis(millis)))).hasSize(warnings);
    }

    @Test
    void aSnapshotSinceTheStartIsPersistence() {
        Map<String, String> info = new HashMap<>(GOOD);
        info.put("aof_enabled", "0");
        info.put("server_time_usec", "1700001000000000");
        info.put("uptime_in_seconds", "1000");
        info.put("rdb_last_save_time", "1700000000");
        assertThat(kinds(report(info, Duration.ZERO))).containsExactly("persistence");
        info.put("rdb_last_save_time", "1700000500");
        assertThat(kinds(report(info, Duration.ZERO))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "5.0.14, true",
        "6.0.16, true",
        "6.1.241, true",
        "6.2.0, false",
        "6.2.20, false",
        "7.0.15, false",
        "8.2.1, false",
        "10.0, false",
        "255.255.255, false",
        "unstable, false",
        "'', false"
    })
    void whatIsOlderThan62IsTooOld(String version, boolean tooOld) {
        assertThat(but("redis_version", version).isTooOld()).isEqualTo(tooOld);
    }

    @Test
    void whatIsNotToldIsNotWarnedOf() {
        ServerReport nothing = new ServerReport("here:1", Map.of(), null, null, "INFO is refused (NOPERM)", "");
        assertThat(kinds(nothing)).isEmpty();
        assertThat(nothing.isTooOld()).isFalse();
        assertThat(ServerDiagnostics.facts(nothing))
                .isEqualTo("a server of unknown version, more could not be seen: INFO is refused (NOPERM)");
    }

    @Test
    void valkeyTellsItsOwnVersion() {
        Map<String, String> info = ServerReport.lines(
                "# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n\r\nbroken\r\n");
        assertThat(report(info, Duration.ZERO).product()).isEqualTo("Valkey 8.0.1");
    }
}
