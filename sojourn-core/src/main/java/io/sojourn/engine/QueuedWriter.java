package io.sojourn.engine;

import io.sojourn.SessionId;
import io.sojourn.record.SessionRecord;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What {@link SaveQueues} knows of an attempt. All but the volatile fields is guarded by the queues. */
abstract class QueuedWriter {

    /** The session whose turn this attempt has or waits for; null if neither. */
    volatile @Nullable SessionId queuedFor;

    /** Whether this attempt has the turn: no other one of this process that queues for the session writes meanwhile. */
    volatile boolean hasTurn;

    /** The others that wait; null until there is a second one. Set only while this attempt has the turn. */
    volatile @Nullable SaveQueue queue;

    /** Completed when there is news for this attempt; null if it never had to wait. */
    @Nullable
    CompletableFuture<Turn> news;

    long waitingSince;

    /** Whether nobody waits for this attempt any more. */
    boolean isWithdrawn;

    /** The newest stored state that this attempt knows of; null if it knows none. */
    @Nullable
    SessionRecord latest;

    /** The next write goes by itself, since a write before it has failed. */
    boolean goesAlone;

    /** The thread that runs a function of the application's for this attempt; null if none does. */
    private volatile @Nullable Thread applicationThread;

    private volatile long applicationSince;

    final void beginApplication() {
        applicationSince = System.nanoTime();
        applicationThread = Thread.currentThread();
    }

    final void endApplication() {
        applicationThread = null;
    }

    /** Whether the application's function, which may take as long as it likes, keeps the others waiting. */
    final boolean keepsWaiting(long patienceNanos) {
        Thread running = applicationThread;
        return running != null
                && (running == Thread.currentThread() || System.nanoTime() - applicationSince >= patienceNanos);
    }
}
