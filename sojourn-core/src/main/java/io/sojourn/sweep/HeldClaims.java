package io.sojourn.sweep;

import io.sojourn.SojournException;
import io.sojourn.context.EngineContext;
import io.sojourn.context.Waiting;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.ends.EndClaim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The claims that this node holds: they wait for a worker, a worker deals with them, or they rest until the next try. Prolongs the leases of
 * listeners that are running, and hands claims back when the node stops.
 */
final class HeldClaims {

    /** After so long another node takes over what a node has claimed. */
    static final Duration LEASE = Duration.ofSeconds(30);

    private static final int WORKERS = 8;

    /** So few that a slow listener does not let the leases of those that wait run out. */
    private static final int HELD_AT_MOST = 200;

    /** With more ends than this that are tried again here, other nodes may try them. */
    private static final int RESTING_AT_MOST = 1_000;

    private final EngineContext context;
    private final SessionEnds ends;
    private final EndNotes notes;
    private final Consumer<Held> worker;
    private final Set<Held> held = Collections.synchronizedSet(new LinkedHashSet<>());

    /** Claims on ends that are tried again here. */
    private final Set<EndClaim> resting = ConcurrentHashMap.newKeySet();

    /** The workers whose listener is running. */
    private final Set<Thread> telling = ConcurrentHashMap.newKeySet();

    private final ThreadPoolExecutor workers;
    private volatile boolean closed;

    /** A claim of this node. */
    static final class Held {
        private volatile EndClaim claim;

        /** By {@link System#nanoTime()}. */
        private volatile long claimedAt;

        private volatile boolean running;

        /** A worker deals with it, or it was handed back. */
        private final AtomicBoolean taken = new AtomicBoolean();

        /** The listener was called; whether it has worked is being noted. */
        private volatile boolean called;

        private volatile boolean lost;
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

        EndClaim claim() {
            return claim;
        }

        boolean isLate() {
            return System.nanoTime() - claimedAt > LEASE.toNanos() * 9 / 10;
        }

        /** Whether no listener is at work on it, none will be, and none was: what was told may be about to be noted. */
        private boolean isGivenUp() {
            lost = true;
            return !running && !called;
        }
    }

    /** @param worker deals with a claim, in one of a few threads */
    HeldClaims(EndContext context, EndNotes notes, Consumer<Held> worker) {
        this.context = context.engine();
        this.ends = context.ends();
        this.notes = notes;
        this.worker = worker;
        this.workers = new ThreadPoolExecutor(
                WORKERS, WORKERS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), HeldClaims::thread);
        workers.allowCoreThreadTimeOut(true);
    }

    static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "sojourn-ends");
        thread.setDaemon(true);
        return thread;
    }

    /** For how many more claims there is room now. */
    int room() {
        return notes.areMany() ? 0 : HELD_AT_MOST - held.size();
    }

    void submit(Held one) {
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
            worker.accept(one);
        } catch (RuntimeException | Error e) {
            context.observers()
                    .tell(o -> o.endNotTold(one.claim.id(), LEASE, e)); // Another try when the lease has run out.
        } finally {
            held.remove(one);
        }
    }

    /** The listener is about to be called; false if it must not be, because the claim was handed back when this node began to stop. */
    boolean beginCall(Held one) {
        one.running = true;
        telling.add(Thread.currentThread());
        if (one.lost) {
            leaveCall(one);
        }
        return one.running;
    }

    void endCall(Held one) {
        one.called = true;
        leaveCall(one);
    }

    private void leaveCall(Held one) {
        one.running = false;
        telling.remove(Thread.currentThread());
    }

    /** Prolongs the leases of listeners that are running. */
    void prolong() {
        long asked = System.nanoTime();
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

    boolean mayRest() {
        return resting.size() < RESTING_AT_MOST;
    }

    /**
     * Keeps a claim through a pause, and for a lease more: by then this node goes on, or another one may.
     *
     * @param own why this process has ended the session, with the time if every node can read of it by now
     */
    CompletionStage<Boolean> rest(Held one, Duration pause, StoredCause own) {
        return ends.extend(one.claim, pause.plus(LEASE)).thenApply(longer -> {
            longer.ifPresent(claim -> {
                resting.add(claim);
                CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> goOn(claim, own));
                if (closed) {
                    giveBackIfResting(claim);
                }
            });
            return longer.isPresent();
        });
    }

    private void goOn(EndClaim claim, StoredCause own) {
        if (resting.remove(claim)) {
            long asked = System.nanoTime();
            CompletionStage<Void> unused = ends.extend(claim, LEASE)
                    .thenAccept(longer ->
                            longer.ifPresent(mine -> submit(new Held(mine, asked, Duration.ZERO, false, own))));
        }
    }

    private void giveBackIfResting(EndClaim claim) {
        if (resting.remove(claim)) {
            notes.await(ends.handBack(claim, Duration.ZERO, false));
        }
    }

    /** Unless a worker has begun to deal with it. */
    private void giveBackIfWaiting(Held one) {
        if (one.taken.compareAndSet(false, true)) {
            held.remove(one);
            notes.await(ends.handBack(one.claim, Duration.ZERO, one.missing));
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Hands back what no worker has begun to deal with. */
    void close() {
        closed = true;
        workers.shutdown();
        List.of(held.toArray(Held[]::new)).forEach(this::giveBackIfWaiting);
        List.of(resting.toArray(EndClaim[]::new)).forEach(this::giveBackIfResting);
    }

    /** Whether the calling thread is one of a listener, which must not wait for itself. */
    boolean isListener() {
        return telling.contains(Thread.currentThread());
    }

    /** Waits for the workers, and until what they have told is noted. */
    void awaitWorkers(long until) throws InterruptedException {
        boolean unused = workers.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        await(notes.all(), until);
    }

    /** Hands back what workers have not begun to tell. */
    void giveUp(long until) throws InterruptedException {
        List<CompletableFuture<Boolean>> handedBack = new ArrayList<>();
        for (Held one : held.toArray(Held[]::new)) {
            if (one.isGivenUp()) {
                handedBack.add(
                        ends.handBack(one.claim, Duration.ZERO, one.missing).toCompletableFuture());
            }
        }
        await(CompletableFuture.allOf(handedBack.toArray(CompletableFuture[]::new)), until);
        held.clear();
    }

    private static void await(CompletableFuture<Void> all, long until) throws InterruptedException {
        try {
            all.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // The store is out of reach; the leases run out.
        }
    }
}
