package io.sojourn;

import io.sojourn.spi.SessionWrite;
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
    private @Nullable SessionDelta changes;
    private @Nullable T result;

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
    @Nullable
    SessionWrite begin() {
        return run(session.newest());
    }

    @Override
    @Nullable
    SessionWrite again(SessionRecord current) {
        return run(current);
    }

    private @Nullable SessionWrite run(@Nullable SessionRecord base) {
        TrackedSession forked = base == null
                ? new TrackedSession(engine.context(), session.storedToken(), session.header(), session.isTransient())
                : new TrackedSession(engine.context(), session.storedToken(), base);
        working = forked;
        result = function.apply(forked);
        SessionDelta made = forked.changes();
        changes = made;
        if (base == null) {
            if (forked.isTransient() || forked.isEmpty()) {
                return end(SaveOutcome.UNCHANGED);
            }
            return write(PreparedWrite.create(engine.context(), session, forked.header(), made));
        }
        if (made.isEmpty()) {
            SessionRecord known = session.newest();
            if (known != null && known.revision() != base.revision()) {
                session.adopt(
                        base, forked.token()); // Others have done it already, and the next update may be to undo it.
            }
            engine.touchIfDue(session, base);
            return end(SaveOutcome.UNCHANGED);
        }
        if (isSuperseded(made.token(), base)) {
            return end(SaveOutcome.SUPERSEDED);
        }
        return write(PreparedWrite.change(engine.context(), session.id(), base, made));
    }

    @Override
    void applied() {
        TrackedSession done = Objects.requireNonNull(working);
        boolean created = session.base() == null;
        session.adopt(written(), done.token());
        report(created, Objects.requireNonNull(changes));
    }
}
