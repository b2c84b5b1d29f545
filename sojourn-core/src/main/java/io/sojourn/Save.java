package io.sojourn;

import io.sojourn.format.Header;
import io.sojourn.spi.SessionWrite;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Saves what a request did: on a conflict the same changes are laid over what others have saved. */
final class Save extends Attempt {

    private @Nullable Changes changes;
    private @Nullable Draft draft;
    private boolean creates;
    private boolean rotates;

    Save(Engine engine, Session session) {
        super(engine, session);
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
            return write(Draft.create(engine, session.id(), session.header(), found), false);
        }
        if (found.isEmpty()) {
            engine.touchIfDue(session, base);
            return end(SaveOutcome.UNCHANGED);
        }
        return write(Draft.change(engine, session.id(), base, found), found.token() != null);
    }

    @Override
    @Nullable
    SessionWrite again(SessionState current) {
        Changes mine = Objects.requireNonNull(changes);
        SessionToken token = mine.token();
        Header now = current.header();
        boolean rotatedByOther = !SessionToken.same(session.header().verifier(), now.verifier());
        if (token != null && rotatedByOther && !SessionToken.same(token.verifier(), now.verifier())) {
            // Whoever holds only an old secret may not get a new one, or a stolen token could follow its victim through
            // a
            // login; and what came with the rotation, such as who is signed in, must not be there without it.
            return end(SaveOutcome.SUPERSEDED);
        }
        return write(Draft.change(engine, session.id(), current, mine), token != null);
    }

    private @Nullable SessionWrite write(Draft next, boolean withRotation) {
        if (next.write() == null) {
            return gone();
        }
        draft = next;
        rotates = withRotation;
        return next.write();
    }

    @Override
    void applied() {
        session.saved(
                Objects.requireNonNull(changes), Objects.requireNonNull(draft).state());
        report(creates, rotates);
    }
}
