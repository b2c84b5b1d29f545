package io.sojourn;

import io.sojourn.spi.CommitResult;
import io.sojourn.spi.CommitResult.Applied;
import io.sojourn.spi.CommitResult.Conflict;
import io.sojourn.spi.CommitResult.Gone;
import io.sojourn.spi.CommitResult.IdTaken;
import io.sojourn.spi.SessionWrite;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The way from a session with changes to a committed write, one step for each answer of the store. It knows nothing of
 * waiting, so the blocking and the asynchronous manager walk the same one:
 *
 * <pre>
 * for (write = attempt.first(); write != null; write = attempt.next(answer to write)) …
 * </pre>
 */
abstract class Attempt {

    /** From this conflict on a writer steps back for a moment, to let the others through. */
    private static final int PATIENT_CONFLICTS = 4;

    /** The longest such moment. */
    private static final long MAX_BACKOFF_NANOS = 2_000_000;

    final Engine engine;
    final Session session;

    private int conflicts;
    private SaveOutcome outcome = SaveOutcome.UNCHANGED;

    Attempt(Engine engine, Session session) {
        this.engine = engine;
        this.session = session;
    }

    final SaveOutcome outcome() {
        return outcome;
    }

    final SessionId id() {
        return session.id();
    }

    /** The first write, or null if there is nothing to write. */
    final @Nullable SessionWrite first() {
        if (session.isEnded()) {
            return end(SaveOutcome.GONE);
        }
        return begin();
    }

    /** The next write after the answer to the last one, or null if the attempt is over. */
    final @Nullable SessionWrite next(CommitResult answer) {
        if (answer instanceof Applied) {
            applied();
            return end(SaveOutcome.SAVED);
        }
        if (answer instanceof Gone) {
            return gone();
        }
        if (answer instanceof IdTaken) {
            // By chance as good as never, but a new session must not fail for it.
            SessionToken token =
                    engine.newToken(SessionId.random(engine.settings().random()));
            session.renew(token, engine.newHeader(token));
        } else {
            engine.observer().tell(o -> o.conflict(id()));
        }
        if (++conflicts > engine.settings().maxConflicts()) {
            throw new ConflictException(id(), conflicts);
        }
        return answer instanceof Conflict conflict ? again(conflict) : begin();
    }

    private @Nullable SessionWrite again(Conflict conflict) {
        SessionState current;
        try {
            current = SessionState.of(conflict.current());
        } catch (UnreadableSessionException e) {
            // A newer version wrote it in a rolling deploy, or it was damaged: out of this node's reach, like a lost
            // one.
            engine.observer().tell(o -> o.unreadableSession(id(), e));
            return gone();
        }
        return again(current);
    }

    /** How long to wait before the next write, in nanoseconds. */
    final long backoffNanos() {
        return conflicts < PATIENT_CONFLICTS ? 0 : ThreadLocalRandom.current().nextLong(MAX_BACKOFF_NANOS);
    }

    /** A write on what the session was loaded from. */
    abstract @Nullable SessionWrite begin();

    /** A write on what another request has saved in between. */
    abstract @Nullable SessionWrite again(SessionState current);

    /** The last write got through. */
    abstract void applied();

    final @Nullable SessionWrite end(SaveOutcome result) {
        outcome = result;
        return null;
    }

    final @Nullable SessionWrite gone() {
        session.end();
        engine.observer().tell(o -> o.gone(id()));
        return end(SaveOutcome.GONE);
    }

    final void report(boolean created, boolean rotated) {
        SessionId id = id();
        engine.observer().tell(o -> {
            if (created) {
                o.created(id);
            } else {
                o.saved(id);
            }
            if (rotated) {
                o.rotated(id);
            }
        });
    }
}
