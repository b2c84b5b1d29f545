package io.sojourn.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.SessionEnd;
import io.sojourn.memory.MemoryStore;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.spi.ends.SharedEnds;
import io.sojourn.spi.layer.ForwardingEnds;
import io.sojourn.spi.layer.ForwardingStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two managers of one store, as two nodes: with {@code endEventsOnEveryNode} each hears of each end. */
@Timeout(60)
class EndsOnEveryNodeTest {

    private final MemoryStore store = new MemoryStore();
    private final Queue<SessionEnd> here = new ConcurrentLinkedQueue<>();
    private final Queue<SessionEnd> there = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> reports = new ConcurrentLinkedQueue<>();

    private final SessionObserver observer = new SessionObserver() {
        @Override
        public void endNotTold(SessionId id, @Nullable Duration retryIn, Throwable cause) {
            reports.add(cause);
        }
    };

    private SessionManager node(SessionStore of) {
        return SessionManager.create(
                of,
                SessionSettings.builder()
                        .endEvents(true)
                        .endEventsOnEveryNode(true)
                        .observer(observer)
                        .build());
    }

    private static Session stored(SessionManager sessions, String cart) {
        Session session = sessions.create();
        session.set("cart", cart);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    private static SessionEnd awaitOne(Queue<SessionEnd> told) {
        await().atMost(Duration.ofSeconds(20)).until(() -> !told.isEmpty());
        return told.element();
    }

    @Test
    void eachNodeHearsOfEachEndWithItsAttributesAndOneOfThemForAListenerOnOneNode() {
        SessionManager one = node(store);
        SessionManager other = node(store);
        Queue<SessionEnd> onOne = new ConcurrentLinkedQueue<>();
        try (EndWatch first = one.listenToEndsOnEveryNode(here::add);
                EndWatch second = other.listenToEndsOnEveryNode(there::add);
                EndWatch third = one.listenToEnds(onOne::add);
                EndWatch fourth = other.listenToEnds(onOne::add)) {
            assertThat(List.of(first, second, third, fourth)).doesNotHaveDuplicates();
            Session session = stored(one, "tea");
            assertThat(one.revoke(session)).isTrue();
            SessionEnd own = awaitOne(here);
            SessionEnd foreign = awaitOne(there);
            for (SessionEnd end : List.of(own, foreign)) {
                assertThat(end.id()).isEqualTo(session.id());
                assertThat(end.cause()).isEqualTo(EndCause.SIGNED_OUT);
                assertThat(end.<String>get("cart")).isEqualTo("tea");
                assertThat(end.session()).isPresent();
            }
            assertThat(own.isFromThisNode()).isTrue();
            assertThat(foreign.isFromThisNode()).isFalse();
            assertThat(onOne).hasSize(1);
            assertThat(onOne.element().isFromThisNode()).isTrue();
        }
        Session later = stored(one, "later");
        one.revoke(later);
        assertThat(here).hasSize(1);
    }

    @Test
    void aListenerThatThrowsIsReportedAndTheOthersAreTold() {
        SessionManager one = node(store);
        try (EndWatch first = one.listenToEndsOnEveryNode(end -> {
                    throw new IllegalStateException("broken");
                });
                EndWatch second = one.listenToEndsOnEveryNode(here::add)) {
            assertThat(first).isNotSameAs(second);
            one.revoke(stored(one, "tea"));
            assertThat(awaitOne(here).<String>get("cart")).isEqualTo("tea");
            await().until(() -> !reports.isEmpty());
            assertThat(reports).singleElement().isInstanceOf(IllegalStateException.class);
        }
    }

    /** Whichever call fails for a while: the end is told once the store answers. */
    @Test
    void aStoreThatDoesNotAnswerForAWhileDelaysTheEnd() {
        AtomicInteger reads = new AtomicInteger();
        AtomicInteger loads = new AtomicInteger();
        SessionStore faulty = new ForwardingStore(store) {

            private <T> CompletionStage<T> often(AtomicInteger calls, CompletionStage<T> answer) {
                return calls.incrementAndGet() % 2 == 0
                        ? answer
                        : CompletableFuture.failedFuture(new StoreUnavailableException("gone", null));
            }

            @Override
            public Optional<SessionEnds> ends() {
                return super.ends().map(ends -> new ForwardingEnds(ends) {
                    @Override
                    public CompletionStage<Optional<StoredSession>> kept(SessionId id) {
                        return often(loads, super.kept(id));
                    }

                    @Override
                    public CompletionStage<SharedEnds> shared(@Nullable String after, int count) {
                        return often(reads, super.shared(after, count));
                    }
                });
            }
        };
        SessionManager one = node(faulty);
        SessionManager other = node(store);
        try (EndWatch first = one.listenToEndsOnEveryNode(here::add)) {
            assertThat(first).isNotNull();
            await().until(() -> reads.get() >= 3); // It knows from where to read.
            Session session = stored(other, "tea");
            other.revoke(session);
            assertThat(awaitOne(here).id()).isEqualTo(session.id());
        }
    }

    @Test
    void anEndWhoseCopyIsGoneIsToldWithItsIdAndItsCause() {
        SessionManager one = node(store);
        SessionEnds ends = store.ends().orElseThrow();
        try (EndWatch first = one.listenToEndsOnEveryNode(here::add)) {
            assertThat(first).isNotNull();
            SessionId late = one.create().id();
            ends.told(late, new PastEnd("IDLE", Instant.EPOCH, new byte[0]), "another node");
            SessionEnd end = awaitOne(here);
            assertThat(end.id()).isEqualTo(late);
            assertThat(end.cause()).isEqualTo(EndCause.IDLE);
            assertThat(end.session()).isEmpty();
            assertThat(end.isFromThisNode()).isFalse();
        }
    }

    @Test
    void anyErrorOfAListenerCountsAsToldAndTheNextEndIsToldToo() {
        SessionManager one = node(store);
        Queue<SessionId> calls = new ConcurrentLinkedQueue<>();
        try (EndWatch first = one.listenToEndsOnEveryNode(end -> {
            calls.add(end.id());
            throw new ServiceConfigurationError("broken");
        })) {
            assertThat(first).isNotNull();
            for (int i = 0; i < 3; i++) {
                one.revoke(stored(one, "tea"));
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> reports.size() == 3);
            assertThat(calls).hasSize(3).doesNotHaveDuplicates();
        }
    }

    /** The thread is ours: with its flag set each later wait would fail at once, and the store be asked as fast as that goes. */
    @Test
    void aListenerMayLeaveItsThreadInterrupted() {
        AtomicInteger notes = new AtomicInteger();
        SessionStore slow = new ForwardingStore(store) {
            @Override
            public Optional<SessionEnds> ends() {
                return super.ends().map(ends -> new ForwardingEnds(ends) {
                    @Override
                    public CompletionStage<Boolean> told(SessionId id, PastEnd end, @Nullable String node) {
                        notes.incrementAndGet();
                        return super.told(id, end, node).thenApplyAsync(done -> {
                            LockSupport.parkNanos(20_000_000);
                            return done;
                        });
                    }

                    @Override
                    public CompletionStage<SharedEnds> shared(@Nullable String after, int count) {
                        return super.shared(after, count).thenApplyAsync(ends -> {
                            LockSupport.parkNanos(20_000_000);
                            return ends;
                        });
                    }
                });
            }
        };
        SessionManager one = node(slow);
        try (EndWatch first = one.listenToEndsOnEveryNode(end -> {
                    here.add(end);
                    Thread.currentThread().interrupt();
                });
                EndWatch second = one.listenToEnds(end -> Thread.currentThread().interrupt())) {
            assertThat(first).isNotSameAs(second);
            for (int i = 1; i <= 3; i++) {
                int count = i;
                one.revoke(stored(one, "tea"));
                await().atMost(Duration.ofSeconds(20)).until(() -> here.size() == count);
            }
            assertThat(notes).hasValue(3);
        }
    }

    @Test
    void theOnlyNodeTellsWhatItHasFoundBeforeItStops() throws Exception {
        CountDownLatch telling = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        SessionManager one = node(store);
        EndWatch watch = one.listenToEndsOnEveryNode(end -> {
            telling.countDown();
            released.await();
            here.add(end);
        });
        one.revoke(stored(one, "tea"));
        telling.await();
        Session last = stored(one, "coffee");
        one.revoke(last);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> one.ended(last.token()).isPresent());
        Thread closing = new Thread(watch::close);
        closing.start();
        released.countDown();
        closing.join(20_000);
        assertThat(here).hasSize(2).last().satisfies(end -> assertThat(end.id()).isEqualTo(last.id()));
    }

    @Test
    void itNeedsTheSettings() {
        SessionManager off = SessionManager.create(
                store, SessionSettings.builder().endEvents(true).build());
        assertThatIllegalStateException()
                .isThrownBy(() -> off.listenToEndsOnEveryNode(here::add))
                .withMessageContaining("set endEventsOnEveryNode to true");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SessionSettings.builder().endEventsOnEveryNode(true).build())
                .withMessageContaining("set endEvents to true");
    }
}
