package io.sojourn.engine;

import io.sojourn.ConflictException;
import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.CommitResult.Applied;
import io.sojourn.spi.CommitResult.Conflict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets the attempts of this process to write one session take turns, so that they do not run into each other's writes. The
 * attempt that has the turn takes the changes of those that wait along ({@link BatchedWrite}).
 *
 * <p>The lock guards memory only: nothing is encoded, sent or completed under it.
 */
final class SaveQueue {

    /** How many attempts may wait for one session. */
    static final int MAX_WAITING = 1_024;

    /** How long an attempt waits before it looks whether it waits in vain; and how long a function may keep others waiting. */
    static final Duration PATIENCE = Duration.ofMillis(20);

    /** How long an attempt waits for its turn at most; then it goes without one. */
    static final Duration MAX_WAIT = Duration.ofSeconds(2);

    private final SessionId id;
    private final Deque<QueuedAttempt> waiting = new ArrayDeque<>(1);

    /** The attempt that has the turn; null before the first one and after the last one. */
    private @Nullable QueuedAttempt holder;

    /** Those whose changes are in the write of the holder. */
    private List<QueuedAttempt> inWrite = List.of();

    private boolean isClosed;

    SaveQueue(SessionId id) {
        this.id = id;
    }

    SessionId id() {
        return id;
    }

    synchronized boolean isTurnOf(QueuedAttempt attempt) {
        return holder == attempt;
    }

    /**
     * Gives the turn to the attempt, or lets it wait.
     *
     * @return false if this queue is no more
     * @throws ConflictException if too many wait already
     */
    synchronized boolean enter(QueuedAttempt attempt) {
        if (isClosed) {
            return false;
        }
        if (holder == null || (waiting.isEmpty() && holderKeepsOthersWaiting())) {
            holder = attempt;
            attempt.takeTurnIn(this);
            return true;
        }
        if (waiting.size() >= MAX_WAITING) {
            throw new ConflictException(
                    "Session " + id + " was not saved: " + MAX_WAITING
                            + " saves of it wait in this process already; nothing was written. Write to this session less often.");
        }
        attempt.waitIn(this);
        waiting.add(attempt);
        return true;
    }

    private boolean holderKeepsOthersWaiting() {
        return holder != null && holder.attempt().keepsOthersWaiting(PATIENCE);
    }

    /**
     * Gives the turn to the next attempt if this one has it.
     *
     * @return whether there is no next one, so that this queue is no more
     */
    boolean leave(QueuedAttempt attempt, boolean storeFailed) {
        List<QueuedAttempt> alone = new ArrayList<>(0);
        QueuedAttempt next;
        synchronized (this) {
            if (holder != attempt) {
                return false;
            }
            alone.addAll(inWrite); // Not told yet only if the holder has failed.
            inWrite = List.of();
            if (storeFailed) {
                alone.addAll(waiting);
                waiting.clear();
            }
            next = waiting.poll();
            holder = next;
            isClosed = next == null;
        }
        if (next != null) {
            next.tell(new Turn.Yours(attempt.attempt().latest()));
        }
        alone.forEach(each -> each.tell(new Turn.Alone(1)));
        return next == null;
    }

    /** An attempt that has waited for some time looks whether it waits in vain. */
    void look(QueuedAttempt attempt) {
        boolean isTooLate;
        QueuedAttempt next;
        synchronized (this) {
            isTooLate = attempt.waitedNanos() >= MAX_WAIT.toNanos() && waiting.remove(attempt);
            next = holderKeepsOthersWaiting() ? waiting.poll() : null;
            holder = next == null ? holder : next;
        }
        if (isTooLate) {
            attempt.tell(new Turn.Alone(2)); // The first one is likely to do no more than read the newest state.
        }
        if (next != null) {
            next.tell(new Turn.Yours(null));
        }
    }

    synchronized void withdraw(QueuedAttempt attempt) {
        attempt.withdraw();
        waiting.remove(attempt);
    }

    /** The write of the attempt that has the turn, with the changes of those that wait; null if none can go along. */
    @Nullable
    BatchedWrite batch(QueuedAttempt first) {
        if (!first.attempt().isBatchable()) {
            return null;
        }
        List<QueuedAttempt> candidates;
        synchronized (this) {
            if (holder != first || waiting.isEmpty()) {
                return null;
            }
            candidates = List.copyOf(waiting);
            inWrite = candidates; // Not forgotten, should one of them fail.
            waiting.clear();
        }
        BatchedWrite batch = new BatchedWrite(first.attempt());
        List<QueuedAttempt> rest =
                candidates.stream().filter(each -> !batch.add(each)).toList();
        synchronized (this) {
            inWrite = batch.others();
            waitAgain(rest);
        }
        return batch.others().isEmpty() ? null : batch;
    }

    /** Puts attempts back to the head of the queue, but for those that were withdrawn meanwhile. */
    private void waitAgain(List<QueuedAttempt> attempts) {
        for (int i = attempts.size() - 1; i >= 0; i--) {
            if (!attempts.get(i).hasDoneWaiting()) {
                waiting.addFirst(attempts.get(i));
            }
        }
    }

    /**
     * Tells the others what became of a write. After a conflict they wait again, since the attempt that has the turn may not
     * write any more.
     */
    void answered(BatchedWrite batch, @Nullable CommitResult answer, @Nullable Throwable failure) {
        Map<QueuedAttempt, ConflictException> failed = new LinkedHashMap<>();
        synchronized (this) {
            if (inWrite != batch.others()) {
                return; // The holder was interrupted, and the others have been told to go alone.
            }
            inWrite = List.of();
            if (answer instanceof Conflict) {
                batch.others()
                        .forEach(
                                each -> each.attempt().countConflict().ifPresent(tooMany -> failed.put(each, tooMany)));
                waitAgain(batch.others().stream()
                        .filter(each -> !failed.containsKey(each))
                        .toList());
            } else if (answer instanceof Applied) {
                batch.applied();
            }
        }
        failed.forEach(QueuedAttempt::fail);
        if (!(answer instanceof Conflict)) {
            batch.others().forEach(each -> each.tell(new Turn.Written(answer, failure)));
        }
    }
}
