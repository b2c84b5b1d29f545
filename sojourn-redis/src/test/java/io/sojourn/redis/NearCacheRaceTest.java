package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult.Conflict;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.TcpProxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Fills against invalidations, flat out: threads read the very sessions that are being changed through two stores, both with
 * caches. When all is done and told, neither cache may show anything but what is stored.
 */
@Tag("slow")
class NearCacheRaceTest {

    private static final RedisServer SERVER = RedisServers.start();

    private static final int READERS = 3;

    /** How many neighbours are read while one is written. */
    private static final int WINDOW = 3;

    private static final int CHANGES = 6;

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void noneOfSomeSessionsIsStale() {
        noneIsStale(300);
    }

    @Test
    @Tag("full")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void noneOfTenThousandSessionsIsStale() {
        noneIsStale(10_000);
    }

    @Test
    void noneOfSomeSessionsIsStaleAfterConnectionsWereCut() {
        noneIsStaleAfterConnectionsWereCut(200, 10);
    }

    @Test
    @Tag("full")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void noneOfTenThousandSessionsIsStaleAfterConnectionsWereCut() {
        noneIsStaleAfterConnectionsWereCut(10_000, 50);
    }

    private static void noneIsStale(int count) {
        try (Race race = new Race(SERVER.uri(), count)) {
            race.run(() -> {});
            assertThat(race.near.nearCache().orElseThrow().racedFills()).isPositive();
            assertThat(race.stale()).isEmpty();
        }
    }

    private static void noneIsStaleAfterConnectionsWereCut(int count, int sessionsACut) {
        try (TcpProxy network = TcpProxy.to(SERVER);
                Race race = new Race(network.uri(), count)) {
            race.run(() -> {
                if (ThreadLocalRandom.current().nextInt(sessionsACut) == 0) {
                    network.cut();
                    race.awaitTracking();
                }
            });
            assertThat(network.accepted()).isGreaterThan(count / sessionsACut / 4);
            race.awaitTracking();
            assertThat(race.stale()).isEmpty();
        }
    }

    private static final class Race implements AutoCloseable {

        private final RedisStore near;
        private final RedisStore second = cached(SERVER.uri());
        private final RedisStore plain = Servers.connectTo(SERVER.uri());
        private final List<SessionId> ids;
        private final AtomicInteger written = new AtomicInteger();

        Race(String uri, int count) {
            near = cached(uri);
            awaitTracking();
            ids = Stream.generate(Calls::newId).limit(count).toList();
            ids.forEach(id -> answer(new Calls(plain).create(id)));
        }

        private static RedisStore cached(String uri) {
            return RedisStore.builder()
                    .uri(uri)
                    .timeout(Duration.ofSeconds(5))
                    .nearCache(NearCache.create())
                    .connect();
        }

        void awaitTracking() {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> Stream.of(near, second)
                            .allMatch(store -> store.nearCache().orElseThrow().active()));
        }

        void run(Runnable afterEach) {
            List<CompletableFuture<Void>> readers = Stream.generate(() -> CompletableFuture.runAsync(this::read))
                    .limit(READERS)
                    .toList();
            for (SessionId id : ids) {
                for (int i = 0; i < CHANGES; i++) {
                    change(ThreadLocalRandom.current().nextBoolean() ? near : second, id);
                }
                afterEach.run();
                written.incrementAndGet();
            }
            readers.forEach(Calls::answer);
        }

        /** Until the last one is written. */
        private void read() {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            for (int at = written.get(); at < ids.size(); at = written.get()) {
                SessionId id = ids.get(Math.min(ids.size() - 1, at + random.nextInt(WINDOW)));
                Optional<StoredSession> unused = load(random.nextInt(3) == 0 ? second : near, id);
            }
        }

        private static Optional<StoredSession> load(RedisStore store, SessionId id) {
            try {
                return answer(store.load(id));
            } catch (StoreUnavailableException e) {
                return Optional.empty(); // The connection was cut.
            }
        }

        private static void change(RedisStore store, SessionId id) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            try {
                Optional<StoredSession> found = answer(store.load(id));
                int what = random.nextInt(10);
                if (found.isEmpty()) {
                    answer(new Calls(store).create(id));
                } else if (what == 0) {
                    answer(random.nextBoolean() ? store.delete(id) : store.tombstone(id));
                } else if (what < 3) {
                    Instant now = Instant.ofEpochMilli(random.nextLong(1L << 40));
                    answer(store.touch(new SessionTouch(id, found.get().revision(), now, Duration.ofMinutes(1))));
                } else if (answer(store.commit(write(id, found.get()))) instanceof Conflict conflict) {
                    answer(store.commit(write(id, conflict.current())));
                }
            } catch (StoreUnavailableException e) {
                // The connection was cut.
            }
        }

        private static SessionWrite write(SessionId id, StoredSession on) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            return new SessionWrite(
                    id,
                    on.revision(),
                    random.nextLong(1, Long.MAX_VALUE),
                    Instant.ofEpochMilli(random.nextLong(1L << 40)),
                    Duration.ofMinutes(5),
                    Map.of("r", new byte[] {1}, "a:" + random.nextInt(3), new byte[random.nextInt(100)]),
                    random.nextBoolean() ? Set.of("a:3") : Set.of("a:4"));
        }

        /** Which of the sessions any cache shows otherwise than they are, after all there was to tell has been told. */
        List<SessionId> stale() {
            near.ping();
            second.ping();
            return ids.stream()
                    .filter(id -> Stream.of(near, second)
                            .anyMatch(store -> !what(answer(store.load(id))).equals(what(answer(plain.load(id))))))
                    .toList();
        }

        private static String what(Optional<StoredSession> stored) {
            return stored.map(there -> there.revision() + " " + there.touchedAt() + " "
                            + new TreeMap<>(there.parts())
                                    .entrySet().stream()
                                            .map(part -> part.getKey() + part.getValue().length)
                                            .toList())
                    .orElse("nothing");
        }

        @Override
        public void close() {
            near.close();
            second.close();
            plain.close();
        }
    }
}
