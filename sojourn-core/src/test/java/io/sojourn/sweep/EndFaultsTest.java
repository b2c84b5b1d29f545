package io.sojourn.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.SessionEnd;
import io.sojourn.memory.MemoryStore;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.ends.EndClaim;
import io.sojourn.spi.layer.ForwardingStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails while a session is ended, or while its end is told: the end is told all the same, and soon. */
@Tag("slow")
@Timeout(60)
class EndFaultsTest {

    private final Queue<SessionEnd> told = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> reports = new ConcurrentLinkedQueue<>();
    private Optional<Session> ending = Optional.empty();
    private final SessionObserver observer = new SessionObserver() {
        @Override
        public void endNotTold(SessionId id, @Nullable Duration retryIn, Throwable cause) {
            reports.add(cause);
        }
    };

    /** A store in memory; the operation of its ends that has this name is answered by {@code fault}, or as always by null. */
    private SessionManager manager(String operation, Function<Integer, @Nullable CompletableFuture<?>> fault) {
        return manager(new MemoryStore(), operation, fault);
    }

    private SessionManager manager(
            MemoryStore store, String operation, Function<Integer, @Nullable CompletableFuture<?>> fault) {
        SessionEnds ends = store.ends().orElseThrow();
        AtomicInteger calls = new AtomicInteger();
        SessionEnds faulty = (SessionEnds) Proxy.newProxyInstance(
                SessionEnds.class.getClassLoader(), new Class<?>[] {SessionEnds.class}, (proxy, method, arguments) -> {
                    Object answer = method.getName().equals(operation) ? fault.apply(calls.incrementAndGet()) : null;
                    try {
                        return answer == null ? method.invoke(ends, arguments) : answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return SessionManager.create(
                new ForwardingStore(store) {
                    @Override
                    public Optional<SessionEnds> ends() {
                        return Optional.of(faulty);
                    }
                },
                SessionSettings.builder().endEvents(true).observer(observer).build());
    }

    private static Session stored(SessionManager sessions) {
        Session session = sessions.create();
        session.set("cart", "tea");
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    private SessionEnd awaitTold() {
        await().atMost(Duration.ofSeconds(15)).until(() -> !told.isEmpty());
        return told.element();
    }

    @Test
    void aListenerThatThrowsAnErrorKeepsNoOtherListenerFromBeingTold() {
        SessionManager sessions = manager("none", call -> null);
        AssertionError always = new AssertionError("always the same");
        try (EndWatch first = sessions.listenToEnds(end -> {
                    throw new NoClassDefFoundError("of an older version");
                });
                EndWatch second = sessions.listenToEnds(end -> {
                    throw always;
                });
                EndWatch third = sessions.listenToEnds(end -> {
                    throw always;
                });
                EndWatch last = sessions.listenToEnds(told::add)) {
            assertThat(first).isNotSameAs(second).isNotSameAs(third).isNotSameAs(last);
            sessions.revoke(stored(sessions));
            assertThat(awaitTold().attempt()).isEqualTo(1);
            await().until(() -> told.size() > 1); // An error is a failed try.
        }
    }

    @Test
    void aRevocationIsToldSoonThoughTheStoreDidNotAnswerWhoseEntryItWas() {
        SessionManager sessions = manager(
                "takeOver", call -> CompletableFuture.failedFuture(new StoreUnavailableException("gone", null)));
        try (EndWatch watch = sessions.listenToEnds(told::add)) {
            assertThat(watch).isNotNull();
            assertThat(sessions.revoke(stored(sessions))).isTrue();
            assertThat(awaitTold().<String>get("cart")).isEqualTo("tea");
        }
    }

    /** The store's claim, which keeps the thread that has ended a session from going on until the listener was told. */
    private final class SlowClaim<T> extends CompletableFuture<T> {

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new SlowClaim<>();
        }

        @Override
        public CompletableFuture<Void> thenAccept(Consumer<? super T> action) {
            CompletableFuture<Void> done = super.thenAccept(action);
            awaitTold();
            return done;
        }
    }

    /** Or a listener that asks whether a request of this node has ended the session would have to wait for an answer. */
    @Test
    void theSessionObjectThatIsRevokedKnowsThatBeforeTheListenerIsTold() {
        MemoryStore store = new MemoryStore();
        SessionManager sessions = manager(store, "takeOver", call -> {
            SlowClaim<Optional<EndClaim>> claim = new SlowClaim<>();
            claim.complete(store.ends()
                    .orElseThrow()
                    .takeOver(ending.orElseThrow().id(), HeldClaims.LEASE)
                    .toCompletableFuture()
                    .join());
            return claim;
        });
        Queue<Boolean> knew = new ConcurrentLinkedQueue<>();
        try (EndWatch watch = sessions.listenToEnds(end -> {
            knew.add(ending.orElseThrow().isRevoked());
            told.add(end);
        })) {
            assertThat(watch).isNotNull();
            ending = Optional.of(stored(sessions));
            assertThat(sessions.revoke(ending.orElseThrow())).isTrue();
            assertThat(knew).containsExactly(true);
        }
    }

    /** The session was created without the option, so it has no entry. */
    @Test
    void aSessionThatHasEndedIsEnteredAgainIfThatFails() {
        MemoryStore store = new MemoryStore();
        Session session = stored(SessionManager.create(store));
        SessionManager sessions = manager(
                store,
                "enter",
                call -> call <= 2 ? CompletableFuture.failedFuture(new StoreUnavailableException("gone", null)) : null);
        try (EndWatch watch = sessions.listenToEnds(told::add)) {
            assertThat(watch).isNotNull();
            assertThat(sessions.revoke(session.id())).isTrue();
            assertThat(awaitTold().id()).isEqualTo(session.id());
        }
    }

    /** The listener fails twice, as one beside servlet listeners that the request of the logout has told. Another node asks all the time. */
    @Test
    void theEndOfALogoutIsTriedAgainOnTheNodeOfTheLogoutThatLives() {
        MemoryStore store = new MemoryStore();
        SessionEnds ends = store.ends().orElseThrow();
        SessionManager sessions = manager(store, "none", call -> null);
        SessionManager before = SessionManager.create(store);
        try (EndWatch watch = sessions.listenToEnds(end -> {
            told.add(end);
            if (end.attempt() < 3) {
                throw new IllegalStateException("The mail server is away");
            }
        })) {
            assertThat(watch).isNotNull();
            for (SessionManager creator :
                    List.of(sessions, before)) { // The second session has no entry until it is ended.
                told.clear();
                Session session = stored(creator);
                int shard = SessionEnds.shard(session.id());
                assertThat(sessions.revoke(session)).isTrue();
                await().atMost(Duration.ofSeconds(40)).until(() -> {
                    assertThat(ends.claim(shard, 10, HeldClaims.LEASE)
                                    .toCompletableFuture()
                                    .join()
                                    .sessions())
                            .isEmpty();
                    return sessions.ended(session.token()).isPresent();
                });
                assertThat(told).extracting(SessionEnd::attempt).containsExactly(1, 2, 3);
            }
        }
    }

    /** What waits for another try is not kept from other nodes when this one stops. */
    @Test
    void aNodeThatStopsHandsBackWhatItWouldTryAgain() {
        MemoryStore store = new MemoryStore();
        SessionManager sessions = manager(store, "none", call -> null);
        EndWatch watch = sessions.listenToEnds(end -> {
            throw new IllegalStateException("The mail server is away");
        });
        assertThat(sessions.revoke(stored(sessions))).isTrue();
        await().atMost(Duration.ofSeconds(20)).until(() -> !reports.isEmpty());
        watch.close();
        try (EndWatch heir = manager(store, "none", call -> null).listenToEnds(told::add)) {
            assertThat(heir).isNotNull();
            assertThat(awaitTold().attempt()).isGreaterThan(1);
        }
    }

    @Test
    void aSessionThatCannotBeEndedIsNotTriedForEver() {
        AtomicInteger calls = new AtomicInteger();
        SessionManager sessions = manager("end", call -> {
            calls.set(call);
            return CompletableFuture.failedFuture(new UnreadableSessionException("damaged", null));
        });
        Session session = stored(sessions);
        assertThatThrownBy(() -> sessions.revokeAndGet(session)).isInstanceOf(UnreadableSessionException.class);
        assertThat(calls).hasPositiveValue().hasValueLessThan(100);
    }

    @Test
    void theSearchGoesOnAfterAnErrorThatNothingExpects() {
        SessionManager sessions = manager("claim", call -> {
            if (call <= 2) {
                throw new NoClassDefFoundError("io.sojourn.Lost");
            }
            return null;
        });
        Session session = stored(sessions);
        assertThat(sessions.revoke(session)).isTrue(); // Nothing listens yet, so the search alone can find it.
        try (EndWatch watch = sessions.listenToEnds(told::add)) {
            assertThat(watch).isNotNull();
            assertThat(awaitTold().id()).isEqualTo(session.id());
        }
    }

    @Test
    void anErrorOfTheStoreIsAFailedTry() {
        SessionManager sessions = manager("look", call -> {
            throw new NoClassDefFoundError("io.sojourn.Lost");
        });
        try (EndWatch watch = sessions.listenToEnds(told::add)) {
            assertThat(watch).isNotNull();
            assertThat(sessions.revoke(stored(sessions))).isTrue();
            await().until(() -> reports.stream().anyMatch(NoClassDefFoundError.class::isInstance));
        }
    }
}
