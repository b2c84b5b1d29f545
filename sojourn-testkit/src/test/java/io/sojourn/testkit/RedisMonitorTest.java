package io.sojourn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.sojourn.testkit.RedisServers#available")
class RedisMonitorTest {

    private final RedisBinary binary;
    private RedisServer server;
    private RedisProbe probe;
    private RedisMonitor monitor;

    RedisMonitorTest(RedisBinary binary) {
        this.binary = binary;
    }

    @BeforeEach
    void start() {
        server = RedisServers.start(binary);
        probe = server.probe();
        monitor = probe.monitor();
    }

    @AfterEach
    void close() {
        monitor.close();
        probe.close();
        server.close();
    }

    @Test
    void seesAllThatWasExecutedBeforeItIsAsked() {
        try (RedisProbe application = server.probe()) {
            monitor.clear();
            for (int i = 0; i < 1_000; i++) {
                application.call("SET", "key-" + i, "v");
            }
            List<String> lines = monitor.lines();
            assertThat(lines).hasSize(1_000);
            assertThat(lines.get(999)).contains("\"SET\" \"key-999\" \"v\"");
            assertThat(monitor.lines()).isEqualTo(lines);
        }
    }

    @Test
    void waitsForWorkThatGoesOn() {
        try (RedisProbe application = server.probe()) {
            monitor.clear();
            Duration quiet = Duration.ofMillis(1_500);
            CompletableFuture<Void> work = CompletableFuture.runAsync(() -> {
                // Each call blocks for a tenth of a second, so the server is not left alone for long.
                for (int i = 0; i < 6; i++) {
                    application.call("BLPOP", "absent-" + i, "0.1");
                }
            });
            assertThat(monitor.awaitQuiet(quiet, Duration.ofSeconds(20)).get(5)).contains("absent-5");
            work.join();
        }
    }

    @Test
    void aServerThatIsNeverLeftAloneIsReported() {
        assertThatThrownBy(() -> monitor.awaitQuiet(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not left alone");
    }

    @Test
    void doesNotCountAmongTheCommandsOfOthers() {
        probe.resetStats();
        try (RedisMonitor second = probe.monitor()) {
            assertThat(second.lines()).isEmpty();
        }
        assertThat(probe.commandStats()).isEmpty();
    }

    @Test
    void aRestartEndsItAndIsReported() {
        server.restart();
        assertThatThrownBy(monitor::lines)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("reports no more");
    }
}
