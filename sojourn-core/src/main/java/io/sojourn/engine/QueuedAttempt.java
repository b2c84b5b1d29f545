package io.sojourn.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An attempt, and its place in the {@link SaveQueue} of its session. */
final class QueuedAttempt {

    /** What is to be completed after what the thread is completing: not inside of it, or the stack would grow. */
    private static final ThreadLocal<@Nullable Deque<Runnable>> COMPLETING = new ThreadLocal<>();

    private final CommitAttempt attempt;

    /** The queue that the attempt entered last; null if it has entered none. */
    private volatile @Nullable SaveQueue queue;

    /** What the attempt waits for; null if it does not wait. */
    private volatile @Nullable CompletableFuture<Turn> news;

    private long waitingSince;

    /** How many writes go without a turn. */
    private int writesAlone;

    QueuedAttempt(CommitAttempt attempt) {
        this.attempt = attempt;
    }

    CommitAttempt attempt() {
        return attempt;
    }

    @Nullable
    SaveQueue queue() {
        return queue;
    }

    boolean hasTurn() {
        SaveQueue entered = queue;
        return entered != null && entered.isTurnOf(this);
    }

    void takeTurnIn(SaveQueue entered) {
        queue = entered;
        news = null;
    }

    void waitIn(SaveQueue entered) {
        queue = entered;
        news = new CompletableFuture<>();
        waitingSince = System.nanoTime();
    }

    @Nullable
    CompletableFuture<Turn> news() {
        return news;
    }

    long waitedNanos() {
        return System.nanoTime() - waitingSince;
    }

    /** Whether the attempt does not wait any more: it has its turn or its result, or it was withdrawn. */
    boolean hasDoneWaiting() {
        CompletableFuture<Turn> waited = news;
        return waited == null || waited.isDone();
    }

    void goAlone(int writes) {
        writesAlone = writes;
    }

    /** Whether the next write needs no turn; counts it. */
    boolean mayGoAlone() {
        return writesAlone > 0 && writesAlone-- > 0;
    }

    void tell(Turn turn) {
        CompletableFuture<Turn> waited = news;
        if (waited != null) {
            complete(() -> waited.complete(turn));
        }
    }

    void fail(RuntimeException cause) {
        CompletableFuture<Turn> waited = news;
        if (waited != null) {
            complete(() -> waited.completeExceptionally(cause));
        }
    }

    void withdraw() {
        CompletableFuture<Turn> waited = news;
        if (waited != null) {
            waited.cancel(false);
        }
    }

    private static void complete(Runnable completion) {
        Deque<Runnable> outer = COMPLETING.get();
        if (outer != null) {
            outer.add(completion);
            return;
        }
        Deque<Runnable> mine = new ArrayDeque<>();
        COMPLETING.set(mine);
        try {
            for (Runnable next = completion; next != null; next = mine.poll()) {
                next.run();
            }
        } finally {
            COMPLETING.remove();
        }
    }
}
