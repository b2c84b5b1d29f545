package io.sojourn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {

    private static final RedisServer SERVER = RedisServers.start();
    private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);

    private final TcpProxy network = TcpProxy.to(SERVER);
    private final RedisProbe direct = SERVER.probe();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @AfterEach
    void close() {
        direct.close();
        network.close();
    }

    private RedisProbe through() {
        return RedisProbe.connect(network.uri(), Duration.ofMillis(300));
    }

    @Test
    void passesEverythingOnUnlessToldOtherwise() {
        try (RedisProbe probe = through()) {
            String large = "x".repeat(1_000_000);
            assertThat(probe.call("SET", "large", large)).isEqualTo("OK");
            assertThat(probe.call("GET", "large")).isEqualTo(large);
            assertThat(network.accepted()).isEqualTo(1);
            assertThat(network.open()).isEqualTo(1);
        }
        await().until(() -> network.open() == 0);
    }

    @Test
    void delaysBothDirections() {
        try (RedisProbe probe = through()) {
            network.delay(Duration.ofMillis(50));
            long start = System.nanoTime();
            assertThat(probe.call("PING")).isEqualTo("PONG");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
            network.heal();
            network.delay(Duration.ofMillis(200));
            assertThatThrownBy(() -> probe.call("PING")).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void losesRepliesToWhatWasDone() {
        try (RedisProbe probe = through()) {
            direct.call("DEL", "n");
            network.loseReplies();
            assertThatThrownBy(() -> probe.call("INCR", "n")).isInstanceOf(UncheckedIOException.class);
            assertThat(direct.call("GET", "n")).isEqualTo("1");
            network.heal();
            assertThat(probe.call("INCR", "n")).isEqualTo(2L);
        }
    }

    @Test
    void losesRequestsSoThatNothingIsDone() {
        try (RedisProbe probe = through()) {
            direct.call("DEL", "n");
            network.loseRequests();
            assertThatThrownBy(() -> probe.call("INCR", "n")).isInstanceOf(UncheckedIOException.class);
            assertThat(direct.call("EXISTS", "n")).isEqualTo(0L);
        }
    }

    @Test
    void forgetsConnectionsForGoodAndTakesNewOnes() {
        try (RedisProbe old = through();
                RedisProbe other = through()) {
            network.forgetConnections();
            network.heal();
            assertThatThrownBy(() -> old.call("PING")).hasMessageContaining("timed out");
            assertThat(old.call("PING")).as("on a new connection").isEqualTo("PONG");
            assertThatThrownBy(() -> other.call("PING")).hasMessageContaining("timed out");
        }
    }

    @Test
    void cutsConnectionsAndRefusesNewOnes() {
        try (RedisProbe probe = through()) {
            network.cut();
            assertThat(probe.call("PING")).as("on a new connection").isEqualTo("PONG");
            network.refuse();
            assertThat(probe.call("PING")).as("on the old connection").isEqualTo("PONG");
            network.cut();
            assertThatThrownBy(() -> probe.call("PING")).hasMessageContaining("refused");
            network.heal();
            assertThat(probe.call("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void halfClosedItStillDeliversRequests() throws IOException {
        direct.call("DEL", "n");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), network.port())) {
            client.getOutputStream().write(PING);
            assertThat(client.getInputStream().readNBytes(7)).startsWith('+', 'P', 'O', 'N', 'G');
            network.halfClose();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            client.getOutputStream().write("INCR n\r\n".getBytes(StandardCharsets.US_ASCII));
            await().untilAsserted(() -> assertThat(direct.call("GET", "n")).isEqualTo("1"));
        }
    }

    @Test
    void aServerThatIsAwayIsAwayBehindItToo() {
        SERVER.stop();
        try {
            assertThatThrownBy(this::through).isInstanceOf(UncheckedIOException.class);
        } finally {
            SERVER.restart();
        }
        try (RedisProbe probe = through()) {
            assertThat(probe.call("PING")).isEqualTo("PONG");
        }
    }
}
