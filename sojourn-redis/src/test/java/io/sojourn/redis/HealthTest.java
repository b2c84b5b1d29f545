package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.health.HealthMonitor;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.StoreHealth.State;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a store says of its own state, and what the log says once, while a server is well, silent, full or dead. */
@Tag("slow")
@Tag("any-jdk")
class HealthTest {

    private final RedisServer server = RedisServers.start();
    private final RedisProbe probe = server.probe();
    private final LogLines log = new LogLines(server.port());
    private final RedisStore store = RedisStore.connect(server.uri());
    private final Calls calls = new Calls(store);

    @AfterEach
    void close() {
        store.close();
        log.close();
        probe.close();
        server.close();
    }

    private StoreHealth asked() {
        return answer(store.checkHealth());
    }

    private static Instant since(StoreHealth health) {
        return Objects.requireNonNull(health.since());
    }

    @Test
    void aServerThatAnswersIsUpSinceItWasConnectedTo() {
        StoreHealth health = asked();
        assertThat(health.state()).isEqualTo(State.UP);
        assertThat(health.reason()).isEmpty();
        assertThat(health.latency()).isBetween(Duration.ofNanos(1_000), RedisStore.DEFAULT_TIMEOUT);
        assertThat(since(health)).isBetween(Instant.now().minusSeconds(30), Instant.now());
        assertThat(store.health()).isEqualTo(health);
    }

    @Test
    void whatIsKnownIsToldWithoutAsking() {
        store.ping();
        probe.resetStats();
        for (int i = 0; i < 100; i++) {
            assertThat(store.health().isUp()).isTrue();
        }
        assertThat(probe.commandStats()).isEmpty();
        assertThat(asked().isUp()).isTrue();
        assertThat(probe.commandStats()).containsOnlyKeys("ping");
    }

    @Test
    void aDeadServerIsDownAtOnceAndUpAgainByItself() {
        Instant before = Instant.now();
        server.kill();
        Awaitility.await().until(() -> store.health().state() == State.DOWN);
        StoreHealth down = store.health();
        assertThat(down.reason()).contains("There is no connection to 127.0.0.1:" + server.port());
        assertThat(since(down)).isBetween(before, Instant.now());
        long start = System.nanoTime();
        assertThat(asked().state()).isEqualTo(State.DOWN);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(300));
        server.restart();
        Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> asked().isUp());
        assertThat(since(store.health())).isAfter(since(down));
        assertThat(log.lines(Level.WARNING).stream().filter(line -> line.startsWith("Lost the connection")))
                .singleElement()
                .asString()
                .contains("Operations fail at once until it is back");
        assertThat(log.lines(Level.INFO))
                .anyMatch(line -> line.startsWith("Connected to 127.0.0.1") && line.contains("again"));
    }

    @Test
    void aSilentServerIsDegradedAndAskingEndsWithinTheDeadline() {
        server.pause();
        assertThat(store.health().isUp()).isTrue(); // Nobody has noticed yet.
        long start = System.nanoTime();
        StoreHealth silent = asked();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(900));
        assertThat(silent.state()).isEqualTo(State.DEGRADED);
        assertThat(silent.reason()).contains("had no answer", "within 500 ms");
        server.resume();
        assertThat(asked().state()).as("still, for some seconds").isEqualTo(State.DEGRADED);
        Awaitility.await()
                .atMost(HealthMonitor.HOLD.plusSeconds(3))
                .until(() -> store.health().isUp());
        assertThat(log.lines(Level.WARNING).stream().filter(line -> line.contains("SLOWLOG")))
                .hasSize(1);
    }

    @Test
    void aFullServerIsDegradedAndSaidOnceWithWhatToDo() {
        SessionId id = newId();
        answer(calls.create(id));
        probe.call("CONFIG", "SET", "maxmemory", "1");
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> answer(calls.create(newId()))).isInstanceOf(StoreUnavailableException.class);
            assertThat(answer(calls.load(id))).isPresent();
        }
        assertThat(store.health().state()).isEqualTo(State.DEGRADED);
        assertThat(store.health().reason()).contains("OOM");
        assertThat(log.lines(Level.WARNING).stream().filter(line -> line.contains("OOM")))
                .singleElement()
                .asString()
                .contains("reached maxmemory: raise it");
    }

    @Test
    void aMissingPasswordIsSaidOnceWithWhatToDo() {
        probe.call("CONFIG", "SET", "requirepass", "s3cret");
        try (RedisStore locked = RedisStore.connect(server.uri())) {
            assertThat(locked.health().state()).isNotEqualTo(State.UP);
            assertThat(log.lines(Level.WARNING)).anyMatch(line -> line.contains("NOAUTH") && line.contains("set it"));
            assertThat(log.lines()).noneMatch(line -> line.contains("s3cret"));
        }
    }

    @Test
    void aClosedStoreIsDown() {
        store.close();
        assertThat(store.health().state()).isEqualTo(State.DOWN);
        assertThat(store.health().reason()).contains("closed");
        assertThat(asked().state()).isEqualTo(State.DOWN);
    }
}
