package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.ConflictException;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionLimitException;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.testkit.FaultyStore.Operation;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Saves of one session in one process: they take turns, and those that wait go along with the write of another. */
class QueuedSavesTest extends EngineTest {

    private final SessionToken token = node.stored("count", 0).token();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CompletableFuture<Void> answer = new CompletableFuture<>();

    QueuedSavesTest(Caller caller) {
        super(caller);
    }

    @AfterEach
    void stop() throws ReflectiveOperationException {
        threads.shutdownNow();
        Map<?, ?> queues = (Map<?, ?>) field(field(field(node.sessions(), "driver"), "queues"), "queues");
        soon().untilAsserted(() -> assertThat(queues).as("no queue is left").isEmpty());
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    private static ConditionFactory soon() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    private Session changed(String name, Object value) {
        Session session = node.open(token);
        session.set(name, value);
        return session;
    }

    /** Saves a session, whose write is done and whose answer is held back until {@link #answer} is complete. */
    private Future<SaveOutcome> saving(Session session) {
        int before = store.calls(Operation.COMMIT);
        store.delayNextReply(Operation.COMMIT, answer);
        Future<SaveOutcome> first = threads.submit(() -> node.save(session));
        soon().until(() -> store.calls(Operation.COMMIT) == before + 1);
        return first;
    }

    /** Saves sessions one after the other; they wait for the one that is under way. */
    private List<Future<SaveOutcome>> waiting(List<Session> sessions) {
        List<Future<SaveOutcome>> saves = new ArrayList<>();
        for (Session session : sessions) {
            Thread[] waiter = new Thread[1];
            CountDownLatch started = new CountDownLatch(1);
            saves.add(threads.submit(() -> {
                waiter[0] = Thread.currentThread();
                started.countDown();
                return node.save(session);
            }));
            soon().until(() -> started.getCount() == 0 && isWaiting(waiter[0]));
        }
        return saves;
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    private static <T> T outcome(Future<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    @Test
    void savesThatWaitAreOneWrite() throws Exception {
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sessions.add(changed("by " + i, i));
        }
        Future<SaveOutcome> first = saving(changed("first", 1));
        List<Future<SaveOutcome>> others = waiting(sessions);
        store.resetCalls();
        heard.clear();
        answer.complete(null);
        assertThat(outcome(first)).isEqualTo(SaveOutcome.SAVED);
        for (Future<SaveOutcome> each : others) {
            assertThat(outcome(each)).isEqualTo(SaveOutcome.SAVED);
        }
        assertThat(store.calls(Operation.COMMIT)).isEqualTo(1);
        assertThat(heard.events()).hasSize(21).containsOnly("saved");
        assertThat(node.open(token).names()).hasSize(22);
    }

    @Test
    void eachShowsWhatIsStoredAfterwards() throws Exception {
        Session one = changed("a", "one");
        Session other = changed("b", "other");
        Future<SaveOutcome> first = saving(changed("first", 1));
        List<Future<SaveOutcome>> others = waiting(List.of(one, other));
        answer.complete(null);
        outcome(first);
        outcome(others.get(0));
        outcome(others.get(1));
        assertThat(one.names()).containsExactlyInAnyOrder("count", "first", "a", "b");
        assertThat(other.names()).containsExactlyInAnyOrder("count", "first", "a", "b");
        store.resetCalls();
        heard.clear();
        one.set("a", "again");
        assertThat(node.save(one)).isEqualTo(SaveOutcome.SAVED);
        assertThat(heard.events()).as("no conflict").containsExactly("saved");
    }

    @Test
    void ofTheSameAttributeTheLastWins() throws Exception {
        List<Session> sessions = List.of(changed("a", 1), changed("a", "x".repeat(5_000)), changed("a", 3));
        Future<SaveOutcome> first = saving(changed("first", 1));
        List<Future<SaveOutcome>> others = waiting(sessions);
        answer.complete(null);
        outcome(first);
        for (Future<SaveOutcome> each : others) {
            outcome(each);
        }
        assertThat(node.open(token).<Object>get("a")).isEqualTo(3);
        assertThat(stored(token.id()).parts()).as("no part is left behind").containsOnlyKeys("r");
    }

    @Test
    void aLostAnswerIsUnknownForThoseInTheWriteOnly() throws Exception {
        Future<SaveOutcome> first = saving(changed("first", 1));
        List<Future<SaveOutcome>> second = waiting(List.of(changed("a", 1), changed("b", 1)));
        answer.completeExceptionally(new StoreUnavailableException("lost", null));
        assertThatThrownBy(() -> outcome(first)).hasCauseInstanceOf(StoreUnavailableException.class);
        assertThat(outcome(second.get(0))).isEqualTo(SaveOutcome.SAVED);
        assertThat(outcome(second.get(1))).isEqualTo(SaveOutcome.SAVED);
    }

    @Test
    void aLostAnswerIsUnknownForAllInTheWrite() throws Exception {
        Future<SaveOutcome> first = saving(changed("first", 1));
        List<Future<SaveOutcome>> second = waiting(List.of(changed("a", 1), changed("b", 1)));
        store.loseNextReply(Operation.COMMIT);
        answer.complete(null);
        assertThat(outcome(first)).isEqualTo(SaveOutcome.SAVED);
        for (Future<SaveOutcome> each : second) {
            assertThatThrownBy(() -> outcome(each)).hasCauseInstanceOf(StoreUnavailableException.class);
        }
        assertThat(node.open(token).names()).contains("a", "b");
    }

    @Test
    void whoIsOverTheLimitFailsAlone() throws Exception {
        Node small = node(settings -> settings.maxAttributes(4));
        Session first = small.open(token);
        first.set("first", 1);
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Session session = small.open(token);
            session.set("by " + i, i);
            sessions.add(session);
        }
        store.delayNextReply(Operation.COMMIT, answer);
        Future<SaveOutcome> under = threads.submit(() -> small.save(first));
        soon().until(() -> stored(token.id()).parts().size() > 0 && isSaved("first"));
        List<Future<SaveOutcome>> others = new ArrayList<>();
        for (Session session : sessions) {
            others.add(threads.submit(() -> small.save(session)));
        }
        answer.complete(null);
        assertThat(outcome(under)).isEqualTo(SaveOutcome.SAVED);
        int refused = 0;
        for (Future<SaveOutcome> each : others) {
            try {
                assertThat(outcome(each)).isEqualTo(SaveOutcome.SAVED);
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(SessionLimitException.class);
                refused++;
            }
        }
        assertThat(refused).isEqualTo(1);
        assertThat(node.open(token).names()).hasSize(4);
    }

    private boolean isSaved(String name) {
        return otherNode.open(token).names().contains(name);
    }

    @Test
    void aRevokedSessionWritesNothing() throws Exception {
        Future<SaveOutcome> first = saving(changed("first", 1));
        List<Future<SaveOutcome>> others = waiting(List.of(changed("a", 1), changed("b", 1)));
        assertThat(otherNode.revoke(token.id())).isTrue();
        answer.complete(null);
        outcome(first);
        assertThat(outcome(others.get(0))).isEqualTo(SaveOutcome.GONE);
        assertThat(outcome(others.get(1))).isEqualTo(SaveOutcome.GONE);
        assertThat(isStored(token.id())).isFalse();
    }

    @Test
    void anotherNodesWriteIsAConflictForAllAndNothingIsLost() throws Exception {
        Future<SaveOutcome> first = saving(changed("first", 1));
        List<Future<SaveOutcome>> others = waiting(List.of(changed("a", 1), changed("b", 1)));
        Session far = otherNode.open(token);
        far.set("far", 1);
        assertThat(otherNode.save(far)).isEqualTo(SaveOutcome.SAVED);
        store.resetCalls();
        answer.complete(null);
        outcome(first);
        assertThat(outcome(others.get(0))).isEqualTo(SaveOutcome.SAVED);
        assertThat(outcome(others.get(1))).isEqualTo(SaveOutcome.SAVED);
        assertThat(store.calls(Operation.COMMIT)).isEqualTo(2);
        assertThat(node.open(token).names()).containsExactlyInAnyOrder("count", "first", "a", "b", "far");
    }

    @Test
    void aSignInGoesByItself() throws Exception {
        Session before = changed("a", 1);
        Session signIn = node.open(token);
        signIn.signIn("ada");
        Session after = changed("b", 1);
        after.setIdleTimeout(Duration.ofDays(300));
        Future<SaveOutcome> first = saving(changed("first", 1));
        List<Future<SaveOutcome>> others = waiting(List.of(before, signIn, after));
        answer.complete(null);
        outcome(first);
        for (Future<SaveOutcome> each : others) {
            assertThat(outcome(each)).isEqualTo(SaveOutcome.SAVED);
        }
        Session now = node.open(signIn.token());
        assertThat(now.names()).containsExactlyInAnyOrder("count", "first", "a", "b");
        assertThat(now.principal()).contains("ada");
        assertThat(now.idleTimeout()).isLessThanOrEqualTo(Duration.ofDays(300));
    }

    @Test
    void afterALogOutTheSavesThatWaitGoByTheirToken() throws Exception {
        Session out = node.open(token);
        out.signIn("eve");
        Future<SaveOutcome> first = saving(out);
        Session late = otherNode.open(out.token());
        late.set("late", 1);
        List<Future<SaveOutcome>> others = waiting(List.of(late));
        answer.complete(null);
        assertThat(outcome(first)).isEqualTo(SaveOutcome.SAVED);
        assertThat(outcome(others.get(0))).isEqualTo(SaveOutcome.SAVED);
        assertThat(late.<Integer>get("late")).isEqualTo(1);
        assertThat(node.open(out.token()).principal()).contains("eve");
    }

    @Test
    void anUpdateRunsOnceOnTheStateThatItIsCommittedOn() throws Exception {
        Future<SaveOutcome> first = saving(changed("count", 10));
        AtomicInteger runs = new AtomicInteger();
        Future<Optional<Integer>> update = threads.submit(() -> node.update(token, session -> {
            runs.incrementAndGet();
            int next = QueuedSavesTest.<Integer>value(session, "count") + 1;
            session.set("count", next);
            return next;
        }));
        answer.complete(null);
        outcome(first);
        assertThat(outcome(update)).contains(11);
        assertThat(runs.get()).isEqualTo(1);
    }

    @Test
    void aSlowFunctionKeepsNobodyWaiting() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        Future<Optional<Integer>> slow = threads.submit(() -> node.update(token, session -> {
            inside.countDown();
            runs.incrementAndGet();
            awaitQuietly(go);
            session.set("slow", 1);
            return 1;
        }));
        assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
        Session quick = changed("quick", 1);
        assertThat(node.save(quick)).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.update(token, session -> {
                    session.set("quick", 2);
                    return 2;
                }))
                .contains(2);
        go.countDown();
        assertThat(outcome(slow)).contains(1);
        assertThat(runs.get()).isEqualTo(2);
        assertThat(node.open(token).names()).containsExactlyInAnyOrder("count", "quick", "slow");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aFunctionMaySaveTheSameSession() {
        AtomicInteger runs = new AtomicInteger();
        assertThat(node.update(token, session -> {
                    if (runs.incrementAndGet() == 1) {
                        Session inner = changed("inner", 1);
                        assertThat(node.save(inner)).isEqualTo(SaveOutcome.SAVED);
                    }
                    session.set("outer", runs.get());
                    return runs.get();
                }))
                .contains(2);
        assertThat(node.open(token).names()).containsExactlyInAnyOrder("count", "inner", "outer");
    }

    @Test
    void afterAnErrorOfAFunctionTheOthersHaveTheirTurn() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Future<Optional<Integer>> broken = threads.submit(() -> node.update(token, session -> {
            inside.countDown();
            awaitQuietly(go);
            throw new StackOverflowError("of the application");
        }));
        assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
        List<Future<SaveOutcome>> others = waiting(List.of(changed("a", 1)));
        go.countDown();
        assertThatThrownBy(() -> outcome(broken)).hasRootCauseInstanceOf(StackOverflowError.class);
        assertThat(outcome(others.get(0))).isEqualTo(SaveOutcome.SAVED);
    }

    @Test
    void aSaveThatWaitsTooLongGoesByItself() throws Exception {
        Future<SaveOutcome> first = saving(changed("first", 1));
        assertThat(node.save(changed("late", 1))).isEqualTo(SaveOutcome.SAVED);
        assertThat(first.isDone()).isFalse();
        assertThat(node.open(token).names()).containsExactlyInAnyOrder("count", "first", "late");
        answer.complete(null);
        assertThat(outcome(first)).isEqualTo(SaveOutcome.SAVED);
    }

    @Test
    void anInterruptedWaiterLeavesTheOthersAlone() throws Exception {
        Future<SaveOutcome> first = saving(changed("first", 1));
        List<Future<SaveOutcome>> others = waiting(List.of(changed("a", 1), changed("b", 1)));
        others.get(0).cancel(true);
        soon().until(() -> others.get(0).isDone());
        answer.complete(null);
        assertThat(outcome(first)).isEqualTo(SaveOutcome.SAVED);
        assertThat(outcome(others.get(1))).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.open(token).names()).contains("first", "b");
    }

    @Test
    void anInterruptedWriterFailsAlone() throws Exception {
        assumeTrue(caller == Caller.BLOCKING, "a stage has no thread to interrupt");
        Future<SaveOutcome> first = saving(changed("first", 1));
        CompletableFuture<Void> second = new CompletableFuture<>();
        List<Future<SaveOutcome>> others = waiting(List.of(changed("a", 1), changed("b", 1)));
        int before = store.calls(Operation.COMMIT);
        store.delayNextReply(Operation.COMMIT, second);
        answer.complete(null);
        assertThat(outcome(first)).isEqualTo(SaveOutcome.SAVED);
        soon().until(() -> store.calls(Operation.COMMIT) == before + 1);
        others.get(0).cancel(true);
        second.complete(null);
        assertThat(outcome(others.get(1))).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.open(token).names()).contains("first", "a", "b");
    }

    @Test
    void otherSessionsDoNotWait() throws Exception {
        Future<SaveOutcome> first = saving(changed("first", 1));
        Session other = node.create();
        other.set("a", 1);
        assertThat(node.save(other)).isEqualTo(SaveOutcome.SAVED);
        other.set("b", 1);
        assertThat(node.save(other)).isEqualTo(SaveOutcome.SAVED);
        assertThat(first.isDone()).isFalse();
        answer.complete(null);
        assertThat(outcome(first)).isEqualTo(SaveOutcome.SAVED);
    }

    @Test
    void thousandsOfSavesWaitInABoundedQueue() throws Exception {
        Future<SaveOutcome> first = saving(changed("first", 0));
        List<CompletableFuture<SaveOutcome>> saves = new ArrayList<>();
        for (int i = 0; i < 1_030; i++) {
            saves.add(node.sessions().async().save(changed("a", i)).toCompletableFuture());
        }
        answer.complete(null);
        assertThat(outcome(first)).isEqualTo(SaveOutcome.SAVED);
        int refused = 0;
        for (CompletableFuture<SaveOutcome> each : saves) {
            try {
                assertThat(each.get(10, TimeUnit.SECONDS)).isEqualTo(SaveOutcome.SAVED);
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(ConflictException.class).hasMessageContaining("1024 saves");
                refused++;
            }
        }
        assertThat(refused).isEqualTo(6);
    }
}
