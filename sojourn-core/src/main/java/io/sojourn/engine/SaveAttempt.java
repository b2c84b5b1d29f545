package io.sojourn.engine;

import io.sojourn.SaveOutcome;
import io.sojourn.context.EngineContext;
import io.sojourn.context.MeasuredOperation;
import io.sojourn.record.SessionDelta;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.SessionWrite;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Saves what a request did: on a conflict the same changes are merged with what others have saved. */
final class SaveAttempt extends CommitAttempt {

    /** The changes that are to be saved; without a renewal that another request has made first. */
    private @Nullable SessionDelta wanted;

    /** Whether the last write was prepared on a state that was never stored, as it turned out. */
    private boolean isSpeculative;

    SaveAttempt(Engine engine, TrackedSession session, MeasuredOperation operation) {
        super(engine, session, operation);
    }

    @Override
    @Nullable
    SessionWrite begin() {
        SessionRecord base = session.base();
        SessionDelta found = session.changes();
        changes = found;
        wanted = found;
        creates = false;
        if (base == null) {
            return create(session, found);
        }
        if (found.isEmpty()) {
            engine.touchIfDue(session, base);
            return end(SaveOutcome.UNCHANGED);
        }
        return change(base, found);
    }

    /**
     * Null if this write cannot join a batch: the secret differs, a limit would be passed, or an index must be entered first.
     * Then the attempt takes a turn of its own and uses the stored state.
     */
    @Override
    @Nullable
    PreparedWrite batchedOnto(SessionRecord state) {
        PreparedWrite batched = isBatchable() ? preparedOn(state) : null;
        if (batched == null || !batched.entries().isEmpty()) {
            return null;
        }
        isSpeculative = true;
        write(batched);
        return beginEntries().isEmpty() ? batched : null;
    }

    private @Nullable PreparedWrite preparedOn(SessionRecord state) {
        SessionDelta mine = Objects.requireNonNull(changes);
        if (session.isEnded() || !session.hasSecretOf(state) || session.mergeCheck(state) != MergeCheck.ALL) {
            return null;
        }
        return preparedOn(state, mine);
    }

    @Override
    @Nullable
    SessionWrite nextOnTurn(@Nullable SessionWrite before, @Nullable SessionRecord newest) {
        PreparedWrite prepared = newest != null && isBatchable() ? preparedOn(newest) : null;
        if (prepared != null) {
            isSpeculative = false;
            return write(prepared);
        }
        if (isSpeculative) {
            isSpeculative = false;
            return begin();
        }
        return before;
    }

    @Override
    @Nullable
    SessionWrite again(SessionRecord current) {
        isSpeculative = false;
        return change(current, Objects.requireNonNull(wanted));
    }

    private @Nullable SessionWrite change(SessionRecord state, SessionDelta mine) {
        SessionDelta rest = mine;
        if (rotatesWithOldSecret(mine.token(), state) && !renewsAgain(mine, state)) {
            if (mine.signsIn()) {
                // Another request was faster, of a double click for example. Its session is not ours to change, or even
                // to see.
                session.startAnew();
                return begin();
            }
            SessionDelta.Rotation rotation = mine.rotation();
            if (rotation == null || !rotation.byAge()) {
                return end(SaveOutcome.OVERTAKEN);
            }
            // The secret was old, and another request has replaced it as well. What this one did counts none the less.
            session.putOffRenewal();
            rest = mine.withRotation(null);
            if (rest.isEmpty()) {
                return end(SaveOutcome.UNCHANGED);
            }
        }
        wanted = rest;
        switch (session.mergeCheck(state)) {
            case NOTHING -> {
                return end(SaveOutcome.OVERTAKEN);
            }
            case ATTRIBUTES -> rest = rest.attributesOnly();
            case ALL -> {}
        }
        changes = rest;
        return rest.isEmpty()
                ? end(SaveOutcome.OVERTAKEN)
                : write(PreparedWrite.change(engine.context(), session.id(), state, rest));
    }

    /** Whether the client still shows an older secret because the answer with the newest was lost. */
    private boolean renewsAgain(SessionDelta mine, SessionRecord state) {
        EngineContext context = engine.context();
        long now = context.now();
        return mine.rotation() != null
                && mine.rotation().byAge()
                && now - state.header().secretSince()
                        >= context.settings().renewalGrace().toMillis()
                && session.check(state.header()) == TokenCheck.IN_GRACE;
    }

    @Override
    void applied() {
        SessionDelta stored = Objects.requireNonNull(changes);
        session.saved(Objects.requireNonNull(wanted), stored, written());
        report();
    }
}
