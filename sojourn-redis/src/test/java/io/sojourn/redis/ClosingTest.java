package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.StoreUnavailableException;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What is left of a store that was closed: nothing. */
class ClosingTest {

    private static final RedisServer SERVER = RedisServers.start();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    /** The threads of Lettuce and Netty; a thread that Netty has for the whole JVM ends a second after its last task. */
    private static Set<String> clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("lettuce") || name.contains("netty") || name.contains("globalEvent"))
                .collect(Collectors.toSet());
    }

    private static long connections() {
        try (RedisProbe probe = SERVER.probe()) {
            return String.valueOf(probe.call("CLIENT", "LIST")).lines().count() - 1;
        }
    }

    private static void assertNothingIsLeft() {
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(clientThreads()).isEmpty();
            assertThat(connections()).isZero();
        });
    }

    @Test
    void noThreadAndNoConnectionIsLeft() {
        RedisStore store = RedisStore.connect(SERVER.uri());
        assertThat(answer(new Calls(store).load(newId()))).isEmpty();
        assertThat(clientThreads()).isNotEmpty();
        assertThat(connections()).isEqualTo(1);
        store.close();
        assertNothingIsLeft();
    }

    @Test
    void aStoreThatNeverConnectedStopsTrying() {
        SERVER.stop();
        RedisStore store = RedisStore.connect(SERVER.uri());
        store.close();
        SERVER.restart();
        assertNothingIsLeft();
    }

    @Test
    void aStoreThatLostItsServerStopsTrying() {
        RedisStore store = RedisStore.connect(SERVER.uri());
        SERVER.kill();
        store.close();
        SERVER.restart();
        assertNothingIsLeft();
    }

    @Test
    void callsInFlightFail() {
        RedisStore store = RedisStore.connect(SERVER.uri());
        SERVER.pause();
        CompletableFuture<?> load = new Calls(store).load(newId());
        store.close();
        assertThatThrownBy(() -> answer(load)).isInstanceOf(StoreUnavailableException.class);
        SERVER.resume();
        assertThatThrownBy(store::ping)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("closed");
    }
}
