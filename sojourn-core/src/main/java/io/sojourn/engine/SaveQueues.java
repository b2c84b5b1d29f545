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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets the attempts of this process to write one session take turns, so that they do not run into each other's writes. An
 * attempt that finds no other one has the turn at once, and only a map entry is made. An attempt that finds another one waits
 * in a {@link SaveQueue}; whoever has the turn takes the changes of those that wait along ({@link MergedWrite}). Other
 * processes are not asked: what they write is a conflict, as ever.
 *
 * <p>The map's lock guards memory only: nothing is encoded, sent or completed under it.
 */
final class SaveQueues {

    /** How many attempts may wait for one session. */
    static final int MAX_WAITING = 1_024;

    /** How long an attempt waits before it looks whether it waits in vain. */
    static final Duration PATIENCE = Duration.ofMillis(20);

    /** How long an attempt waits for its turn at most. */
    static final Duration MAX_WAIT = Duration.ofSeconds(2);

    private static final Turn ALONE = new Turn.Alone();

    /** What is to be completed after what the thread is completing: not inside of it, or the stack would grow. */
    private static final ThreadLocal<@Nullable Deque<Runnable>> COMPLETING = new ThreadLocal<>();

    /** Who has the turn. */
    private final Map<SessionId, CommitAttempt> turns = new ConcurrentHashMap<>();

    /** Whether no attempt has or waits for a turn. */
    boolean isEmpty() {
        return turns.isEmpty();
    }

    /**
     * Takes the turn, or joins those who wait for it.
     *
     * @return null if the attempt has the turn; else what it must wait for
     */
    @Nullable
    CompletableFuture<Turn> enter(CommitAttempt attempt, SessionId id) {
        attempt.queuedFor = id;
        attempt.hasTurn = true;
        if (turns.putIfAbsent(id, attempt) == null) {
            return null;
        }
        attempt.hasTurn = false;
        CompletableFuture<Turn> news = new CompletableFuture<>();
        attempt.news = news;
        Joined[] joined = new Joined[1]; // What the attempt's own fields say may be news already.
        turns.compute(id, (key, holder) -> {
            joined[0] = join(attempt, holder);
            return joined[0] == Joined.HAS_TURN ? attempt : holder;
        });
        if (joined[0] == Joined.REFUSED) {
            throw new ConflictException(
                    "Session " + id + " was not saved: " + MAX_WAITING
                            + " saves of it wait in this process already; nothing was written. Write to this session less often.");
        }
        return joined[0] == Joined.HAS_TURN ? null : news;
    }

    private enum Joined {
        HAS_TURN,
        WAITS,
        REFUSED
    }

    private static Joined join(CommitAttempt attempt, @Nullable CommitAttempt holder) {
        if (holder == null) {
            attempt.hasTurn = true;
            return Joined.HAS_TURN;
        }
        SaveQueue queue = holder.queue;
        if (queue == null) {
            queue = new SaveQueue();
            holder.queue = queue;
        }
        if (holder.keepsWaiting(PATIENCE.toNanos()) && queue.size() == 0) {
            pass(holder, attempt);
            return Joined.HAS_TURN;
        }
        if (queue.size() >= MAX_WAITING) {
            attempt.queuedFor = null;
            return Joined.REFUSED;
        }
        attempt.waitingSince = System.nanoTime();
        queue.add(attempt);
        return Joined.WAITS;
    }

    /** The turn goes from one attempt to another. */
    private static CommitAttempt pass(CommitAttempt from, CommitAttempt to) {
        to.queue = from.queue;
        to.hasTurn = true;
        from.queue = null;
        from.hasTurn = false;
        from.queuedFor = null;
        return to;
    }

    /** Lets the next one write, if the attempt has the turn. */
    void leave(CommitAttempt attempt, boolean storeFailed) {
        SessionId id = attempt.queuedFor;
        if (id == null || !attempt.hasTurn) {
            return;
        }
        List<CommitAttempt> alone = new ArrayList<>(0);
        CommitAttempt next = turns.compute(id, (key, holder) -> {
            if (holder != attempt) {
                return holder;
            }
            SaveQueue queue = attempt.queue;
            if (queue != null && storeFailed) {
                alone.addAll(queue.takeAll());
                alone.forEach(each -> each.queuedFor = null);
            }
            CommitAttempt first = queue == null ? null : queue.poll();
            if (first != null) {
                return pass(attempt, first);
            }
            attempt.queue = null;
            attempt.hasTurn = false;
            attempt.queuedFor = null;
            return null;
        });
        if (next != null && next != attempt) {
            tell(next, new Turn.Yours(attempt.latest));
        }
        alone.forEach(each -> tell(each, ALONE));
    }

    /** An attempt that has waited for some time looks whether it waits in vain. */
    void look(CommitAttempt waiting) {
        SessionId id = waiting.queuedFor;
        if (id == null || waiting.hasTurn) {
            return;
        }
        List<CommitAttempt> next = new ArrayList<>(1);
        boolean[] tooLong = new boolean[1];
        turns.computeIfPresent(id, (key, holder) -> {
            SaveQueue queue = holder.queue;
            if (queue == null) {
                return holder;
            }
            if (System.nanoTime() - waiting.waitingSince >= MAX_WAIT.toNanos() && queue.remove(waiting)) {
                waiting.queuedFor = null;
                tooLong[0] = true;
            }
            CommitAttempt first = holder.keepsWaiting(PATIENCE.toNanos()) ? queue.poll() : null;
            if (first == null) {
                return holder;
            }
            next.add(first);
            return pass(holder, first);
        });
        if (tooLong[0]) {
            ConflictException late = new ConflictException(
                    "Session " + id + " was not saved: the save waited " + MAX_WAIT.toMillis()
                            + " ms for other saves of this session; nothing was written. Write to this session less often.");
            complete(() -> Objects.requireNonNull(waiting.news).completeExceptionally(late));
        }
        next.forEach(each -> tell(each, new Turn.Yours(null)));
    }

    /** The attempt does not wait any more: its thread was interrupted. */
    void withdraw(CommitAttempt waiting) {
        SessionId id = waiting.queuedFor;
        if (id == null) {
            return;
        }
        turns.computeIfPresent(id, (key, holder) -> {
            waiting.isWithdrawn = true;
            SaveQueue queue = holder.queue;
            if (queue != null && queue.remove(waiting)) {
                waiting.queuedFor = null;
            }
            return holder;
        });
        leave(waiting, false);
    }

    /** The write of an attempt that has the turn, with the changes of those that wait; null if none can go along. */
    @Nullable
    MergedWrite merge(CommitAttempt attempt) {
        SessionId id = attempt.queuedFor;
        if (attempt.queue == null || id == null || !attempt.hasTurn || !attempt.isMergeable()) {
            return null;
        }
        List<SaveAttempt> candidates = new ArrayList<>();
        turns.computeIfPresent(id, (key, holder) -> {
            SaveQueue queue = holder == attempt ? holder.queue : null;
            if (queue != null) {
                candidates.addAll(queue.takeMergeable());
            }
            return holder;
        });
        if (candidates.isEmpty()) {
            return null;
        }
        MergedWrite merged = new MergedWrite(attempt);
        List<SaveAttempt> rest =
                candidates.stream().filter(each -> !merged.add(each)).toList();
        putBack(id, rest);
        return merged.others().isEmpty() ? null : merged;
    }

    private void putBack(SessionId id, List<SaveAttempt> attempts) {
        if (attempts.isEmpty()) {
            return;
        }
        turns.computeIfPresent(id, (key, holder) -> {
            Objects.requireNonNull(holder.queue).putBack(attempts);
            return holder;
        });
    }

    /**
     * Tells the others what became of a write. After a conflict they wait again, since the attempt that has the turn may not
     * write any more.
     */
    void answered(SessionId id, MergedWrite merged, @Nullable CommitResult answer, @Nullable Throwable failure) {
        if (!(answer instanceof Conflict)) {
            if (answer instanceof Applied) {
                merged.applied();
            }
            merged.others().forEach(each -> tell(each, new Turn.Written(answer, failure)));
            return;
        }
        List<SaveAttempt> again = new ArrayList<>(merged.others().size());
        for (SaveAttempt each : merged.others()) {
            try {
                each.countConflict();
                again.add(each);
            } catch (ConflictException tooMany) {
                each.queuedFor = null;
                complete(() -> Objects.requireNonNull(each.news).completeExceptionally(tooMany));
            }
        }
        putBack(id, again);
    }

    private static void tell(CommitAttempt attempt, Turn turn) {
        if (!(turn instanceof Turn.Yours)) {
            attempt.queuedFor = null;
        }
        CompletableFuture<Turn> news = Objects.requireNonNull(attempt.news);
        complete(() -> news.complete(turn));
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
