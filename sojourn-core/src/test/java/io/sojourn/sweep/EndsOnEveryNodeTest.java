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
import io.sojourn.UnreadableSessionException;
import io.sojourn.context.EngineContext;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.SessionEnd;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.memory.MemoryStore;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.ends.EndClaim;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two managers of one store, as two nodes: with {@code endEventsOnEveryNode} each hears of each end. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT) // They wait most of the time.
class EndsOnEveryNodeTest {

    private final MemoryStore store = new MemoryStore();
    private final Queue<SessionEnd> here = new ConcurrentLinkedQueue<>();
    private final Queue<SessionEnd> there = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> reports = new ConcurrentLinkedQueue<>();
    private final Queue<Long> missed = new ConcurrentLinkedQueue<>();

    private final SessionObserver observer = new SessionObserver() {
        @Override
        public void endNotTold(SessionId id, @Nullable Duration retryIn, Throwable cause) {
            reports.add(cause);
        }

        @Override
        public void endsMissed(long count) {
            missed.add(count);
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

    /** Every node is told when the listener on one node has failed, and not again when it works at last. */
    @Test
    void aListenerOnOneNodeThatThrowsHoldsUpNoListenerOnEveryNode() {
        SessionManager one = node(store);
        SessionManager other = node(store);
        Queue<SessionEnd> onOne = new ConcurrentLinkedQueue<>();
        try (EndWatch first = one.listenToEnds(end -> {
                    if (here.isEmpty() || there.isEmpty()) {
                        throw new IllegalStateException("The mail server is away");
                    }
                    onOne.add(end);
                });
                EndWatch second = one.listenToEndsOnEveryNode(here::add);
                EndWatch third = other.listenToEndsOnEveryNode(there::add)) {
            assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
            Session tea = stored(one, "tea");
            one.revoke(tea);
            for (Queue<SessionEnd> told : List.of(here, there)) {
                assertThat(awaitOne(told).<String>get("cart")).isEqualTo("tea");
            }
            assertThat(awaitOne(onOne).attempt()).isGreaterThan(1);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> one.ended(tea.token()).isPresent());
            Session coffee = stored(one, "coffee");
            one.revoke(coffee);
            for (Queue<SessionEnd> told : List.of(here, there)) {
                await().atMost(Duration.ofSeconds(20)).until(() -> told.size() > 1);
                assertThat(told).extracting(SessionEnd::id).containsExactly(tea.id(), coffee.id());
            }
            assertThat(here).allMatch(SessionEnd::isFromThisNode);
            assertThat(there).noneMatch(SessionEnd::isFromThisNode);
        }
    }

    /** In the pause before the next try the listeners on one node leave, and the end is left to the other nodes. */
    @Test
    void anEndThatEveryNodeWasToldIsNotSharedAgainWhenItIsLeftToOtherNodes() {
        Session tea = stored(node(store), "tea");
        Queue<SessionId> left = new ConcurrentLinkedQueue<>();
        SessionEnds ends = new ForwardingEnds(store.ends().orElseThrow()) {
            @Override
            public CompletionStage<Boolean> handBack(EndClaim claim, Duration due, boolean missing) {
                return super.handBack(claim, due, missing).whenComplete((done, failure) -> left.add(claim.id()));
            }
        };
        String position = ends.shared(null, 1).toCompletableFuture().join().position();
        ends.listens("another node", Duration.ofHours(1));
        EngineContext context = new EngineContext(
                store, SessionSettings.builder().endEvents(true).build());
        AtomicBoolean listens = new AtomicBoolean(true);
        try (EndSweeper sweeper = EndSweeper.start(
                new EndContext(context, ends, "this node", (id, last) -> tea),
                listens::get,
                end -> {
                    listens.set(false);
                    throw new IllegalStateException("The mail server is away");
                },
                () -> 0)) { // It searches for nothing: no time passes.
            StoredCause why = new StoredCause(EndCause.SIGNED_OUT, "this node");
            EndClaim claim = ends.takeOver(tea.id(), HeldClaims.LEASE)
                    .toCompletableFuture()
                    .join()
                    .orElseThrow();
            assertThat(ends.end(tea.id(), SessionWrite.ABSENT, why.format(), false)
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(CommitResult.Applied.class);
            sweeper.ended(claim, System.nanoTime(), why);
            await().atMost(Duration.ofSeconds(20)).until(() -> !left.isEmpty());
            assertThat(ends.shared(position, 10).toCompletableFuture().join().ends())
                    .extracting(SharedEnds.End::id)
                    .containsExactly(tea.id());
        }
    }

    /** The session is damaged, or this node cannot read it, when the listener on one node is told again. Every node was told before. */
    @Test
    void anEndThatEveryNodeWasToldIsNotToldAgainWhenItCannotBeReadAnyMore() {
        SessionManager one = node(withEnds(ends -> new ForwardingEnds(ends) {
            @Override
            public CompletionStage<State> look(SessionId id) {
                return super.look(id)
                        .thenApply(state -> !here.isEmpty() && state instanceof State.Ended ended
                                ? new State.Unreadable(
                                        new UnreadableSessionException("damaged", null),
                                        ended.cause(),
                                        SessionEndListener.READ_TRIES)
                                : state);
            }
        }));
        Queue<SessionEnd> onOne = new ConcurrentLinkedQueue<>();
        try (EndWatch first = one.listenToEnds(end -> {
                    if (here.isEmpty()) {
                        throw new IllegalStateException("The mail server is away");
                    }
                    onOne.add(end);
                });
                EndWatch second = one.listenToEndsOnEveryNode(here::add)) {
            assertThat(first).isNotSameAs(second);
            Session tea = stored(one, "tea");
            one.revoke(tea);
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> store.ends()
                            .orElseThrow()
                            .past(tea.id())
                            .toCompletableFuture()
                            .join()
                            .isPresent());
            assertThat(awaitOne(onOne).cause()).isEqualTo(EndCause.UNREADABLE);
            Session coffee = stored(one, "coffee");
            one.revoke(coffee);
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> here.stream().anyMatch(end -> end.id().equals(coffee.id())));
            assertThat(here).extracting(SessionEnd::id).containsExactly(tea.id(), coffee.id());
        }
    }

    /** Or the first search, which leaves, would take the sign of life of the second one away. */
    @Test
    void eachSearchHasANameOfItsOwnAndSaysNothingAfterItHasLeft() {
        Queue<String> names = new ConcurrentLinkedQueue<>();
        SessionManager one = node(withEnds(ends -> new ForwardingEnds(ends) {
            @Override
            public CompletionStage<Boolean> listens(String node, Duration stays) {
                names.add(node + (stays.isZero() ? " left" : " listens"));
                return super.listens(node, stays);
            }
        }));
        for (int i = 1; i <= 2; i++) {
            int count = 2 * i;
            try (EndWatch watch = one.listenToEnds(here::add)) {
                assertThat(watch).isNotNull();
                await().atMost(Duration.ofSeconds(20)).until(() -> names.size() == count - 1);
            }
            assertThat(names).hasSize(count);
        }
        List<String> said = List.copyOf(names);
        String first = said.get(0).split(" ", -1)[0];
        String second = said.get(2).split(" ", -1)[0];
        assertThat(second).isNotEqualTo(first);
        assertThat(said).containsExactly(first + " listens", first + " left", second + " listens", second + " left");
    }

    private SessionStore withEnds(UnaryOperator<SessionEnds> layer) {
        return new ForwardingStore(store) {
            @Override
            public Optional<SessionEnds> ends() {
                return super.ends().map(layer);
            }
        };
    }

    /** That node would tell no listener on one node, although there is one. */
    @Test
    void aNodeThatHasListenersOnEveryNodeAloneLeavesEndsToANodeThatHasOneOnOneNode() {
        SessionManager one = node(store);
        SessionManager other = node(store);
        Queue<SessionEnd> onOne = new ConcurrentLinkedQueue<>();
        SessionEnds ends = store.ends().orElseThrow();
        ends.listens("a node that has listeners", Duration.ofHours(1));
        try (EndWatch first = one.listenToEndsOnEveryNode(here::add)) {
            assertThat(first).isNotNull();
            Session session = stored(one, "tea");
            one.revoke(session);
            SessionEnd told = awaitOne(here); // It can be told where it need not be searched for.
            assertThat(told.<String>get("cart")).isEqualTo("tea");
            assertThat(told.cause()).isEqualTo(EndCause.SIGNED_OUT);
            assertThat(one.ended(session.token())).isEmpty();
            ends.listens("a node that has listeners", Duration.ZERO);
            try (EndWatch second = other.listenToEnds(onOne::add)) {
                assertThat(second).isNotNull();
                SessionEnd last = awaitOne(onOne);
                assertThat(last.id()).isEqualTo(session.id());
                assertThat(last.attempt()).isEqualTo(1);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> one.ended(session.token()).isPresent());
                one.revoke(stored(one, "later"));
                await().atMost(Duration.ofSeconds(20)).until(() -> here.size() > 1);
                assertThat(here).extracting(SessionEnd::id).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void aNodeThatHasListenersOnEveryNodeAloneSearchesIfNoNodeHasOneOnOneNodeAnyMore() {
        SessionManager one = node(store);
        SessionManager other = node(store);
        EndWatch onOneNode = other.listenToEnds(there::add);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> store.ends()
                        .orElseThrow()
                        .isListened()
                        .toCompletableFuture()
                        .join());
        onOneNode.close();
        try (EndWatch watch = one.listenToEndsOnEveryNode(here::add)) {
            assertThat(watch).isNotNull();
            Session session = stored(one, "tea");
            one.revoke(session);
            assertThat(awaitOne(here).id()).isEqualTo(session.id());
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> one.ended(session.token()).isPresent());
        }
        assertThat(there).isEmpty();
    }

    /** The node with a listener on one node hangs: it says that it listens, and claims nothing. */
    @Test
    void whatHasBeenDueForLongIsLookedAtAndSharedThoughItIsLeftToOthers() {
        AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
        MemoryStore later = new MemoryStore(
                MemoryStore.DEFAULT_MAX_BYTES, () -> Instant.now().plus(ahead.get()));
        SessionEnds ends = later.ends().orElseThrow();
        ends.listens("a node that hangs", Duration.ofHours(2));
        SessionManager one = node(later);
        Session session = stored(one, "tea");
        Duration idle = one.settings().idleTimeout();

        ahead.set(idle.minusMinutes(1)); // Now it is to be copied, because nothing is left of it once it has ended.
        try (EndWatch watch = one.listenToEndsOnEveryNode(here::add)) {
            assertThat(watch).isNotNull();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> later.ends()
                            .orElseThrow()
                            .kept(session.id())
                            .toCompletableFuture()
                            .join()
                            .isPresent());
        }
        ahead.set(idle.plusMinutes(5));
        try (EndWatch watch = one.listenToEndsOnEveryNode(here::add)) {
            assertThat(watch).isNotNull();
            SessionEnd told = awaitOne(here);
            assertThat(told.id()).isEqualTo(session.id());
            assertThat(told.cause()).isEqualTo(EndCause.IDLE);
            assertThat(told.<String>get("cart")).isEqualTo("tea");
            // It is still due for the node that hangs.
            assertThat(one.ended(session.token())).isEmpty();
        }
    }

    @Test
    void aNodeThatFellBehindIsToldOnceHowManyEndsItHasMissed() {
        AtomicInteger reads = new AtomicInteger();
        SessionStore trimmed = new ForwardingStore(store) {
            @Override
            public Optional<SessionEnds> ends() {
                return super.ends().map(ends -> new ForwardingEnds(ends) {
                    @Override
                    public CompletionStage<SharedEnds> shared(@Nullable String after, int count) {
                        long lost = reads.incrementAndGet() == 2 ? 5 : 0;
                        return super.shared(after, count)
                                .thenApply(read -> new SharedEnds(read.position(), read.ends(), lost));
                    }
                });
            }
        };
        try (EndWatch watch = node(trimmed).listenToEndsOnEveryNode(here::add)) {
            assertThat(watch).isNotNull();
            await().atMost(Duration.ofSeconds(20)).until(() -> reads.get() >= 4);
            assertThat(missed).containsExactly(5L);
        }
    }

    @Test
    void aListenerMayCloseItsOwnWatchWithoutWaitingForItself() {
        for (boolean everywhere : List.of(false, true)) {
            SessionManager one = node(store);
            CompletableFuture<EndWatch> own = new CompletableFuture<>();
            CompletableFuture<Duration> took = new CompletableFuture<>();
            SessionEndListener closing = end -> {
                long start = System.nanoTime();
                own.join().close();
                took.complete(Duration.ofNanos(System.nanoTime() - start));
            };
            own.complete(everywhere ? one.listenToEndsOnEveryNode(closing) : one.listenToEnds(closing));
            Session session = stored(one, "tea");
            one.revoke(session);
            await().atMost(Duration.ofSeconds(20)).until(took::isDone);
            assertThat(took.join()).isLessThan(EndSweeper.CLOSE_WITHIN.minusMillis(500));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> one.ended(session.token()).isPresent());
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

    /** A store in memory whose copies are answered by {@code fault} if that is not null. */
    private SessionStore whoseCopies(Function<SessionId, @Nullable CompletionStage<Optional<StoredSession>>> fault) {
        return new ForwardingStore(store) {
            @Override
            public Optional<SessionEnds> ends() {
                return super.ends().map(ends -> new ForwardingEnds(ends) {
                    @Override
                    public CompletionStage<Optional<StoredSession>> kept(SessionId id) {
                        CompletionStage<Optional<StoredSession>> answer = fault.apply(id);
                        return answer == null ? super.kept(id) : answer;
                    }
                });
            }
        };
    }

    /** What cannot be loaded is tried again, and told without attributes when there is no time left: here because the node stops. */
    @Test
    void aCopyThatCannotBeLoadedHoldsUpNoOtherEnd() {
        SessionManager other = node(store);
        Session first = stored(other, "first");
        AtomicInteger loads = new AtomicInteger();
        SessionManager one = node(whoseCopies(id -> {
            if (!id.equals(first.id())) {
                return null;
            }
            if (loads.incrementAndGet() % 2 == 0) {
                throw new NoClassDefFoundError("io.sojourn.Lost");
            }
            return CompletableFuture.failedFuture(new StoreUnavailableException("gone", null));
        }));
        EndWatch watch = one.listenToEndsOnEveryNode(here::add);
        one.revoke(first);
        Session second = stored(other, "second");
        one.revoke(second);
        assertThat(awaitOne(here).id()).isEqualTo(second.id());
        await().atMost(Duration.ofSeconds(20)).until(() -> loads.get() > 3);
        assertThat(here).hasSize(1);
        watch.close();
        assertThat(here).hasSize(2).last().satisfies(end -> {
            assertThat(end.id()).isEqualTo(first.id());
            assertThat(end.cause()).isEqualTo(EndCause.SIGNED_OUT);
            assertThat(end.session()).isEmpty();
        });
    }

    @Test
    void aCopyThatCanBeLoadedLaterIsToldLaterWithItsAttributes() {
        SessionManager other = node(store);
        Session first = stored(other, "first");
        AtomicInteger loads = new AtomicInteger();
        SessionManager one = node(whoseCopies(id -> id.equals(first.id()) && loads.incrementAndGet() <= 3
                ? CompletableFuture.failedFuture(new StoreUnavailableException("gone", null))
                : null));
        try (EndWatch watch = one.listenToEndsOnEveryNode(here::add)) {
            assertThat(watch).isNotNull();
            one.revoke(first);
            Session second = stored(other, "second");
            one.revoke(second);
            await().atMost(Duration.ofSeconds(20)).until(() -> here.size() == 2);
            assertThat(here.stream().map(end -> end.<String>get("cart"))).containsExactlyInAnyOrder("first", "second");
        }
    }

    /** The note is retried, so the end is shared twice. */
    @Test
    void anEndIsToldOnceThoughTheAnswerToItsNoteWasLost() {
        AtomicInteger notes = new AtomicInteger();
        SessionStore forgetful = new ForwardingStore(store) {
            @Override
            public Optional<SessionEnds> ends() {
                return super.ends().map(ends -> new ForwardingEnds(ends) {
                    @Override
                    public CompletionStage<Boolean> told(SessionId id, PastEnd end, @Nullable String node) {
                        CompletionStage<Boolean> done = super.told(id, end, node);
                        return notes.incrementAndGet() == 1
                                ? CompletableFuture.failedFuture(new StoreUnavailableException("gone", null))
                                : done;
                    }
                });
            }
        };
        SessionManager one = node(forgetful);
        SessionManager other = node(store);
        try (EndWatch first = one.listenToEndsOnEveryNode(here::add);
                EndWatch second = other.listenToEndsOnEveryNode(there::add)) {
            assertThat(first).isNotSameAs(second);
            Session tea = stored(one, "tea");
            one.revoke(tea);
            await().atMost(Duration.ofSeconds(20)).until(() -> notes.get() == 2);
            Session coffee = stored(one, "coffee");
            one.revoke(coffee);
            for (Queue<SessionEnd> told : List.of(here, there)) {
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> told.stream().anyMatch(end -> end.id().equals(coffee.id())));
                assertThat(told).extracting(SessionEnd::id).containsExactly(tea.id(), coffee.id());
            }
        }
    }

    @Test
    void theSearchGoesOnForListenersOnEveryNodeWhenTheLastOneOnOneNodeIsClosed() {
        SessionManager one = node(store);
        Queue<SessionEnd> onOne = new ConcurrentLinkedQueue<>();
        EndWatch onOneNode = one.listenToEnds(onOne::add);
        try (EndWatch onEveryNode = one.listenToEndsOnEveryNode(here::add)) {
            assertThat(onEveryNode).isNotNull();
            onOneNode.close();
            Session session = stored(one, "tea");
            one.revoke(session);
            assertThat(awaitOne(here).id()).isEqualTo(session.id());
            assertThat(onOne).isEmpty();
        }
    }

    @Test
    void theSearchGoesOnForListenersOnOneNodeWhenTheLastOneOnEveryNodeIsClosed() {
        SessionManager one = node(store);
        Queue<SessionEnd> onOne = new ConcurrentLinkedQueue<>();
        EndWatch onEveryNode = one.listenToEndsOnEveryNode(here::add);
        try (EndWatch onOneNode = one.listenToEnds(onOne::add)) {
            assertThat(onOneNode).isNotNull();
            onEveryNode.close();
            Session session = stored(one, "tea");
            one.revoke(session);
            assertThat(awaitOne(onOne).id()).isEqualTo(session.id());
            assertThat(here).isEmpty();
        }
    }

    /** Such as of a request whose node does not listen, or dies at once: its listeners are told in the request, if any. */
    @Test
    void aLogoutIsFromTheNodeThatEndedTheSessionThoughAnotherOneTellsIt() {
        SessionManager one = node(store);
        SessionManager other = node(store);
        Session session = stored(one, "tea");
        assertThat(one.revoke(session)).isTrue(); // Nothing listens yet, so the end is left to any node.
        try (EndWatch watch = other.listenToEndsOnEveryNode(there::add)) {
            assertThat(watch).isNotNull();
            SessionEnd end = awaitOne(there);
            assertThat(end.cause()).isEqualTo(EndCause.SIGNED_OUT);
            assertThat(end.<String>get("cart")).isEqualTo("tea");
            assertThat(end.isFromThisNode()).isFalse();
        }
    }

    /** Its end is entered anew, so any of the two nodes may find it. */
    @Test
    void aLogoutOfASessionFromBeforeTheOptionIsFromTheNodeThatEndedIt() {
        Queue<SessionEnd> onOne = new ConcurrentLinkedQueue<>();
        SessionManager one = node(store);
        SessionManager other = node(store);
        SessionManager before = SessionManager.create(store);
        try (EndWatch first = one.listenToEndsOnEveryNode(here::add);
                EndWatch second = other.listenToEndsOnEveryNode(there::add);
                EndWatch third = other.listenToEnds(onOne::add)) {
            assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
            for (int i = 0; i < 10; i++) {
                one.revoke(stored(before, "tea"));
            }
            await().atMost(Duration.ofSeconds(40)).until(() -> here.size() == 10 && there.size() == 10);
            assertThat(here).allMatch(SessionEnd::isFromThisNode);
            assertThat(there).noneMatch(SessionEnd::isFromThisNode);
            assertThat(onOne).allMatch(SessionEnd::isFromThisNode);
        }
    }

    @Test
    void anEndWhoseCopyIsGoneIsToldWithItsIdAndItsCause() {
        SessionManager one = node(store);
        SessionEnds ends = store.ends().orElseThrow();
        try (EndWatch first = one.listenToEndsOnEveryNode(here::add)) {
            assertThat(first).isNotNull();
            SessionId late = one.create().id();
            // Words that another version has added to the cause are left out.
            ends.told(late, new PastEnd("IDLE node", Instant.EPOCH, new byte[0]), "another node");
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
                .withMessageContaining(
                        "switch on endEventsOnEveryNode (in the environment SOJOURN_END_EVENTS_ON_EVERY_NODE,");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SessionSettings.builder().endEventsOnEveryNode(true).build())
                .withMessageContaining("switch on endEvents (in the environment SOJOURN_END_EVENTS,");
    }
}
