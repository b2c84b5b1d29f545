package io.sojourn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.testkit.support.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.sojourn.testkit.RedisServers#available")
class RedisServerTest {

    private final RedisBinary binary;
    private RedisServer server;

    RedisServerTest(RedisBinary binary) {
        this.binary = binary;
    }

    @BeforeEach
    void start() {
        server = RedisServers.start(binary);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void tellsWhatItIsAndWhereItListens() {
        try (RedisProbe probe = server.probe()) {
            assertThat(server.uri()).isEqualTo("redis://127.0.0.1:" + server.port());
            assertThat((String) probe.call("INFO", "server"))
                    .contains("process_id:" + server.pid())
                    .contains("tcp_port:" + server.port())
                    .contains(server.version());
            assertThat(server.flavor()).isEqualTo(binary.flavor());
            assertThat(probe.call("CONFIG", "GET", "bind")).isEqualTo(List.of("bind", "127.0.0.1"));
        }
        assertThat(server.log()).contains("Ready to accept connections");
    }

    @Test
    void keepsNothingOnDiskUnlessAsked() {
        try (RedisProbe probe = server.probe()) {
            probe.call("SET", "k", "v");
            server.restart();
            assertThat(probe.keys()).isEmpty();
        }
    }

    @Test
    void optionsAreLinesOfItsConfiguration() {
        try (RedisServer small = RedisServers.start(binary, "maxmemory 10mb", "maxmemory-policy allkeys-lru");
                RedisProbe probe = small.probe()) {
            assertThat(probe.call("CONFIG", "GET", "maxmemory")).isEqualTo(List.of("maxmemory", "10485760"));
            assertThat(probe.call("CONFIG", "GET", "maxmemory-policy"))
                    .isEqualTo(List.of("maxmemory-policy", "allkeys-lru"));
        }
    }

    @Test
    void anOptionThatIsWrongIsReportedWithTheServersOwnWords() {
        assertThatThrownBy(() -> RedisServers.start(binary, "no-such-option 1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(binary.name())
                .hasMessageContaining("exit code 1")
                .hasMessageContaining("'no-such-option 1'");
    }

    @Test
    void startsBehindAPassword() {
        try (RedisServer secured = RedisServers.start(binary, "requirepass sesame")) {
            assertThatThrownBy(secured::probe)
                    .isInstanceOfSatisfying(
                            RedisReplyException.class, e -> assertThat(e.code()).isEqualTo("NOAUTH"));
            try (RedisProbe probe = RedisProbe.connect("redis://:sesame@127.0.0.1:" + secured.port())) {
                assertThat(probe.call("PING")).isEqualTo("PONG");
            }
        }
    }

    @Test
    void takesAnotherPortWhenSomebodyElseHasIt() throws IOException {
        int free = FreePorts.claim();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Iterator<Integer> ports =
                    List.of(taken.getLocalPort(), server.port(), free).iterator();
            try (RedisServer third = RedisServer.start(binary, List.of(), ports::next)) {
                assertThat(third.port()).isEqualTo(free);
            }
        }
    }

    @Test
    void stoppedOrKilledItRefusesAndComesBackOnTheSamePort() {
        try (RedisProbe probe = server.probe()) {
            List<Runnable> ends = List.of(server::stop, server::kill);
            for (Runnable end : ends) {
                long pid = server.pid();
                int port = server.port();
                end.run();
                assertThat(server.isRunning()).isFalse();
                assertThat(ProcessHandle.of(pid)).isEmpty();
                assertThatThrownBy(() -> probe.call("PING")).isInstanceOf(UncheckedIOException.class);

                server.restart();
                assertThat(server.isRunning()).isTrue();
                assertThat(server.port()).isEqualTo(port);
                assertThat(server.pid()).isNotEqualTo(pid);
                assertThat(probe.call("PING")).isEqualTo("PONG");
            }
        }
    }

    @Test
    void restartsWithItsDataWhenItKeepsAnAppendOnlyFile() {
        try (RedisServer durable = RedisServers.start(binary, "appendonly yes", "appendfsync always");
                RedisProbe probe = durable.probe()) {
            probe.call("SET", "k", "v");
            durable.kill();
            durable.restart();
            assertThat(probe.call("GET", "k")).isEqualTo("v");
        }
    }

    @Test
    void restartSaysSoWhenThePortWasTakenMeanwhile() throws IOException {
        server.stop();
        try (ServerSocket thief = new ServerSocket(server.port(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(thief.isBound()).isTrue();
            assertThatThrownBy(server::restart)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("port " + server.port() + " was taken");
        }
        server.restart();
        assertThat(server.isRunning()).isTrue();
    }

    @Test
    void pausedItAcceptsAndIsSilentUntilResumed() {
        server.pause();
        assertThat(server.isRunning()).isTrue();
        assertThatThrownBy(() -> RedisProbe.connect(server.uri(), Duration.ofMillis(200)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("timed out");
        server.resume();
        try (RedisProbe probe = server.probe()) {
            assertThat(probe.call("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void onceStoppedItCannotBePaused() {
        server.stop();
        assertThatThrownBy(server::pause)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not run");
    }

    @Test
    void pausedItCanStillBeStoppedInOrder() {
        server.pause();
        server.stop();
        assertThat(server.log()).contains("bye bye");
    }

    @Test
    void closedItLeavesNeitherProcessNorFileEvenWhenPaused() {
        Path directory = server.directory();
        assertThat(directory).isDirectory();
        ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
        server.pause();

        server.close();
        server.close();

        assertThat(process.isAlive()).isFalse();
        assertThat(Files.exists(directory)).isFalse();
        assertThatThrownBy(server::restart)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
