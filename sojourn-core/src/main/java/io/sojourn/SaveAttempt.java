package io.sojourn;

import io.sojourn.spi.SessionWrite;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Saves what a request did: on a conflict the same changes are laid over what others have saved. */
final class SaveAttempt extends CommitAttempt {

    private @Nullable SessionDelta changes;
    private boolean creates;

    SaveAttempt(Engine engine, TrackedSession session, MeasuredOperation operation) {
        super(engine, session, operation);
    }

    @Override
    @Nullable
    SessionWrite begin() {
        SessionRecord base = session.base();
        SessionDelta found = session.changes();
        changes = found;
        creates = base == null;
        if (base == null) {
            if (session.isTransient() || session.isEmpty()) {
                return end(SaveOutcome.UNCHANGED);
            }
            return write(PreparedWrite.create(engine.context(), session, session.header(), found));
        }
        if (found.isEmpty()) {
            engine.touchIfDue(session, base);
            return end(SaveOutcome.UNCHANGED);
        }
        return change(base, found);
    }

    @Override
    @Nullable
    SessionWrite again(SessionRecord current) {
        return change(current, Objects.requireNonNull(changes));
    }

    private @Nullable SessionWrite change(SessionRecord state, SessionDelta mine) {
        if (!isSuperseded(mine.token(), state)) {
            return write(PreparedWrite.change(engine.context(), session.id(), state, mine));
        }
        SessionDelta.Rotation rotation = mine.rotation();
        if (rotation == null || !rotation.byAge()) {
            return end(SaveOutcome.SUPERSEDED);
        }
        // The secret was old, and another request has replaced it as well. What this one did counts none the less.
        session.putOffRenewal();
        SessionDelta rest = mine.withoutRotation();
        changes = rest;
        return rest.isEmpty()
                ? end(SaveOutcome.UNCHANGED)
                : write(PreparedWrite.change(engine.context(), session.id(), state, rest));
    }

    @Override
    void applied() {
        SessionDelta stored = Objects.requireNonNull(changes);
        session.saved(stored, written());
        report(creates, stored);
    }
}
