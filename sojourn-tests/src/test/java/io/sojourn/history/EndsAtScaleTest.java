package io.sojourn.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.EndWatch;
import io.sojourn.observe.SessionObserver;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** 1,000 sessions end a second; and a million others in the store slow neither requests nor the search for those that have ended. */
@Tag("full")
@Timeout(600)
class EndsAtScaleTest {

    private static final int ENDS_A_SECOND = 1_000;
    private static final int SECONDS = 20;
    private static final int OTHERS = 1_000_000;
    private static final int ROUNDS = 9;
    private static final int REQUESTS = 1_000;
    private static final int ENDS_A_ROUND = 1_000;

    /**
     * Copies a session under other ids, and enters them: ids of 21 digits and an A, and the shard by {@code String.hashCode}.
     */
    private static final String FILL = """
            local fields, time = redis.call('HGETALL', KEYS[1]), redis.call('TIME')
            local due = time[1] * 1000 + 1500000
            for i = ARGV[1], ARGV[2] do
              local id, hash = string.format('%021.0fA', i), 0
              for j = 1, #id do
                hash = (hash * 31 + string.byte(id, j)) % 4294967296
              end
              redis.call('HSET', 'sojourn:' .. id, unpack(fields))
              redis.call('PEXPIRE', 'sojourn:' .. id, 1800000)
              local shard = 'sojourn:@due:' .. string.format('%.0f', hash % 16)
              redis.call('ZADD', shard, string.format('%.2f', due + i % 60000), id)
              redis.call('PEXPIRE', shard, 5400000)
            end
            return 1
            """;

    /** Milliseconds from the end of a session to the listener. */
    private record Lags(long median, long p99) {}

    /** Of one round: the medians of single requests, so that a pause of the machine does not count; and the time for all ends. */
    private record Round(double readMicros, double saveMicros, double sweepMicros) {}

    /** A server of its own, with a few sessions or with a million. */
    private static final class World implements AutoCloseable {

        final RedisServer server = RedisServers.start();
        final RedisStore store = RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(10))
                .connect();
        final Queue<Long> lags = new ConcurrentLinkedQueue<>();
        final AtomicInteger unknown = new AtomicInteger();
        final List<Round> rounds = new ArrayList<>();
        final SessionManager sessions = manager(Duration.ofMinutes(30));

        SessionManager manager(Duration idleTimeout) {
            return SessionManager.create(
                    store,
                    SessionSettings.builder()
                            .endEvents(true)
                            .idleTimeout(idleTimeout)
                            .observer(new SessionObserver() {
                                @Override
                                public void ended(SessionId id, EndCause cause, Duration lag) {
                                    lags.add(lag.toMillis());
                                }

                                @Override
                                public void endUnknown(SessionId id) {
                                    unknown.incrementAndGet();
                                }
                            })
                            .build());
        }

        void fill() {
            Session template = stored(sessions);
            int step = 1_000;
            try (RedisProbe probe = server.probe()) {
                for (int i = 0; i < OTHERS; i += step) {
                    probe.call("EVAL", FILL, "1", "sojourn:" + template.id(), Integer.toString(i), "" + (i + step - 1));
                }
                assertThat((Long) probe.call("DBSIZE")).isGreaterThan(OTHERS);
            }
        }

        void round() {
            Session session = stored(sessions);
            double read = median(
                    REQUESTS, i -> assertThat(sessions.find(session.token())).isPresent());
            double save = median(REQUESTS, i -> {
                session.set("a", i);
                assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
            });
            lags.clear();
            for (int i = 0; i < ENDS_A_ROUND; i++) {
                assertThat(sessions.revoke(stored(sessions))).isTrue(); // Nothing listens, so it waits.
            }
            long start = System.nanoTime();
            try (EndWatch watch = sessions.listenToEnds(end -> {})) {
                assertThat(watch).isNotNull();
                await().pollInterval(Duration.ofMillis(5))
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> lags.size() >= ENDS_A_ROUND);
            }
            rounds.add(new Round(read, save, (System.nanoTime() - start) / 1_000.0 / ENDS_A_ROUND));
        }

        private static double median(int count, IntConsumer request) {
            double[] micros = new double[count];
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                request.accept(i);
                micros[i] = (System.nanoTime() - start) / 1_000.0;
            }
            Arrays.sort(micros);
            return micros[count / 2];
        }

        double median(ToDoubleFunction<Round> figure) {
            return rounds.stream().mapToDouble(figure).sorted().toArray()[rounds.size() / 2];
        }

        /** Has sessions end by their timeout for some seconds. */
        Lags lags() {
            lags.clear();
            unknown.set(0);
            SessionManager brief = manager(Duration.ofSeconds(30));
            try (EndWatch watch = brief.listenToEnds(end -> {})) {
                assertThat(watch).isNotNull();
                long start = System.nanoTime();
                for (int i = 0; i < ENDS_A_SECOND * SECONDS; i++) {
                    long due = start + i * (1_000_000_000L / ENDS_A_SECOND);
                    while (System.nanoTime() < due) {
                        LockSupport.parkNanos(100_000);
                    }
                    Session unused = stored(brief);
                }
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> lags.size() + unknown.get() >= ENDS_A_SECOND * SECONDS);
            }
            assertThat(unknown).hasValue(0);
            List<Long> sorted = lags.stream().sorted().toList();
            return new Lags(sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 99 / 100));
        }

        @Override
        public void close() {
            store.close();
            server.close();
        }
    }

    private static Session stored(SessionManager sessions) {
        Session session = sessions.create();
        session.set("a", 1);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    /** Rounds on both servers take turns, so that both see the same moods of the machine; the medians of their rounds are compared. */
    @Test
    void aMillionSessionsSlowNeitherRequestsNorTheSearchForEnds() {
        try (World few = new World();
                World many = new World()) {
            many.fill();
            few.round();
            many.round();
            few.rounds.clear(); // That was the warm-up.
            many.rounds.clear();
            for (int i = 0; i < ROUNDS; i++) {
                (i % 2 == 0 ? few : many).round();
                (i % 2 == 0 ? many : few).round();
            }
            compare("read", few, many, Round::readMicros);
            compare("save", few, many, Round::saveMicros);
            compare("sweep, each end", few, many, Round::sweepMicros);
        }
    }

    private static void compare(String what, World few, World many, ToDoubleFunction<Round> figure) {
        double alone = few.median(figure);
        double among = many.median(figure);
        System.out.printf(
                "%s: alone %.0f us, among a million others %.0f us, ratio %.2f%n", what, alone, among, among / alone);
        assertThat(among).as(what).isLessThan(2 * alone);
    }

    @Test
    void aThousandEndsASecondAreToldSoonAmongAMillionSessions() {
        try (World few = new World();
                World many = new World()) {
            many.fill();
            Lags alone = few.lags();
            Lags among = many.lags();
            System.out.println("From the end to the listener, in ms, at " + ENDS_A_SECOND + " ends a second: alone "
                    + alone + "; among a million others " + among);
            assertThat(among.median()).isLessThan(Math.max(1_000, 2 * alone.median()));
        }
    }
}
