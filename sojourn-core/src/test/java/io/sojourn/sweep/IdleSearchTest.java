package io.sojourn.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.SessionSettings;
import io.sojourn.context.EngineContext;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.SessionEnds;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node that listens asks of the store while no session ends. Its time passes when the test says so. */
@Timeout(60)
class IdleSearchTest {

    private static final int ROUNDS = 40; // Ten minutes.

    private final AtomicLong time = new AtomicLong();
    private final AtomicLong looks = new AtomicLong();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final MemoryStore store = new MemoryStore();

    private SessionEnds counted() {
        SessionEnds ends = store.ends().orElseThrow();
        return (SessionEnds) Proxy.newProxyInstance(
                SessionEnds.class.getClassLoader(), new Class<?>[] {SessionEnds.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName() + " " + arguments[0]);
                    return method.invoke(ends, arguments);
                });
    }

    private long nanos() {
        looks.incrementAndGet();
        return time.get();
    }

    /** Each round of the search looks at the time at least once for each shard. */
    private void awaitRounds() {
        long before = looks.get();
        await().atMost(Duration.ofSeconds(20)).until(() -> looks.get() > before + 3 * SessionEnds.SHARDS);
    }

    @Test
    void anIdleNodeAsksForEachShardOnceInFifteenSecondsAndForNothingElse() {
        List<String> once = IntStream.range(0, SessionEnds.SHARDS)
                .mapToObj(shard -> "claim " + shard)
                .toList();
        EngineContext context = new EngineContext(
                store, SessionSettings.builder().endEvents(true).build());
        try (EndSweeper sweeper = EndSweeper.start(
                new EndContext(context, counted(), null, (id, last) -> {
                    throw new AssertionError("No session has ended");
                }),
                () -> true,
                end -> {},
                this::nanos)) {
            assertThat(sweeper).isNotNull();
            time.addAndGet(TimeUnit.SECONDS.toNanos(1)); // It begins at random within a second.
            for (int round = 1; round <= ROUNDS; round++) {
                int count = round * SessionEnds.SHARDS;
                await().pollInterval(Duration.ofMillis(10))
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> calls.size() >= count);
                if (round % 10 == 0) {
                    awaitRounds();
                    time.addAndGet(TimeUnit.SECONDS.toNanos(15) - 1);
                    awaitRounds();
                    assertThat(calls).hasSize(count);
                    time.addAndGet(1);
                } else {
                    time.addAndGet(TimeUnit.SECONDS.toNanos(15));
                }
                List<String> asked = new ArrayList<>(calls.subList(count - SessionEnds.SHARDS, count));
                assertThat(asked).containsExactlyInAnyOrderElementsOf(once);
            }
        }
    }
}
