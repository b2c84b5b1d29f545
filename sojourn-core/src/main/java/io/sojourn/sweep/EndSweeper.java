package io.sojourn.sweep;

import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.context.EngineContext;
import io.sojourn.context.Waiting;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.ends.DueSession;
import io.sojourn.spi.ends.DueSessions;
import io.sojourn.spi.ends.EndClaim;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Searches for sessions that are due, in one thread, and claims them. {@link HeldClaims} keeps the claims, and {@link EndTeller} deals with them.
 *
 * <p>The thread asks a shard of due times again when something is due there and at least a quarter of a second later, at the latest after {@link
 * #LONGEST_PAUSE_NANOS}. Each node has its own random pauses, so nodes share the work. What a node claims is leased for {@link
 * HeldClaims#LEASE}.
 */
final class EndSweeper implements AutoCloseable {

    private static final Logger LOG = System.getLogger("io.sojourn");

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long OVERDUE_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long BUSY_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long FAILED_TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    /** What is kept of that time for handing back what listeners that are still running then have left. */
    private static final Duration HAND_BACK_WITHIN = Duration.ofMillis(500);

    private static final int BATCH = 50;

    private final EngineContext context;
    private final SessionEnds ends;
    private final OneNodeListeners oneNode;
    private final EndNotes notes;
    private final HeldClaims claims;

    /** When to ask each shard, by the clock less {@link #start}. */
    private final AtomicLongArray next = new AtomicLongArray(SessionEnds.SHARDS);

    /** Which shard is asked first in this round; of the thread alone. */
    private int firstShard;

    private final LongSupplier clock;
    private final long start;
    private final Thread thread;
    private volatile boolean closed;

    /** Is told that a session ended; see {@link io.sojourn.ends.SessionEndListener}. */
    interface Listener {
        void ended(EndedSession end) throws Exception;
    }

    /**
     * Begins to look for ended sessions.
     *
     * @param isListening whether the listener tells anyone
     * @param clock when to ask a shard, in nanoseconds; leases have a clock of their own
     */
    static EndSweeper start(EndContext context, BooleanSupplier isListening, Listener listener, LongSupplier clock) {
        EndSweeper sweeper = new EndSweeper(context, isListening, listener, clock);
        for (int shard = 0; shard < SessionEnds.SHARDS; shard++) {
            sweeper.next.set(shard, ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE_NANOS));
        }
        sweeper.thread.start();
        return sweeper;
    }

    private EndSweeper(EndContext context, BooleanSupplier isListening, Listener listener, LongSupplier clock) {
        this.clock = clock;
        this.start = clock.getAsLong();
        this.context = context.engine();
        this.ends = context.ends();
        this.oneNode = new OneNodeListeners(context, isListening);
        this.notes = new EndNotes(context);
        this.claims = new EndTeller(context, listener, oneNode, notes, this::expect).claims();
        this.thread = HeldClaims.thread(this::run);
    }

    private long now() {
        return clock.getAsLong() - start;
    }

    /** A session that this process has entered will be due then. */
    void expect(SessionId id, Duration due) {
        long at = now() + due.toNanos() + pause(0);
        next.accumulateAndGet(SessionEnds.shard(id), at, Math::min);
    }

    /** A session that this process has just ended. */
    void ended(EndClaim claim, long claimedAt, StoredCause why) {
        claims.submit(new HeldClaims.Held(claim, claimedAt, Duration.ZERO, false, why));
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
        claims.prolong();
        return busy;
    }

    /** Tells whether there may be more that is due. */
    private boolean ask(int shard) {
        int room = Math.min(BATCH, claims.room());
        if (room <= 0) {
            return false; // The workers are behind: they make room before the next round.
        }
        long asked = System.nanoTime();
        next.set(shard, now() + LONGEST_PAUSE_NANOS);
        boolean leaves;
        DueSessions due;
        try {
            leaves = oneNode.wereOnlyElsewhere();
            Duration overdue = leaves ? EndTeller.OVERDUE : Duration.ZERO;
            due = Waiting.await(context.ask(null, store -> ends.claim(shard, room, HeldClaims.LEASE, overdue)));
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
            claims.submit(new HeldClaims.Held(session.claim(), asked, session.lag(), session.missing(), null));
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

    /** What waits for a worker is handed back at once, and what is being dealt with when the time has passed. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        LockSupport.unpark(thread);
        long deadline = System.nanoTime() + CLOSE_WITHIN.toNanos();
        claims.close();
        notes.await(oneNode.leave());
        try {
            if (!claims.isListener()) {
                long until = deadline - HAND_BACK_WITHIN.toNanos();
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
                claims.awaitWorkers(until);
            }
            claims.giveUp(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
