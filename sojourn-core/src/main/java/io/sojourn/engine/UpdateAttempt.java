package io.sojourn.engine;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.context.MeasuredOperation;
import io.sojourn.record.SessionDelta;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.SessionWrite;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a function on a session until what it did is committed on exactly the state that it read. The function sees a
 * session of its own, over the newest known state; the caller's session shows the result afterwards and keeps its own
 * unsaved changes.
 */
final class UpdateAttempt<T> extends CommitAttempt {

    private final Function<Session, T> function;
    private @Nullable TrackedSession working;
    private @Nullable T result;

    /** The thread that runs the function; null if none does. */
    private volatile @Nullable Thread applying;

    private volatile long appliedSince;

    UpdateAttempt(Engine engine, TrackedSession session, MeasuredOperation operation, Function<Session, T> function) {
        super(engine, session, operation);
        this.function = function;
    }

    /** What the function gave on the state that it was committed on; empty if the session is gone. */
    Optional<T> result() {
        return outcome() == SaveOutcome.SAVED || outcome() == SaveOutcome.UNCHANGED
                ? Optional.ofNullable(result)
                : Optional.empty();
    }

    @Override
    boolean needsTurnFirst() {
        return session.isStored();
    }

    @Override
    @Nullable
    SessionWrite nextOnTurn(@Nullable SessionWrite before, @Nullable SessionRecord newest) {
        SessionRecord base = session.base();
        long known = before != null ? before.expectedRevision() : base == null ? SessionWrite.ABSENT : base.revision();
        if (newest != null && newest.revision() != known && !session.hasSavedUnseen() && session.mayShow(newest)) {
            SessionWrite guess = guessed(newest);
            if (guess != null) {
                return guess;
            }
        }
        return before == null ? begin() : before;
    }

    /**
     * The write if the function changes anything on a state that is probably stored now. If it is not, the write will find
     * out. Whatever else comes of it counts only on a state that is known to be no older than the caller's: null.
     */
    private @Nullable SessionWrite guessed(SessionRecord newest) {
        TrackedSession forked = session.fork(newest);
        T made;
        SessionDelta delta;
        try {
            made = applied(forked);
            delta = said(forked.changes());
        } catch (RuntimeException e) {
            return null;
        }
        if (forked.base() == null || delta.isEmpty() || rotatesWithOldSecret(delta.token(), newest)) {
            return null;
        }
        PreparedWrite guess = preparedOn(newest, delta);
        if (guess == null) {
            return null;
        }
        working = forked;
        result = made;
        changes = delta;
        creates = false;
        return write(guess);
    }

    /** Runs the function; the others wait for a moment only. */
    private T applied(TrackedSession forked) {
        appliedSince = System.nanoTime();
        applying = Thread.currentThread();
        try {
            return function.apply(forked);
        } finally {
            applying = null;
        }
    }

    /** A function that saves this session itself would wait for itself. */
    @Override
    boolean keepsOthersWaiting(Duration patience) {
        Thread running = applying;
        return running != null
                && (running == Thread.currentThread() || System.nanoTime() - appliedSince >= patience.toNanos());
    }

    @Override
    @Nullable
    SessionWrite begin() {
        return session.hasSavedUnseen() ? end(SaveOutcome.OVERTAKEN) : run(session.base());
    }

    /** The function never sees a record that this request's token does not open: another user may have signed in. */
    @Override
    @Nullable
    SessionWrite again(SessionRecord current) {
        if (session.mayShow(current)) {
            return run(current);
        }
        if (changes == null || !changes.signsIn()) {
            return end(SaveOutcome.OVERTAKEN);
        }
        TrackedSession mine = Objects.requireNonNull(working);
        mine.startAnew();
        return create(mine);
    }

    private @Nullable SessionWrite run(@Nullable SessionRecord base) {
        TrackedSession forked = session.fork(base);
        working = forked;
        result = applied(forked);
        if (base == null || forked.base() == null) {
            return create(forked);
        }
        SessionDelta made = said(forked.changes());
        changes = made;
        if (made.isEmpty()) {
            SessionRecord known = session.base();
            if (known != null && known.revision() != base.revision()) {
                session.adopt(
                        base,
                        forked.newestToken()); // Others did the same already, and the next update may be to undo it.
            }
            engine.touchIfDue(session, base);
            return end(SaveOutcome.UNCHANGED);
        }
        if (rotatesWithOldSecret(made.token(), base)) {
            return end(SaveOutcome.OVERTAKEN);
        }
        creates = false;
        return write(PreparedWrite.change(engine.context(), session.id(), base, made));
    }

    /** As old as what the function said when it ran first. */
    private SessionDelta said(SessionDelta made) {
        return changes == null ? made : made.saidWith(changes);
    }

    private @Nullable SessionWrite create(TrackedSession forked) {
        SessionDelta made = said(forked.changes());
        changes = made;
        return create(forked, made);
    }

    @Override
    void applied() {
        session.adopt(written(), Objects.requireNonNull(working).newestToken());
        report();
    }
}
