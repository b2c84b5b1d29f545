package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.redis.health.ServerReport;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One server with a million sessions of 1 KB beside one with a thousand, in turns, so that both have the same noise. */
@Tag("full")
class MillionSessionsTest {

    private static final int FEW = 1_000;
    private static final int MANY = 1_000_000;
    private static final int ROUNDS = 101;
    private static final int OPERATIONS = 200;
    private static final int UNDER_WAY = 256;
    private static final double AT_MOST = 1.1;

    /** Neighbours that use the processor's caches disturb the larger one more: what counts is a time without them. */
    private static final int TRIES = 3;

    private static final long MAY_GROW = 16 << 20;

    /** A server, and some of the tokens of its sessions: to keep a million would make this process grow. */
    private static final class Side implements AutoCloseable {

        final RedisServer server = RedisServers.start();
        final RedisStore store = RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(30))
                .startupProbe(false)
                .connect();
        final SessionManager sessions = SessionManager.create(store);
        final List<SessionToken> tokens = new ArrayList<>();
        final long[] loads = new long[ROUNDS];
        final long[] saves = new long[ROUNDS];

        void fill(int count) {
            int each = count / FEW;
            Semaphore room = new Semaphore(UNDER_WAY);
            for (int i = 0; i < count; i++) {
                Session session = sessions.create();
                Sessions.fillWithOneKilobyte(session);
                if (i % each == 0) {
                    tokens.add(session.token());
                }
                room.acquireUninterruptibly();
                CompletableFuture<SaveOutcome> unused = sessions.async()
                        .save(session)
                        .whenComplete((saved, failure) -> room.release())
                        .toCompletableFuture();
            }
            room.acquireUninterruptibly(UNDER_WAY);
        }

        void measure(int round, Random random) {
            List<Session> found = new ArrayList<>(OPERATIONS);
            long start = System.nanoTime();
            for (int i = 0; i < OPERATIONS; i++) {
                found.add(
                        sessions.find(tokens.get(random.nextInt(tokens.size()))).orElseThrow());
            }
            long loaded = System.nanoTime();
            for (Session session : found) {
                session.set("count", random.nextLong());
                sessions.save(session);
            }
            loads[round] = loaded - start;
            saves[round] = System.nanoTime() - loaded;
        }

        long usedMemory() {
            try (RedisProbe probe = server.probe()) {
                return Long.parseLong(ServerReport.lines(String.valueOf(probe.call("INFO", "memory")))
                        .getOrDefault("used_memory", "0"));
            }
        }

        @Override
        public void close() {
            store.close();
            server.close();
        }
    }

    /** What the many cost, in terms of the few. */
    private record Cost(double loads, double saves) {

        static Cost of(Side few, Side many) {
            Random random = new Random(1);
            for (int round = 0; round < 2 * ROUNDS; round++) { // The first half is for the compiler.
                int slot = round % ROUNDS;
                Side first = round % 2 == 0 ? few : many;
                first.measure(slot, random);
                (first == few ? many : few).measure(slot, random);
            }
            return new Cost(ratio(many.loads, few.loads), ratio(many.saves, few.saves));
        }

        double worst() {
            return Math.max(loads, saves);
        }
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Of each round's two times, one right after the other: what disturbs the machine disturbs both. */
    private static double ratio(long[] many, long[] few) {
        double[] ratios = new double[ROUNDS];
        Arrays.setAll(ratios, i -> (double) many[i] / few[i]);
        Arrays.sort(ratios);
        return ratios[ROUNDS / 2];
    }

    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    @Timeout(1_200)
    void aMillionSessionsCostNoMoreThanAThousand() {
        try (Side few = new Side();
                Side many = new Side()) {
            few.fill(FEW);
            long empty = many.usedMemory();
            many.fill(FEW);
            long heapBefore = heap();
            many.tokens.clear();
            many.fill(MANY - FEW);
            long heapAfter = heap();
            long aSession = (many.usedMemory() - empty) / MANY;

            Cost cost = Cost.of(few, many);
            for (int i = 1; i < TRIES && cost.worst() >= AT_MOST; i++) {
                cost = Cost.of(few, many);
            }
            System.out.printf(
                    "a million: %d bytes a session; load %.1f us (%.3f of a thousand), save %.1f us (%.3f); heap %d KiB -> %d"
                            + " KiB%n",
                    aSession,
                    median(many.loads) / 1e3 / OPERATIONS,
                    cost.loads(),
                    median(many.saves) / 1e3 / OPERATIONS,
                    cost.saves(),
                    heapBefore >> 10,
                    heapAfter >> 10);
            assertThat(cost.loads()).isLessThan(AT_MOST);
            assertThat(cost.saves()).isLessThan(AT_MOST);
            assertThat(heapAfter - heapBefore).isLessThan(MAY_GROW);
            assertThat(aSession).isBetween(1_500L, 1_900L);
        }
    }
}
