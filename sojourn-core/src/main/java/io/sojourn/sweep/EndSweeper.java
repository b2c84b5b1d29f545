package io.sojourn.sweep;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.context.EngineContext;
import io.sojourn.context.Waiting;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.format.Header;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionIndex;
import io.sojourn.spi.ends.DueSession;
import io.sojourn.spi.ends.DueSessions;
import io.sojourn.spi.ends.EndClaim;
import io.sojourn.spi.ends.PastEnd;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds sessions that have ended, and tells a listener.
 *
 * <p>One thread asks each shard of due times for sessions that are due. It asks a shard again when something is
 * due there and at least a quarter of a second later, at the latest after {@link #LONGEST_PAUSE_NANOS}. Each node has its own random pauses, so nodes
 * share the work. What a node claims is leased for {@link #LEASE}. A few workers deal with claimed sessions, one at a time each:
 *
 * <pre>
 * a look finds      the worker
 * Lives             gives the entry the time of the next look: some minutes before the session's end
 * Ending            gives the entry the time of the session's end; if the look has copied the session just now, of half-way to it
 * Ended             tells the listener, then the store that it was told, and removes the entry
 * Told              removes the entry
 * Missing           looks again after two minutes, because its creation may be on its way; then removes the entry
 * </pre>
 *
 * <p>A session that was just used may be used again a moment after the copy was made, and then ends a moment after the copy says. If
 * the next look came at the end of the copy, it could come too late to copy the session again. So the last look before the end finds
 * a session that was not used for a while.
 *
 * <p>A worker that was suspended for longer than its lease does not tell, because another node has the session by then. The lease of
 * a listener that is running is prolonged. No worker waits until the store has noted what was told: see {@link EndNotes}.
 *
 * <p>If every node is to be told, they are told once the listener has returned, or has failed for the first time. A node whose listener
 * is none, because it only has listeners that are told on every node, leaves ends to nodes that have one: see {@link OneNodeListeners}.
 */
final class EndSweeper implements AutoCloseable {

    /** After so long another node takes over what a node has claimed. */
    static final Duration LEASE = Duration.ofSeconds(30);

    private static final Logger LOG = System.getLogger("io.sojourn");

    private static final int TRIES = SessionEndListener.TRIES;

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long BUSY_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long FAILED_TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * So long after it was due, a node that leaves ends to others looks at a session all the same: their listeners may be slow, or hang. It
     * does what is to be done before the end, and lets every node read of an end; the session stays due for the others.
     */
    private static final Duration OVERDUE = Duration.ofSeconds(60);

    private static final long OVERDUE_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
    private static final Duration NEVER_ENDS = Duration.ofDays(1);
    static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    /** What is kept of that time for handing back what listeners that are still running then have left. */
    private static final Duration HAND_BACK_WITHIN = Duration.ofMillis(500);

    private static final int WORKERS = 8;
    private static final int BATCH = 50;

    /** So few that a slow listener does not let the leases of those that wait run out. */
    private static final int HELD_AT_MOST = 200;

    /** With more ends than this that are tried again here, other nodes may try them. */
    private static final int RESTING_AT_MOST = 1_000;

    private final EngineContext context;
    private final SessionEnds ends;
    private final @Nullable String node;
    private final BiFunction<SessionId, SessionRecord, Session> sessions;
    private final Listener listener;
    private final OneNodeListeners oneNode;
    private final EndNotes notes;

    /** The workers whose listener is running. */
    private final Set<Thread> telling = ConcurrentHashMap.newKeySet();

    /** When to ask each shard, by {@link System#nanoTime()} less {@link #start}. */
    private final AtomicLongArray next = new AtomicLongArray(SessionEnds.SHARDS);

    /** Which shard is asked first in this round; of the thread alone. */
    private int firstShard;

    private final long start = System.nanoTime();
    private final Set<Held> held = Collections.synchronizedSet(new LinkedHashSet<>());

    /** Claims on ends that are tried again here. */
    private final Set<EndClaim> resting = ConcurrentHashMap.newKeySet();

    private final ThreadPoolExecutor workers;
    private final Thread thread;
    private volatile boolean closed;

    /** Is told that a session ended; see {@link SessionEndListener}. */
    interface Listener {
        void ended(EndedSession end) throws Exception;
    }

    /** A claim of this node. */
    private static final class Held {
        volatile EndClaim claim;
        volatile long claimedAt;
        volatile boolean running;

        /** A worker deals with it, or it was handed back. */
        final AtomicBoolean taken = new AtomicBoolean();

        /** The listener was called; whether it has worked is being noted. */
        volatile boolean called;

        volatile boolean lost;
        final Duration lag;
        final boolean missing;

        /** Why this process has just ended the session; null if the claim was searched for. */
        final @Nullable StoredCause own;

        Held(EndClaim claim, long claimedAt, Duration lag, boolean missing, @Nullable StoredCause own) {
            this.claim = claim;
            this.claimedAt = claimedAt;
            this.lag = lag;
            this.missing = missing;
            this.own = own;
        }
    }

    /**
     * Begins to look for ended sessions.
     *
     * @param node the name of this node if it is to share what it has told with all nodes; else null
     * @param isListening whether the listener tells anyone
     */
    static EndSweeper start(
            EngineContext context,
            SessionEnds ends,
            @Nullable String node,
            BiFunction<SessionId, SessionRecord, Session> sessions,
            BooleanSupplier isListening,
            Listener listener) {
        EndSweeper sweeper = new EndSweeper(context, ends, node, sessions, isListening, listener);
        sweeper.begin();
        return sweeper;
    }

    private EndSweeper(
            EngineContext context,
            SessionEnds ends,
            @Nullable String node,
            BiFunction<SessionId, SessionRecord, Session> sessions,
            BooleanSupplier isListening,
            Listener listener) {
        this.context = context;
        this.ends = ends;
        this.node = node;
        this.sessions = sessions;
        this.listener = listener;
        this.oneNode = new OneNodeListeners(context, ends, node != null, isListening);
        this.notes = new EndNotes(context, ends);
        this.workers = new ThreadPoolExecutor(
                WORKERS, WORKERS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), EndSweeper::thread);
        workers.allowCoreThreadTimeOut(true);
        this.thread = thread(this::run);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "sojourn-ends");
        thread.setDaemon(true);
        return thread;
    }

    private void begin() {
        for (int shard = 0; shard < SessionEnds.SHARDS; shard++) {
            next.set(shard, ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE_NANOS));
        }
        thread.start();
    }

    private long now() {
        return System.nanoTime() - start;
    }

    /** A session that this process has entered will be due then. */
    void expect(SessionId id, Duration due) {
        long at = now() + due.toNanos() + pause(0);
        next.accumulateAndGet(SessionEnds.shard(id), at, Math::min);
    }

    /** A session that this process has just ended. */
    void ended(EndClaim claim, long claimedAt, StoredCause why) {
        submit(new Held(claim, claimedAt - start, Duration.ZERO, false, why));
    }

    private void run() {
        while (!closed) {
            long pause = FAILED_TICK_NANOS;
            try {
                pause = round() ? BUSY_TICK_NANOS : TICK_NANOS;
            } catch (RuntimeException | Error e) { // Of a store or an observer, for example. The search goes on.
                LOG.log(Level.WARNING, "A search for ended sessions failed; it is tried again", e);
            }
            LockSupport.parkNanos(pause);
        }
    }

    /** Tells whether there may be more that is due. */
    private boolean round() {
        boolean busy = false;
        oneNode.say();
        firstShard++; // Or the first shards would get most of the room when there is little of it.
        for (int i = 0; i < SessionEnds.SHARDS && !closed; i++) {
            int shard = Math.floorMod(firstShard + i, SessionEnds.SHARDS);
            busy |= next.get(shard) <= now() && ask(shard);
        }
        prolong();
        return busy;
    }

    /** Tells whether there may be more that is due. */
    private boolean ask(int shard) {
        int room = Math.min(BATCH, HELD_AT_MOST - held.size());
        if (room <= 0 || notes.areMany()) {
            return false; // The workers are behind: they make room before the next round.
        }
        long asked = now();
        next.set(shard, asked + LONGEST_PAUSE_NANOS);
        boolean leaves;
        DueSessions due;
        try {
            leaves = oneNode.wereOnlyElsewhere();
            Duration overdue = leaves ? OVERDUE : Duration.ZERO;
            due = Waiting.await(context.ask(null, store -> ends.claim(shard, room, LEASE, overdue)));
        } catch (RuntimeException | Error e) {
            next.set(shard, now() + pause(SHORTEST_PAUSE_NANOS * 2));
            if (e instanceof SojournException) {
                return false;
            }
            throw e;
        }
        for (DueSession session : due.sessions()) {
            if (session.handedOn()) {
                context.observers().tell(o -> o.endHandedOn(session.claim().id()));
            }
            submit(new Held(session.claim(), asked, session.lag(), session.missing(), null));
        }
        if (leaves) {
            next.set(shard, now() + pause(OVERDUE_PAUSE_NANOS));
            return false;
        }
        Duration wait = due.next();
        boolean more = due.sessions().size() == room;
        long pause =
                more ? 0 : pause(wait == null ? LONGEST_PAUSE_NANOS : Math.min(wait.toNanos(), LONGEST_PAUSE_NANOS));
        next.accumulateAndGet(shard, now() + pause, Math::min);
        return more;
    }

    /** At least a quarter of a second, and up to half a second more at random, so that nodes do not ask all at once. */
    private static long pause(long nanos) {
        return Math.max(nanos, SHORTEST_PAUSE_NANOS / 2)
                + ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE_NANOS);
    }

    private void submit(Held one) {
        held.add(one);
        try {
            workers.execute(() -> work(one));
        } catch (RejectedExecutionException e) { // It was closed.
            giveBackIfWaiting(one);
        } catch (RuntimeException | Error e) { // There is no thread for it, for example.
            giveBackIfWaiting(one);
            context.observers().tell(o -> o.endNotTold(one.claim.id(), Duration.ZERO, e));
        }
    }

    private void work(Held one) {
        if (closed) {
            giveBackIfWaiting(one);
            return;
        }
        if (!one.taken.compareAndSet(false, true)) {
            return; // It was given back.
        }
        try {
            deal(one);
        } catch (RuntimeException | Error e) {
            context.observers()
                    .tell(o -> o.endNotTold(one.claim.id(), LEASE, e)); // Another try when the lease has run out.
        } finally {
            held.remove(one);
        }
    }

    private boolean isLate(Held one) {
        return now() - one.claimedAt > LEASE.toNanos() * 9 / 10;
    }

    /** Prolongs the leases of listeners that are running. */
    private void prolong() {
        long asked = now();
        Map<Held, CompletionStage<Optional<EndClaim>>> answers = new LinkedHashMap<>();
        for (Held one : held.toArray(Held[]::new)) {
            if (one.running && !one.lost && asked - one.claimedAt > LEASE.toNanos() / 3) {
                answers.put(one, ends.extend(one.claim, LEASE));
            }
        }
        answers.forEach((one, answer) -> {
            try {
                Optional<EndClaim> longer = Waiting.await(answer);
                one.lost = longer.isEmpty();
                longer.ifPresent(claim -> {
                    one.claim = claim;
                    one.claimedAt = asked;
                });
            } catch (SojournException e) {
                // It is tried again in the next round, as long as there is time.
            }
        });
    }

    private void deal(Held one) {
        SessionId id = one.claim.id();
        if (isLate(one)) {
            return;
        }
        SessionEnds.State state;
        boolean leaves;
        try {
            leaves = oneNode.areOnlyElsewhere();
            if (leaves && one.lag.compareTo(OVERDUE) < 0) { // Before the look, which counts as a try.
                leaveToOthers(one, one.own);
                return;
            }
            state = Waiting.await(context.ask(id, store -> ends.look(id)));
        } catch (SojournException e) {
            later(one, Duration.ofSeconds(1));
            return;
        }
        if (state instanceof SessionEnds.State.Lives lives) {
            Duration left = lives.left();
            handBack(one, left == null ? NEVER_ENDS : SessionEnds.due(left), false);
        } else if (state instanceof SessionEnds.State.Ending ending) {
            Duration left = ending.left();
            handBack(one, ending.changed() ? left.dividedBy(2) : left, false);
        } else if (state instanceof SessionEnds.State.Ended ended) {
            ended(one, ended, leaves);
        } else if (state instanceof SessionEnds.State.Unreadable unreadable) {
            unreadable(one, unreadable.why(), unreadable.cause(), unreadable.tries());
        } else if (state instanceof SessionEnds.State.Missing && !one.missing) {
            handBack(one, SessionIndex.PENDING, true);
        } else {
            if (state instanceof SessionEnds.State.Missing) {
                context.observers().tell(o -> o.endUnknown(id));
            }
            remove(one);
        }
    }

    private void ended(Held one, SessionEnds.State.Ended ended, boolean leaves) {
        SessionRecord last;
        String cause = ended.cause();
        try {
            last = SessionRecord.of(ended.last());
        } catch (UnreadableSessionException e) {
            unreadable(one, e, cause, ended.tries());
            return;
        }
        StoredCause why = cause == null ? new StoredCause(timeout(last), null) : StoredCause.parse(cause);
        if (leaves) {
            leaveToOthers(one, why);
        } else {
            tell(one, last, why, ended.tries());
        }
    }

    /** First other nodes try: they may have a newer version, another key, or a higher limit. */
    private void unreadable(Held one, UnreadableSessionException why, @Nullable String cause, int attempt) {
        if (attempt < SessionEndListener.READ_TRIES) {
            Duration pause = retry(attempt);
            context.observers().tell(o -> o.endNotTold(one.claim.id(), pause, why));
            later(one, pause, false);
        } else {
            StoredCause known = StoredCause.parse(cause == null ? "" : cause);
            tell(one, null, new StoredCause(EndCause.UNREADABLE, known.node(), known.sharedAt()), attempt);
        }
    }

    /** Which of the two timeouts has ended a session. */
    private EndCause timeout(SessionRecord last) {
        Header header = last.header();
        Duration timeToLive = context.lifetimes().timeToLive(header, last.touchedAt());
        boolean byDeadline = header.deadline() != Header.NONE
                && timeToLive != null
                && last.touchedAt() + timeToLive.toMillis() >= header.deadline();
        return byDeadline ? EndCause.ABSOLUTE : EndCause.IDLE;
    }

    private void tell(Held one, @Nullable SessionRecord last, StoredCause why, int attempt) {
        SessionId id = one.claim.id();
        EndCause cause = why.cause();
        if (isLate(one)) {
            return;
        }
        Throwable failure = attempt > TRIES ? new IllegalStateException("It has been tried too often") : null;
        if (failure == null) {
            one.running = true;
            telling.add(Thread.currentThread());
            if (one.lost) {
                telling.remove(Thread.currentThread());
                one.running = false;
                return; // It was handed back when this node began to stop.
            }
            try {
                listener.ended(
                        last == null
                                ? EndedSession.unreadable(id, cause, attempt)
                                : EndedSession.of(
                                        id,
                                        cause,
                                        attempt,
                                        () -> sessions.apply(id, last),
                                        last.names().size()));
            } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
                failure = e;
            } finally {
                one.called = true;
                one.running = false;
                telling.remove(Thread.currentThread());
            }
        }
        if (failure == null) {
            context.observers().tell(o -> o.ended(id, cause, one.lag));
        } else {
            Duration pause = reported(one, attempt, failure);
            if (pause != null) {
                // What this node cannot read is left to the node that asks first, which may be another one.
                boolean asksThen = !(failure instanceof UnreadableSessionException);
                if (last == null) {
                    later(one, pause, asksThen);
                } else {
                    boolean here = asksThen && cause == EndCause.SIGNED_OUT && one.own != null;
                    notes.await(shared(id, why)
                            .handle((done, failed) -> done)
                            .thenCompose(done -> here && resting.size() < RESTING_AT_MOST
                                    ? resting(one, pause)
                                    : handedBack(one, pause, asksThen)));
                }
                return;
            }
        }
        byte[] verifier = last == null ? new byte[0] : last.header().verifier();
        noteAsTold(one, verifier, why);
    }

    private void noteAsTold(Held one, byte[] verifier, StoredCause why) {
        Instant sharedAt = node == null ? null : why.sharedAt();
        Instant at = sharedAt != null ? sharedAt : Instant.ofEpochMilli(context.now());
        notes.write(new EndNotes.Note(
                one.claim,
                new PastEnd(why.cause().name(), at, verifier),
                sharedAt != null ? "" : nodeOf(why),
                () -> closed || isLate(one),
                () -> remove(one),
                () -> later(one, Duration.ofSeconds(1))));
    }

    /** Which node has ended a session; this one if none has, and null if only one node is told. */
    private @Nullable String nodeOf(StoredCause why) {
        return node == null || why.node() == null ? node : why.node();
    }

    /** Lets all nodes read of an end that waits for another try, if they are to be told and have not been. */
    private CompletionStage<Boolean> shared(SessionId id, StoredCause why) {
        String endedBy = nodeOf(why);
        if (endedBy == null || why.sharedAt() != null) {
            return CompletableFuture.completedFuture(false);
        }
        Instant at = Instant.ofEpochMilli(context.now());
        PastEnd end = new PastEnd(why.cause().name(), at, new byte[0]);
        String marked = new StoredCause(why.cause(), endedBy, at).format();
        return context.ask(id, store -> ends.share(id, end, endedBy, marked));
    }

    /** Nodes whose listeners are told on one node find the end. If this one knows its cause, all nodes can read of it at once. */
    private void leaveToOthers(Held one, @Nullable StoredCause why) {
        CompletionStage<Boolean> done =
                why == null ? CompletableFuture.completedFuture(false) : shared(one.claim.id(), why);
        notes.await(done.handle((shared, failure) -> shared)
                .thenCompose(shared -> ends.handBack(one.claim, Duration.ZERO, one.missing)));
    }

    /** Reports a failed try; gives the pause until the next one, or null if there is to be none. */
    private @Nullable Duration reported(Held one, int attempt, Throwable failure) {
        Duration pause = attempt < TRIES ? retry(attempt) : null;
        context.observers().tell(o -> o.endNotTold(one.claim.id(), pause, failure));
        return pause;
    }

    private static Duration retry(int attempt) {
        Duration pause = Duration.ofSeconds(1L << Math.min(attempt - 1, 20));
        return pause.compareTo(LONGEST_RETRY) < 0 ? pause : LONGEST_RETRY;
    }

    private void later(Held one, Duration due) {
        later(one, due, true);
    }

    /** Does not wait: if it fails, the lease runs out. */
    private void later(Held one, Duration due, boolean asksThen) {
        notes.await(handedBack(one, due, asksThen));
    }

    private CompletionStage<Boolean> handedBack(Held one, Duration due, boolean asksThen) {
        if (asksThen) {
            expect(one.claim.id(), due);
        }
        return ends.handBack(one.claim, due, false);
    }

    /**
     * Keeps a claim until this node tries again. So the end of a session that a request of this node has ended stays with this node as long
     * as it lives: another node would tell its servlet listeners what this request has told.
     */
    private CompletionStage<Boolean> resting(Held one, Duration pause) {
        expect(one.claim.id(), pause.plus(LEASE)); // If it cannot go on then, any node may.
        return ends.extend(one.claim, pause.plus(LEASE)).thenApply(longer -> {
            longer.ifPresent(claim -> rest(claim, pause, Objects.requireNonNull(one.own)));
            return longer.isPresent();
        });
    }

    private void rest(EndClaim claim, Duration pause, StoredCause own) {
        resting.add(claim);
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (resting.remove(claim)) {
                        long asked = now();
                        CompletionStage<Void> unused = ends.extend(claim, LEASE)
                                .thenAccept(longer -> longer.ifPresent(
                                        mine -> submit(new Held(mine, asked, Duration.ZERO, false, own))));
                    }
                });
        if (closed) {
            giveBackResting();
        }
    }

    private void giveBackResting() {
        for (EndClaim claim : resting.toArray(EndClaim[]::new)) {
            if (resting.remove(claim)) {
                notes.await(ends.handBack(claim, Duration.ZERO, false));
            }
        }
    }

    /** Does not wait: if it fails, the lease runs out. */
    private void handBack(Held one, Duration due, boolean missing) {
        SessionId id = one.claim.id();
        expect(id, due);
        CompletionStage<Boolean> unused = ends.handBack(one.claim, due, missing).whenComplete((back, failure) -> {
            if (failure != null && !closed) {
                context.observers().tell(o -> o.endNotTold(id, LEASE, failure));
            }
        });
    }

    /** Does not wait: if it fails, the lease runs out, and the next look finds that the end was told. */
    private void remove(Held one) {
        CompletionStage<Boolean> unused = ends.remove(one.claim);
    }

    /** Unless a worker has begun to deal with it. */
    private void giveBackIfWaiting(Held one) {
        if (one.taken.compareAndSet(false, true)) {
            held.remove(one);
            notes.await(ends.handBack(one.claim, Duration.ZERO, one.missing));
        }
    }

    /** Whether no listener is at work on it, none will be, and none was: what was told may be about to be noted. */
    private static boolean isGivenUp(Held one) {
        one.lost = true;
        return !one.running && !one.called;
    }

    /** What waits for a worker is handed back at once, and what is being dealt with when the time has passed. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        LockSupport.unpark(thread);
        workers.shutdown();
        long deadline = System.nanoTime() + CLOSE_WITHIN.toNanos();
        List.of(held.toArray(Held[]::new)).forEach(this::giveBackIfWaiting);
        giveBackResting();
        notes.await(oneNode.leave());
        try {
            if (!telling.contains(Thread.currentThread())) { // Else a listener would wait for itself.
                awaitWorkers(deadline - HAND_BACK_WITHIN.toNanos());
            }
            List<CompletableFuture<Boolean>> handedBack = new ArrayList<>();
            for (Held one : held.toArray(Held[]::new)) {
                if (isGivenUp(one)) {
                    handedBack.add(
                            ends.handBack(one.claim, Duration.ZERO, one.missing).toCompletableFuture());
                }
            }
            await(CompletableFuture.allOf(handedBack.toArray(CompletableFuture[]::new)), deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        held.clear();
    }

    private void awaitWorkers(long until) throws InterruptedException {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
        boolean unused = workers.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        await(notes.all(), until);
    }

    private static void await(CompletableFuture<Void> all, long until) throws InterruptedException {
        try {
            all.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // The store is out of reach; the leases run out.
        }
    }
}
