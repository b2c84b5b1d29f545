package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionToken;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** Many threads and two nodes on one session. */
class ParallelTest extends EngineTest {

    private static final int THREADS = 32;
    private static final int UPDATES = 2_000;

    private final SessionToken token = node.stored("count", 0).token();

    ParallelTest(Caller caller) {
        super(caller);
    }

    private static void inThreads(IntConsumer work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                running.add(threads.submit(() -> work.accept(thread)));
            }
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Node nodeOf(int thread) {
        return thread % 2 == 0 ? node : otherNode;
    }

    @Test
    void noIncrementIsEverLost() throws Exception {
        Set<Integer> results = new HashSet<>();
        inThreads(thread -> {
            for (int i = thread; i < UPDATES; i += THREADS) {
                int result = nodeOf(thread)
                        .update(token, session -> {
                            int next = ParallelTest.<Integer>value(session, "count") + 1;
                            session.set("count", next);
                            return next;
                        })
                        .orElseThrow();
                synchronized (results) {
                    results.add(result);
                }
            }
        });
        assertThat(node.open(token).<Integer>get("count")).isEqualTo(UPDATES);
        assertThat(results).hasSize(UPDATES);
    }

    @Test
    void putsOfDifferentAttributesAllSurvive() throws Exception {
        inThreads(thread -> {
            for (int i = 0; i < 10; i++) {
                Session session = nodeOf(thread).open(token);
                session.set("by " + thread + ", " + i, i);
                assertThat(nodeOf(thread).save(session)).isEqualTo(SaveOutcome.SAVED);
            }
        });
        assertThat(node.open(token).names()).hasSize(THREADS * 10 + 1);
    }

    @Test
    void oneSessionObjectMayBeUsedByManyThreads() throws Exception {
        Session shared = node.open(token);
        inThreads(thread -> {
            for (int i = 0; i < 20; i++) {
                shared.set("by " + thread + ", " + i, "x".repeat(i * 200));
                shared.get("count", Integer.class);
                shared.names();
                node.save(shared);
            }
        });
        node.save(shared);
        Session now = node.open(token);
        assertThat(now.names()).hasSize(THREADS * 20 + 1);
        assertThat(now.<String>get("by 3, 19")).hasSize(3_800);
    }
}
