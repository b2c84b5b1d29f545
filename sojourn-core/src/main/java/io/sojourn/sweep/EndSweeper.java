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
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Supplier;
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
 * a listener that is running is prolonged.
 */
final class EndSweeper implements AutoCloseable {

    /** After so long another node takes over what a node has claimed. */
    static final Duration LEASE = Duration.ofSeconds(30);

    /** How often an end is told at most. */
    static final int TRIES = 10;

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long BUSY_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
    private static final Duration NEVER_ENDS = Duration.ofDays(1);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
    private static final int WORKERS = 8;
    private static final int BATCH = 50;

    /** So few that a slow listener does not let the leases of those that wait run out. */
    private static final int HELD_AT_MOST = 200;

    private final EngineContext context;
    private final SessionEnds ends;
    private final BiFunction<SessionId, SessionRecord, Session> sessions;
    private final SessionEndListener listener;

    /** When to ask each shard, by {@link System#nanoTime()} less {@link #start}. */
    private final AtomicLongArray next = new AtomicLongArray(SessionEnds.SHARDS);

    private final long start = System.nanoTime();
    private final Set<Held> held = Collections.synchronizedSet(new LinkedHashSet<>());
    private final ThreadPoolExecutor workers;
    private final Thread thread;
    private volatile boolean closed;

    /** A claim of this node. */
    private static final class Held {
        volatile EndClaim claim;
        volatile long claimedAt;
        volatile boolean running;
        final Duration lag;
        final boolean missing;

        Held(EndClaim claim, long claimedAt, Duration lag, boolean missing) {
            this.claim = claim;
            this.claimedAt = claimedAt;
            this.lag = lag;
            this.missing = missing;
        }
    }

    /** Begins to look for ended sessions. */
    static EndSweeper start(
            EngineContext context,
            SessionEnds ends,
            BiFunction<SessionId, SessionRecord, Session> sessions,
            SessionEndListener listener) {
        EndSweeper sweeper = new EndSweeper(context, ends, sessions, listener);
        sweeper.begin();
        return sweeper;
    }

    private EndSweeper(
            EngineContext context,
            SessionEnds ends,
            BiFunction<SessionId, SessionRecord, Session> sessions,
            SessionEndListener listener) {
        this.context = context;
        this.ends = ends;
        this.sessions = sessions;
        this.listener = listener;
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
    void ended(EndClaim claim, long claimedAt) {
        submit(new Held(claim, claimedAt - start, Duration.ZERO, false));
    }

    private void run() {
        while (!closed) {
            boolean busy = false;
            for (int shard = 0; shard < SessionEnds.SHARDS && !closed; shard++) {
                busy |= next.get(shard) <= now() && ask(shard);
            }
            prolong();
            LockSupport.parkNanos(busy ? BUSY_TICK_NANOS : TICK_NANOS);
        }
    }

    /** Tells whether there may be more that is due. */
    private boolean ask(int shard) {
        int room = Math.min(BATCH, HELD_AT_MOST - held.size());
        if (room <= 0) {
            return true;
        }
        long asked = now();
        next.set(shard, asked + LONGEST_PAUSE_NANOS);
        DueSessions due;
        try {
            due = Waiting.await(context.ask(null, store -> ends.claim(shard, room, LEASE)));
        } catch (SojournException e) {
            next.set(shard, now() + pause(SHORTEST_PAUSE_NANOS * 2));
            return false;
        }
        for (DueSession session : due.sessions()) {
            if (session.handedOn()) {
                context.observers().tell(o -> o.endHandedOn(session.claim().id()));
            }
            submit(new Held(session.claim(), asked, session.lag(), session.missing()));
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
        if (closed) {
            giveBack(one);
            return;
        }
        try {
            workers.execute(() -> work(one));
        } catch (RejectedExecutionException e) { // It was closed in between.
            giveBack(one);
        }
    }

    private void work(Held one) {
        if (closed) {
            return; // To be given back.
        }
        try {
            deal(one);
        } catch (RuntimeException e) {
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
        for (Held one : held.toArray(Held[]::new)) {
            if (one.running && now() - one.claimedAt > LEASE.toNanos() / 3) {
                long asked = now();
                try {
                    Waiting.await(ends.extend(one.claim, LEASE)).ifPresent(longer -> {
                        one.claim = longer;
                        one.claimedAt = asked;
                    });
                } catch (SojournException e) {
                    return; // It is tried again in the next round, as long as there is time.
                }
            }
        }
    }

    private void deal(Held one) {
        SessionId id = one.claim.id();
        if (isLate(one)) {
            return;
        }
        SessionEnds.State state;
        try {
            state = Waiting.await(context.ask(id, store -> ends.look(id)));
        } catch (UnreadableSessionException e) {
            tell(one, null, EndCause.UNREADABLE, TRIES);
            return;
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
            ended(one, ended);
        } else if (state instanceof SessionEnds.State.Missing && !one.missing) {
            handBack(one, SessionIndex.PENDING, true);
        } else {
            if (state instanceof SessionEnds.State.Missing) {
                context.observers().tell(o -> o.endUnknown(id));
            }
            Waiting.await(ends.remove(one.claim));
        }
    }

    private void ended(Held one, SessionEnds.State.Ended ended) {
        SessionRecord last;
        try {
            last = SessionRecord.of(ended.last());
        } catch (UnreadableSessionException e) {
            tell(one, null, EndCause.UNREADABLE, TRIES);
            return;
        }
        String cause = ended.cause();
        tell(one, last, cause == null ? timeout(last) : EndRecorder.cause(cause), ended.tries());
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

    private void tell(Held one, @Nullable SessionRecord last, EndCause cause, int attempt) {
        SessionId id = one.claim.id();
        if (isLate(one)) {
            return;
        }
        Throwable failure = attempt > TRIES ? new IllegalStateException("It has been tried too often") : null;
        if (failure == null) {
            one.running = true;
            Supplier<Session> session = last == null ? null : () -> sessions.apply(id, last);
            try {
                listener.ended(EndedSession.of(id, cause, last == null ? 1 : attempt, session));
            } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
                failure = e;
            } finally {
                one.running = false;
            }
        }
        if (failure == null) {
            context.observers().tell(o -> o.ended(id, cause, one.lag));
        } else {
            Throwable thrown = failure;
            context.observers().tell(o -> o.endNotTold(id, attempt >= TRIES ? null : retry(attempt), thrown));
            if (attempt < TRIES) {
                later(one, retry(attempt));
                return;
            }
        }
        byte[] verifier = last == null ? new byte[0] : last.header().verifier();
        try {
            Waiting.await(context.ask(
                    id,
                    store -> ends.told(id, new PastEnd(cause.name(), Instant.ofEpochMilli(context.now()), verifier))));
            Waiting.await(context.ask(id, store -> ends.remove(one.claim)));
        } catch (SojournException e) {
            later(one, Duration.ofSeconds(1)); // It will be told again, unless the store knows already.
        }
    }

    private static Duration retry(int attempt) {
        Duration pause = Duration.ofSeconds(1L << Math.min(attempt - 1, 20));
        return pause.compareTo(LONGEST_RETRY) < 0 ? pause : LONGEST_RETRY;
    }

    private void later(Held one, Duration due) {
        try {
            handBack(one, due, false);
        } catch (SojournException e) {
            // Then the lease runs out.
        }
    }

    private void handBack(Held one, Duration due, boolean missing) {
        expect(one.claim.id(), due);
        Waiting.await(ends.handBack(one.claim, due, missing));
    }

    private void giveBack(Held one) {
        held.remove(one);
        var unused = ends.handBack(one.claim, Duration.ZERO, one.missing);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        LockSupport.unpark(thread);
        workers.shutdown();
        try {
            thread.join(CLOSE_WITHIN.toMillis());
            workers.awaitTermination(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Held one : held.toArray(Held[]::new)) {
            if (!one.running) {
                try {
                    Waiting.await(ends.handBack(one.claim, Duration.ZERO, one.missing));
                } catch (SojournException e) {
                    break; // The store is out of reach; the leases run out.
                }
            }
        }
        held.clear();
    }
}
