package io.sojourn;

import io.sojourn.spi.SessionWrite;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Saves what a request did: on a conflict the same changes are laid over what others have saved. */
final class Save extends Attempt {

    private @Nullable Changes changes;
    private boolean creates;

    Save(Engine engine, Session session, Watch watch) {
        super(engine, session, watch);
    }

    @Override
    @Nullable
    SessionWrite begin() {
        SessionState base = session.base();
        Changes found = session.changes();
        changes = found;
        creates = base == null;
        if (base == null) {
            if (session.isTransient() || session.isEmpty()) {
                return end(SaveOutcome.UNCHANGED);
            }
            return write(Draft.create(engine.context(), session, session.header(), found));
        }
        if (found.isEmpty()) {
            engine.touchIfDue(session, base);
            return end(SaveOutcome.UNCHANGED);
        }
        return change(base, found);
    }

    @Override
    @Nullable
    SessionWrite again(SessionState current) {
        return change(current, Objects.requireNonNull(changes));
    }

    private @Nullable SessionWrite change(SessionState state, Changes mine) {
        if (!isSuperseded(mine.token(), state)) {
            return write(Draft.change(engine.context(), session.id(), state, mine));
        }
        Changes.Rotation rotation = mine.rotation();
        if (rotation == null || !rotation.byAge()) {
            return end(SaveOutcome.SUPERSEDED);
        }
        // The secret was old, and another request has replaced it as well. What this one did counts none the less.
        session.putOffRenewal();
        Changes rest = mine.withoutRotation();
        changes = rest;
        return rest.isEmpty()
                ? end(SaveOutcome.UNCHANGED)
                : write(Draft.change(engine.context(), session.id(), state, rest));
    }

    @Override
    void applied() {
        Changes stored = Objects.requireNonNull(changes);
        session.saved(stored, written());
        report(creates, stored);
    }
}
