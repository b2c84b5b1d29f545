package io.sojourn.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.ends.EndWatch;
import io.sojourn.memory.MemoryStore;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.ends.DueSessions;
import io.sojourn.spi.ends.EndClaim;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.spi.layer.ForwardingEnds;
import io.sojourn.spi.layer.ForwardingStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Listeners that block for as long as a test lasts, such as for a mail server that does not answer. */
@Tag("slow")
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT) // They wait most of the time.
class SlowListenersTest {

    private static final int WORKERS = 8;

    private volatile Duration ahead = Duration.ZERO;
    private final MemoryStore store =
            new MemoryStore(1 << 20, () -> Instant.now().plus(ahead));
    private final Queue<SessionId> told = new ConcurrentLinkedQueue<>();
    private final Set<SessionId> slow = ConcurrentHashMap.newKeySet();
    private final Queue<SessionId> running = new ConcurrentLinkedQueue<>();
    private final Queue<SessionId> handedOn = new ConcurrentLinkedQueue<>();
    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void release() {
        released.countDown();
    }

    private SessionManager node(SessionStore of) {
        return SessionManager.create(
                of,
                SessionSettings.builder()
                        .endEvents(true)
                        .observer(new SessionObserver() {
                            @Override
                            public void endHandedOn(SessionId id) {
                                handedOn.add(id);
                            }
                        })
                        .build());
    }

    private EndWatch listen(SessionManager sessions) {
        return sessions.listenToEnds(end -> {
            if (slow.contains(end.id())) {
                running.add(end.id());
                released.await();
            }
            told.add(end.id());
        });
    }

    private static Session stored(SessionManager sessions) {
        Session session = sessions.create();
        session.set("cart", "tea");
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    private void block(SessionManager sessions, int listeners) {
        for (int i = 0; i < listeners; i++) {
            Session session = stored(sessions);
            slow.add(session.id());
            sessions.revoke(session);
        }
        await().until(() -> running.size() == listeners);
    }

    @Test
    void otherEndsGoOnAndWhatIsBlockedWhenTheNodeStopsIsHandedOn() {
        SessionManager one = node(store);
        EndWatch watch = listen(one);
        block(one, WORKERS - 1);
        List<SessionId> others = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Session session = stored(one);
            others.add(session.id());
            one.revoke(session);
        }
        await().until(() -> told.containsAll(others));
        assertThat(told).hasSize(others.size());
        watch.close(); // Returns although listeners are blocked: else the test's own timeout ends it.
        assertThat(told).hasSize(others.size());
        Set<SessionId> blocked = Set.copyOf(slow);
        slow.clear();
        SessionManager other = node(store);
        try (EndWatch heir = listen(other)) {
            assertThat(heir).isNotNull();
            ahead = HeldClaims.LEASE.plusSeconds(1);
            await().atMost(Duration.ofSeconds(30)).until(() -> told.containsAll(blocked));
            assertThat(handedOn).containsAll(blocked);
        }
    }

    /** With all workers busy, what waits is taken over by another node once its lease has passed, and is not told twice. */
    @Test
    void whatWaitsForWorkersThatAreAllBlockedIsHandedBackWhenTheNodeStops() {
        SessionManager one = node(store);
        EndWatch watch = listen(one);
        block(one, WORKERS);
        Session waiting = stored(one);
        one.revoke(waiting);
        watch.close();
        assertThat(told).isEmpty();
        SessionManager other = node(store);
        try (EndWatch heir = listen(other)) {
            assertThat(heir).isNotNull();
            await().atMost(Duration.ofSeconds(20)).until(() -> told.contains(waiting.id()));
            assertThat(handedOn).doesNotContain(waiting.id());
        }
    }

    /** Its listeners end when it has been handed back, so that the node stops in time. */
    @Test
    void whatWaitsForWorkersIsHandedBackBeforeTheNodeWaitsForThem() {
        SessionManager one = node(with(store, ends -> new ForwardingEnds(ends) {
            @Override
            public CompletionStage<Boolean> handBack(EndClaim claim, Duration due, boolean missing) {
                return super.handBack(claim, due, missing).whenComplete((back, failure) -> {
                    if (!slow.contains(claim.id())) {
                        released.countDown();
                    }
                });
            }
        }));
        EndWatch watch = listen(one);
        block(one, WORKERS);
        Session waiting = stored(one);
        one.revoke(waiting);
        watch.close();
        assertThat(told).containsExactlyInAnyOrderElementsOf(slow);
    }

    /** As with {@code durability}, if a replica is away. */
    @Test
    void aStoreThatFailsToNoteWhatWasToldHoldsUpNoOtherEnd() {
        AtomicBoolean fails = new AtomicBoolean(true);
        SessionManager one = node(with(store, ends -> new ForwardingEnds(ends) {
            @Override
            public CompletionStage<Boolean> told(SessionId id, PastEnd end, @Nullable String node) {
                return fails.get()
                        ? CompletableFuture.failedFuture(new StoreUnavailableException("0 of 1 replicas", null))
                        : super.told(id, end, node);
            }
        }));
        try (EndWatch watch = listen(one)) {
            assertThat(watch).isNotNull();
            List<Session> all = new ArrayList<>();
            for (int i = 0; i < 3 * WORKERS; i++) {
                Session session = stored(one);
                all.add(session);
                one.revoke(session);
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> told.size() == all.size());
            assertThat(one.ended(all.get(0).token())).isEmpty();
            fails.set(false);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> all.stream()
                            .allMatch(session -> one.ended(session.token()).isPresent()));
            assertThat(told).doesNotHaveDuplicates();
        }
    }

    /** A node that stops notes what it has told, though Redis is slow. Until then no other node gets that. */
    @Test
    void anEndThatIsBeingNotedAsToldWhenTheNodeStopsIsNotToldAgain() {
        Instant now = Instant.now();
        MemoryStore still = new MemoryStore(1 << 20, () -> now); // No lease runs out.
        CompletableFuture<Void> answers = new CompletableFuture<>();
        Queue<SessionId> notes = new ConcurrentLinkedQueue<>();
        SessionManager one = node(with(still, ends -> new ForwardingEnds(ends) {
            @Override
            public CompletionStage<Boolean> told(SessionId id, PastEnd end, @Nullable String node) {
                notes.add(id);
                return answers.thenCompose(answer -> super.told(id, end, node));
            }
        }));
        EndWatch watch = listen(one);
        Session session = stored(one);
        one.revoke(session);
        await().until(() -> !notes.isEmpty());
        watch.close();
        assertThat(claimed(still)).isEmpty();
        answers.complete(null);
        assertThat(one.ended(session.token())).isPresent();
        assertThat(told).containsExactly(session.id());
    }

    private static SessionStore with(MemoryStore store, UnaryOperator<SessionEnds> layer) {
        return new ForwardingStore(store) {
            @Override
            public Optional<SessionEnds> ends() {
                return super.ends().map(layer);
            }
        };
    }

    /** There is more to tell than a node may hold, so that each round of its search has room for a few sessions only. */
    @Test
    void noShardIsServedBeforeTheOthersWhileTheListenersAreBehind() {
        SessionManager silent = node(store);
        for (int i = 0; i < 1_600; i++) {
            silent.revoke(stored(silent)); // Nothing listens, so it waits.
        }
        Queue<Integer> served = new ConcurrentLinkedQueue<>();
        SessionManager one = node(with(store, ends -> new ForwardingEnds(ends) {
            @Override
            public CompletionStage<DueSessions> claim(int shard, int count, Duration lease, Duration overdue) {
                return super.claim(shard, count, lease, overdue).whenComplete((due, failure) -> {
                    if (released.getCount() == 0 && !due.sessions().isEmpty()) {
                        served.add(shard);
                    }
                });
            }
        }));
        Queue<SessionId> blocked = new ConcurrentLinkedQueue<>();
        try (EndWatch watch = one.listenToEnds(end -> {
            blocked.add(end.id());
            released.await();
            LockSupport.parkNanos(1_000_000);
        })) {
            assertThat(watch).isNotNull();
            await().atMost(Duration.ofSeconds(20)).until(() -> blocked.size() == WORKERS);
            LockSupport.parkNanos(1_000_000_000); // By then each shard was asked, and the node holds all that it may.
            released.countDown();
            await().atMost(Duration.ofSeconds(20)).until(() -> served.size() >= 24);
            assertThat(served.stream().limit(24).distinct()).hasSizeGreaterThan(SessionEnds.SHARDS / 2);
        }
    }

    /** What any node could get now. */
    private static Set<SessionId> claimed(MemoryStore store) {
        Set<SessionId> claimed = new HashSet<>();
        for (int shard = 0; shard < SessionEnds.SHARDS; shard++) {
            store.ends()
                    .orElseThrow()
                    .claim(shard, 100, HeldClaims.LEASE)
                    .toCompletableFuture()
                    .join()
                    .sessions()
                    .forEach(due -> claimed.add(due.claim().id()));
        }
        return claimed;
    }

    /** Those of all others, though the store refuses the first one every time. Its clock stands still, so that only this test moves it on. */
    @Test
    void theLeasesOfListenersThatAreRunningAreProlonged() {
        Instant start = Instant.now();
        AtomicReference<Instant> clock = new AtomicReference<>(start);
        MemoryStore still = new MemoryStore(1 << 20, clock::get);
        AtomicBoolean moved = new AtomicBoolean();
        AtomicReference<SessionId> refused = new AtomicReference<>();
        Set<SessionId> prolonged = ConcurrentHashMap.newKeySet();
        SessionManager sessions = node(with(still, ends -> new ForwardingEnds(ends) {
            @Override
            public CompletionStage<Optional<EndClaim>> extend(EndClaim claim, Duration lease) {
                if (refused.compareAndSet(null, claim.id()) || Objects.equals(claim.id(), refused.get())) {
                    return CompletableFuture.failedFuture(new StoreUnavailableException("gone", null));
                }
                boolean isLater = moved.get();
                return super.extend(claim, lease).whenComplete((longer, failure) -> {
                    if (isLater && failure == null) {
                        prolonged.add(claim.id());
                    }
                });
            }
        }));
        EndWatch watch = listen(sessions);
        assertThat(watch).isNotNull();
        block(sessions, WORKERS);
        clock.set(start.plus(HeldClaims.LEASE.dividedBy(2)));
        moved.set(true);
        await().atMost(Duration.ofSeconds(40)).until(() -> prolonged.size() == WORKERS - 1);
        clock.set(start.plus(HeldClaims.LEASE).plusSeconds(1));
        Set<SessionId> free = claimed(still);
        await().atMost(Duration.ofSeconds(40)).until(() -> {
            free.addAll(handedOn); // This node may have been faster.
            return free.size() == 1 && free.contains(refused.get());
        });
    }

    /** The node finds that a session has ended, and stops before it has told so. */
    @Test
    void anEndThatIsFoundWhileTheNodeStopsIsNotTakenForTold() {
        CompletableFuture<Void> found = new CompletableFuture<>();
        Queue<SessionId> looks = new ConcurrentLinkedQueue<>();
        SessionManager sessions = node(new ForwardingStore(store) {
            @Override
            public Optional<SessionEnds> ends() {
                return super.ends().map(ends -> new ForwardingEnds(ends) {
                    @Override
                    public CompletionStage<State> look(SessionId id) {
                        looks.add(id);
                        return found.thenCompose(now -> super.look(id));
                    }
                });
            }
        });
        EndWatch watch = listen(sessions);
        Session session = stored(sessions);
        sessions.revoke(session);
        await().until(() -> !looks.isEmpty());
        Thread closing = new Thread(watch::close);
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING); // For the one that looks.
        found.complete(null);
        await().atMost(Duration.ofSeconds(20)).until(() -> !closing.isAlive());
        try (EndWatch heir = listen(node(store))) {
            assertThat(heir).isNotNull();
            await().atMost(Duration.ofSeconds(20)).until(() -> told.contains(session.id()));
        }
    }
}
