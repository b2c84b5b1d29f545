package io.sojourn.testkit.contract;

import static io.sojourn.testkit.contract.StoreScene.answer;
import static io.sojourn.testkit.contract.StoreScene.bytes;
import static io.sojourn.testkit.contract.StoreScene.change;
import static io.sojourn.testkit.contract.StoreScene.creation;
import static io.sojourn.testkit.contract.StoreScene.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.CommitResult.Conflict;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.StoredSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Many at once, half of them through another store: each operation happens at one moment and wholly or not at all. */
interface RaceContract extends StoreScene {

    int THREADS = 8;
    int ROUNDS = 25;

    private SessionStore storeOf(int thread) {
        return thread % 2 == 0 ? store() : secondStore();
    }

    /** What each of several threads got, all of which began at the same moment. */
    static <T> List<T> together(IntFunction<T> work) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                running.add(threads.submit(() -> {
                    start.await();
                    return work.apply(thread);
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> each : running) {
                results.add(each.get());
            }
            return results;
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("a thread failed: " + e.getMessage(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    default void ofManyWritesOnOneRevisionExactlyOneIsApplied() {
        for (int round = 0; round < ROUNDS; round++) {
            SessionId id = stored();
            List<CommitResult> results =
                    together(i -> answer(storeOf(i).commit(change(id, 1, 100 + i, "a:" + i, "by " + i))));
            int winner = results.indexOf(CommitResult.APPLIED);
            assertThat(results).containsOnlyOnce(CommitResult.APPLIED);
            Map<String, byte[]> expected = Map.of("r", bytes("first"), "a:" + winner, bytes("by " + winner));
            assertStored(id, 100 + winner, T2, expected);
            assertThat(results)
                    .filteredOn(result -> result instanceof Conflict)
                    .hasSize(THREADS - 1)
                    .allSatisfy(
                            result -> StoreScene.assertIs(((Conflict) result).current(), 100 + winner, T2, expected));
        }
    }

    @Test
    default void ofManyCreationsExactlyOneIsApplied() {
        for (int round = 0; round < ROUNDS; round++) {
            SessionId id = newId();
            List<CommitResult> results = together(i ->
                    answer(storeOf(i).commit(creation(id, 100 + i, T1, LONG, Map.of("r", bytes("by " + i))))));
            int winner = results.indexOf(CommitResult.APPLIED);
            assertThat(results).containsOnlyOnce(CommitResult.APPLIED);
            assertThat(results).filteredOn(CommitResult.ID_TAKEN::equals).hasSize(THREADS - 1);
            assertStored(id, 100 + winner, T1, Map.of("r", bytes("by " + winner)));
        }
    }

    @Test
    default void ofManyDeletionsExactlyOneFindsTheSession() {
        for (int round = 0; round < ROUNDS; round++) {
            SessionId id = stored();
            assertThat(together(i -> answer(storeOf(i).delete(id)))).containsOnlyOnce(true);
        }
    }

    @Test
    default void writersThatStartOverAfterAConflictLoseNothing() {
        SessionId id = stored();
        int each = 25;
        together(writer -> {
            for (int n = 0; n < each; n++) {
                put(storeOf(writer), id, writer, n);
            }
            return writer;
        });
        Map<String, byte[]> expected = new HashMap<>(Map.of("r", bytes("first")));
        for (int writer = 0; writer < THREADS; writer++) {
            for (int n = 0; n < each; n++) {
                expected.put("a:" + writer + "-" + n, bytes("x"));
            }
        }
        assertThat(load(id).orElseThrow().parts()).containsOnlyKeys(expected.keySet());
    }

    private static void put(SessionStore store, SessionId id, int writer, int n) {
        long revision = 1_000L * (writer + 1) + n;
        long expected = answer(store.load(id)).orElseThrow().revision();
        while (answer(store.commit(change(id, expected, revision, "a:" + writer + "-" + n, "x")))
                instanceof Conflict conflict) {
            expected = conflict.current().revision();
        }
    }

    @Test
    default void aDeletionAmongWritesIsTheEnd() {
        for (int round = 0; round < ROUNDS; round++) {
            SessionId id = stored();
            together(number -> {
                if (number == 0) {
                    return answer(secondStore().delete(id));
                }
                SessionStore store = storeOf(number);
                long expected = 1;
                for (int n = 1; n <= 10; n++) {
                    long revision = 100L * number + n;
                    CommitResult result = answer(store.commit(change(id, expected, revision, "r", "by " + number)));
                    expected = result instanceof Conflict conflict
                            ? conflict.current().revision()
                            : revision;
                    answer(store.touch(new SessionTouch(id, expected, T3, LONG)));
                }
                return true;
            });
            assertThat(load(id)).isEmpty();
        }
    }

    @Test
    default void aReaderNeverSeesHalfAWrite() {
        SessionId id = stored(LONG, Map.of("r", bytes("1"), "a:1", bytes("1"), "a:same", bytes("1")));
        int writes = 200;
        CompletableFuture<Boolean> writing = CompletableFuture.supplyAsync(() -> {
            for (int n = 2; n <= writes; n++) {
                Map<String, byte[]> put = Map.of("r", bytes("" + n), "a:" + n, bytes("" + n), "a:same", bytes("" + n));
                answer(store().commit(change(id, n - 1, n, put, Set.of("a:" + (n - 1)))));
            }
            return true;
        });
        Optional<StoredSession> seen;
        do {
            seen = answer(secondStore().load(id));
            byte[] number = bytes("" + seen.orElseThrow().revision());
            assertThat(seen.get().parts())
                    .containsOnlyKeys("r", "a:same", "a:" + seen.get().revision());
            assertThat(seen.get().parts().values())
                    .allSatisfy(part -> assertThat(part).isEqualTo(number));
        } while (!writing.isDone());
        answer(writing);
    }

    @Test
    default void aTouchDoesNotUndoAWriteThatWasFaster() {
        for (int round = 0; round < ROUNDS; round++) {
            SessionId id = stored();
            CompletionStage<Boolean> touch = secondStore().touch(new SessionTouch(id, 1, T3, LONG));
            CompletionStage<CommitResult> write = store().commit(change(id, 1, 2, "r", "second"));
            assertThat(answer(write)).isEqualTo(CommitResult.APPLIED);
            answer(touch);
            assertStored(id, 2, T2, Map.of("r", bytes("second")));
        }
    }
}
