package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What somebody reads in the log of an application that goes on asking for sessions while the server is dead. */
@Tag("slow")
@Tag("any-jdk")
class OutageLogTest {

    /** Everything that java.util.logging shows unless told otherwise. */
    private static final class AllLines extends Handler {

        private final Queue<LogRecord> lines = new ConcurrentLinkedQueue<>();
        private final SimpleFormatter formatter = new SimpleFormatter();

        long count(String logger) {
            return lines.stream()
                    .filter(line -> String.valueOf(line.getLoggerName()).startsWith(logger))
                    .count();
        }

        long count(String logger, String beginning) {
            return lines.stream()
                    .filter(line -> String.valueOf(line.getLoggerName()).startsWith(logger)
                            && formatter.formatMessage(line).startsWith(beginning))
                    .count();
        }

        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.INFO.intValue()) {
                lines.add(line);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static void assertOneLineForEachThing(Duration time) {
        AllLines log = new AllLines();
        Logger root = Logger.getLogger("");
        try (RedisServer server = RedisServers.start();
                RedisStore store = RedisStore.connect(server.uri())) {
            SessionManager sessions = SessionManager.create(store);
            SessionToken token = sessions.create().token();
            store.ping();
            root.addHandler(log);
            server.kill();
            long start = System.nanoTime();
            int[] failed = {0};
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(time.plusSeconds(30))
                    .until(() -> {
                        try {
                            boolean unused = sessions.find(token).isPresent();
                        } catch (StoreUnavailableException e) {
                            failed[0]++;
                        }
                        return System.nanoTime() - start > time.toNanos();
                    });
            server.restart();
            Awaitility.await()
                    .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> answer(store.load(newId())).isEmpty());
            Awaitility.await().until(() -> log.count("io.sojourn.redis", "Connected to ") > 0);
            assertThat(failed[0]).isGreaterThan(50);
            assertThat(log.count("io.sojourn.redis", "Lost the connection to ")).isEqualTo(1);
            assertThat(log.count("io.sojourn.redis", "Connected to ")).isEqualTo(1);
            assertThat(log.count("io.sojourn.redis")).isBetween(2L, 4L);
            long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
            assertThat(log.count("io.sojourn", "Session "))
                    .as("by the observer")
                    .isBetween(1L, 2 + seconds / 10);
            assertThat(log.count("io.lettuce")).as("Lettuce's own").isLessThan(10 + seconds);
        } finally {
            root.removeHandler(log);
        }
    }

    @Test
    void twoSecondsWithoutAServerAreALineForEachThingAndNotForEachRequest() {
        assertOneLineForEachThing(Duration.ofSeconds(2));
    }

    @Test
    @Tag("full")
    void halfAMinuteIsNoMoreThanThat() {
        assertOneLineForEachThing(Duration.ofSeconds(30));
    }

    /** As one with a short {@code timeout}, or a replica that is written to, which is left each time. */
    @Test
    void aConnectionThatIsCutAgainAndAgainIsSaidOnce() {
        AllLines log = new AllLines();
        Logger root = Logger.getLogger("");
        try (RedisServer server = RedisServers.start();
                RedisProbe probe = server.probe();
                RedisStore store = RedisStore.connect(server.uri())) {
            store.ping();
            root.addHandler(log);
            for (int i = 0; i < 6; i++) {
                Set<String> before = Connections.othersAt(server);
                probe.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                Awaitility.await().until(() -> !before.containsAll(Connections.othersAt(server)));
                Awaitility.await().until(() -> store.health().isUp());
            }
            // On a machine that is busy one of them may last a second.
            assertThat(log.count("io.sojourn.redis", "Lost the connection to ")).isBetween(1L, 3L);
            Awaitility.await().until(() -> log.count("io.sojourn.redis", "Connected to ") > 0);
            long lost = log.count("io.sojourn.redis", "Lost the connection to ");
            long connected = log.count("io.sojourn.redis", "Connected to ");
            server.kill();
            Awaitility.await().until(() -> log.count("io.sojourn.redis", "Lost the connection to ") > lost);
            server.restart();
            Awaitility.await().until(() -> log.count("io.sojourn.redis", "Connected to ") > connected);
        } finally {
            root.removeHandler(log);
        }
    }

    /** Connecting succeeds, and nobody answers: so every two seconds. */
    @Test
    void aServerThatGoesOnBeingSilentIsSaidOnce() {
        AllLines log = new AllLines();
        Logger root = Logger.getLogger("");
        root.addHandler(log);
        try (RedisServer server = RedisServers.start();
                RedisStore store = RedisStore.connect(server.uri())) {
            store.ping();
            server.pause();
            long start = System.nanoTime();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                try {
                    store.ping();
                } catch (StoreUnavailableException e) {
                    return System.nanoTime() - start > Duration.ofSeconds(6).toNanos();
                }
                return false;
            });
            server.resume();
            assertThat(log.lines.stream().map(log.formatter::formatMessage))
                    .filteredOn(line -> line.contains(" has been silent for "))
                    .hasSize(1);
        } finally {
            root.removeHandler(log);
        }
    }
}
