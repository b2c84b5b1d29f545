package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.AsyncSessionManager;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionPage;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One user with very many sessions, on Redis: they are listed and ended, and other users do not notice. */
class CrowdOfOneTest {

    private final RedisBackend redis = new RedisBackend();
    private final SessionManager sessions = SessionManager.create(
            redis.store(),
            SessionSettings.builder()
                    .maxSessionsPerPrincipal(0)
                    .observer(new Heard())
                    .build());
    private final ExecutorService neighbour = Executors.newSingleThreadExecutor();

    @AfterEach
    void close() {
        neighbour.shutdownNow();
        redis.close();
    }

    /** How long the requests of another user took, and that none failed. */
    private record Felt(long p99Micros, int requests) {}

    private Felt meanwhile(SessionToken other, Callable<?> work) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Future<List<Long>> asking = neighbour.submit(() -> {
            List<Long> micros = new ArrayList<>();
            while (!over.get()) {
                long start = System.nanoTime();
                assertThat(sessions.find(other)).isPresent();
                micros.add((System.nanoTime() - start) / 1_000);
                LockSupport.parkNanos(200_000);
            }
            return micros;
        });
        try {
            work.call();
        } finally {
            over.set(true);
        }
        List<Long> micros = asking.get().stream().sorted().toList();
        return new Felt(micros.isEmpty() ? 0 : micros.get(micros.size() * 99 / 100), micros.size());
    }

    private void signIn(String principal, int times) throws InterruptedException {
        AsyncSessionManager async = sessions.async();
        int window = 100;
        Semaphore free = new Semaphore(window);
        List<SaveOutcome> others = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            free.acquire();
            Session session = async.create();
            session.signIn(principal);
            var unused = async.save(session).whenComplete((outcome, failure) -> {
                if (outcome != SaveOutcome.SAVED) {
                    synchronized (others) {
                        others.add(outcome);
                    }
                }
                free.release();
            });
        }
        free.acquire(window);
        assertThat(others).isEmpty();
    }

    private int countByPages(String principal) {
        int count = 0;
        Optional<String> next = Optional.empty();
        do {
            SessionPage page = sessions.pageByPrincipal(principal, next.orElse(null), SessionPage.MAX_SIZE);
            count += page.sessions().size();
            next = page.next();
        } while (next.isPresent());
        return count;
    }

    private SessionToken other() {
        Session session = sessions.create();
        session.signIn("ada");
        sessions.save(session);
        return session.token();
    }

    @Test
    void thousandsAreListedAndEndedWhileNoRequestOfOthersFails() throws Exception {
        SessionToken other = other();
        signIn("mallory", 3_000);
        meanwhile(other, () -> {
            assertThat(countByPages("mallory")).isEqualTo(3_000);
            assertThat(sessions.findByPrincipal("mallory")).hasSize(SessionPage.MAX_SIZE);
            assertThat(sessions.revokeAll("mallory")).isEqualTo(3_000);
            return null;
        });
        assertThat(sessions.findByPrincipal("mallory")).isEmpty();
        assertThat(sessions.find(other)).isPresent();
        redis.assertEveryKeyEnds();
    }

    /** 200,000 in one set: a script that reads all of it would block the server for a second at a time. */
    @Test
    @Tag("full")
    @Timeout(value = 10, unit = TimeUnit.MINUTES) // To sign in so many times takes minutes on a busy machine.
    void twoHundredThousandAreEndedAndOthersHardlyNotice() throws Exception {
        int many = Integer.getInteger("sojourn.crowd", 200_000);
        SessionToken other = other();
        signIn("mallory", many);
        meanwhile(other, () -> rest(Duration.ofSeconds(2))); // Warms up.
        Felt before = meanwhile(other, () -> rest(Duration.ofSeconds(5)));
        long start = System.nanoTime();
        Felt during = meanwhile(other, () -> {
            assertThat(sessions.revokeAll("mallory")).isEqualTo(many);
            return null;
        });
        System.out.printf(
                "%d sessions of one user ended in %.1f s; p99 of another user: %d us before, %d us meanwhile (%d requests)%n",
                many, (System.nanoTime() - start) / 1e9, before.p99Micros(), during.p99Micros(), during.requests());
        assertThat(sessions.findByPrincipal("mallory")).isEmpty();
        assertThat(during.p99Micros())
                .as("microseconds, %d before", before.p99Micros())
                .isLessThan(Math.max(2 * before.p99Micros(), 3_000));
        redis.assertEveryKeyEnds();
    }

    private static Duration rest(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        return time;
    }
}
