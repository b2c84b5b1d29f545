package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole lives of sessions in ten thousand virtual threads at once: none holds its carrier while it waits for Redis. */
class VirtualThreadsTest {

    private static final int THREADS = 10_000;

    /** From there on the flight recorder tells of every pinning, and a monitor is none (JEP 491). */
    private static final int FIRST_JDK = 24;

    private static final long PAUSE_NANOS = 1_000_000;

    private static final String PINNED = "jdk.VirtualThreadPinned";

    /** Waits where a virtual thread cannot leave its carrier, so that there is one event if events are told at all. */
    private static final class Pinning {

        static final long AT;

        static {
            LockSupport.parkNanos(PAUSE_NANOS);
            AT = System.nanoTime();
        }
    }

    /** This is compiled for JDK 17, which has none. */
    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    private static boolean live(SessionManager sessions, int number) {
        Session session = sessions.create();
        session.set("number", number);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        Session found = sessions.find(session.token()).orElseThrow();
        found.set("more", number);
        assertThat(sessions.save(found)).isEqualTo(SaveOutcome.SAVED);
        return sessions.revoke(found);
    }

    private static void live(ExecutorService threads, SessionManager sessions, int count)
            throws InterruptedException, ExecutionException {
        List<Callable<Boolean>> lives = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            lives.add(() -> live(sessions, number));
        }
        for (Future<Boolean> life : threads.invokeAll(lives)) {
            assertThat(life.get()).isTrue();
        }
    }

    @Test
    void noVirtualThreadPinsItsCarrier(@TempDir Path directory)
            throws IOException, InterruptedException, ExecutionException, ReflectiveOperationException {
        int jdk = Runtime.version().feature();
        assumeTrue(jdk >= FIRST_JDK, "JDK " + jdk + " has no virtual threads that the flight recorder tells enough of");
        Path file = directory.resolve("pinned.jfr");
        try (RedisServer server = RedisServers.start();
                RedisStore store = RedisStore.builder()
                        .uri(server.uri())
                        .timeout(Duration.ofSeconds(60))
                        .connect();
                Recording recording = new Recording()) {
            SessionManager sessions = SessionManager.create(store);
            ExecutorService threads = virtualThreads();
            try {
                live(threads, sessions, 100); // Whoever waits for a class to be initialized is pinned, once.
                recording.enable(PINNED).withoutThreshold().withStackTrace();
                recording.start();
                live(threads, sessions, THREADS);
                assertThat(threads.submit(() -> Pinning.AT).get()).isNotZero();
                recording.stop();
            } finally {
                threads.shutdown();
            }
            recording.dump(file);
        }
        List<RecordedEvent> pinned = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(PINNED))
                .toList();
        assertThat(pinned).singleElement().asString().contains("Pinning.<clinit>");
    }
}
