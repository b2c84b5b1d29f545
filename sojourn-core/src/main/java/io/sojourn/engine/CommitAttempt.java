package io.sojourn.engine;

import io.sojourn.ConflictException;
import io.sojourn.SaveOutcome;
import io.sojourn.SessionId;
import io.sojourn.SessionLimitException;
import io.sojourn.SessionToken;
import io.sojourn.UnreadableSessionException;
import io.sojourn.bytes.Sha256;
import io.sojourn.context.EngineContext;
import io.sojourn.context.MeasuredOperation;
import io.sojourn.index.Admission;
import io.sojourn.index.EntryRequest;
import io.sojourn.record.EventTime;
import io.sojourn.record.SessionDelta;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.CommitResult.Applied;
import io.sojourn.spi.CommitResult.Conflict;
import io.sojourn.spi.CommitResult.Gone;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to commit what a request did: it says what to write first, and after each answer of the store what to write
 * next. It does no I/O and does not wait; {@link CommitDriver} runs it:
 *
 * <pre>
 * for (write = attempt.first(); write != null; write = attempt.next(answer to write)) …
 * </pre>
 *
 * with {@link #taken} in place of {@link #next} when the id is taken, and {@link #unreadable} when the store cannot read
 * what it found.
 */
abstract class CommitAttempt {

    /** The longest pause after the second conflict; it doubles with each further one. */
    private static final long FIRST_PAUSE_NANOS = 200_000;

    /** How often it doubles: to some 25 ms. */
    private static final int DOUBLINGS = 7;

    final Engine engine;
    final TrackedSession session;

    private @Nullable PreparedWrite prepared;
    /** What is written; null before that is known. */
    @Nullable
    SessionDelta changes;

    /** Whether the last write is to create the session. */
    boolean creates;

    private int conflicts;
    private SaveOutcome outcome = SaveOutcome.UNCHANGED;
    private boolean isOnTopOfAnother;

    /** The newest stored state that this attempt knows of; null if it knows none. */
    private @Nullable SessionRecord latest;

    /** When the entries of the last write were asked for; null if it concerns no index. */
    private @Nullable EventTime entering;

    private final MeasuredOperation operation;

    CommitAttempt(Engine engine, TrackedSession session, MeasuredOperation operation) {
        this.engine = engine;
        this.session = session;
        this.operation = operation;
    }

    final MeasuredOperation operation() {
        return operation;
    }

    final SaveOutcome outcome() {
        return outcome;
    }

    final @Nullable SessionRecord latest() {
        return latest;
    }

    /** The id that is written, or that of the session before there is a write. */
    final SessionId id() {
        SessionWrite write = prepared == null ? null : prepared.write();
        return write == null ? session.id() : write.id();
    }

    /** The first write, or null if there is nothing to write. */
    final @Nullable SessionWrite first() {
        if (session.isEnded()) {
            return end(SaveOutcome.GONE);
        }
        return begin();
    }

    /**
     * What is to be entered in indexes before the write; after a conflict once more, because a revocation may have caused the
     * conflict; then the index refuses the entry.
     */
    final List<EntryRequest> beginEntries() {
        PreparedWrite next = prepared();
        entering = next.entries().isEmpty() && next.left().isEmpty()
                ? null
                : engine.context().moment();
        return next.entries();
    }

    /** The entries to make again: the write took so long that an index may have removed them. */
    final List<EntryRequest> lateEntries() {
        return entering != null && engine.index().isLate(entering) ? prepared().entries() : List.of();
    }

    /** Whether the session was stored before the write. */
    final boolean exists() {
        return !Objects.requireNonNull(prepared().write()).creates();
    }

    /** The session cannot be written, since it could not be entered. */
    final @Nullable SessionWrite refused(Admission admission) {
        return admission == Admission.FULL ? end(SaveOutcome.LIMIT_REACHED) : gone();
    }

    /** The next write after the answer to the last one, or null if the attempt is over. */
    final @Nullable SessionWrite next(CommitResult answer) {
        if (answer instanceof Applied) {
            latest = written();
            applied();
            PreparedWrite written = Objects.requireNonNull(prepared);
            if (entering != null) {
                engine.index().takeOut(id(), written.left(), false, entering);
            }
            operation.wrote(Objects.requireNonNull(written.write()));
            return end(SaveOutcome.SAVED);
        }
        if (answer instanceof Gone) {
            return gone();
        }
        if (answer instanceof Conflict conflict) {
            engine.context().observers().tell(o -> o.conflict(id()));
            requireFewConflicts();
            return again(conflict);
        }
        throw new IllegalStateException("Not for this answer: " + answer);
    }

    /**
     * The next write after the id of a new session turned out to be taken, given what lies there now. Most likely that is
     * this very session, whose first write was applied although its reply was lost, or by another thread of this request.
     * It is hardly ever another session, unless the caller has chosen the token.
     */
    final @Nullable SessionWrite taken(Optional<StoredSession> there) {
        requireFewConflicts();
        operation.read(there);
        Optional<SessionRecord> own = there.flatMap(this::ours);
        if (own.isPresent()) {
            return again(own.get());
        }
        if (session.hasChosenToken()) {
            return onTopOf(there);
        }
        session.takeAnotherId();
        return begin();
    }

    private @Nullable SessionWrite onTopOf(Optional<StoredSession> there) {
        if (there.isEmpty()) {
            return begin(); // It ended in between.
        }
        SessionRecord state;
        try {
            state = SessionRecord.of(there.get());
        } catch (UnreadableSessionException e) {
            return unreadable(e);
        }
        if (session.adopted() != null) {
            return end(SaveOutcome.OVERTAKEN); // Another request has adopted it; the caller can find the new session.
        }
        isOnTopOfAnother = true;
        return openedRecently(state) ? again(state) : end(SaveOutcome.OVERTAKEN);
    }

    private boolean openedRecently(SessionRecord state) {
        EngineContext context = engine.context();
        return !context.lifetimes().isPastDeadline(state.header(), context.now())
                && session.check(state.header()).openedRecently();
    }

    private Optional<SessionRecord> ours(StoredSession there) {
        return Optional.ofNullable(Engine.readable(there)).filter(session::hasCreated);
    }

    /** Counts a conflict. Gives the exception if that was one too many. */
    final Optional<ConflictException> countConflict() {
        return ++conflicts > engine.context().settings().maxConflicts()
                ? Optional.of(new ConflictException(id(), conflicts))
                : Optional.empty();
    }

    private void requireFewConflicts() {
        countConflict().ifPresent(tooMany -> {
            throw tooMany;
        });
    }

    private @Nullable SessionWrite again(Conflict conflict) {
        operation.read(conflict.current());
        SessionRecord current;
        try {
            current = SessionRecord.of(conflict.current());
        } catch (UnreadableSessionException e) {
            return unreadable(e);
        }
        latest = current;
        return again(current);
    }

    /** A newer version wrote it in a rolling deploy, or it was damaged: out of this node's reach, like a lost one. */
    final @Nullable SessionWrite unreadable(UnreadableSessionException cause) {
        engine.context().observers().tell(o -> o.unreadableSession(id(), cause));
        return gone();
    }

    /**
     * Whether a new secret is asked for by whoever holds only an old one. He may not get it, or a stolen token could follow
     * its victim through a login; and what came with the rotation, such as who is signed in, must not be there without it.
     */
    final boolean rotatesWithOldSecret(@Nullable SessionToken wanted, SessionRecord state) {
        byte[] current = state.header().verifier();
        return wanted != null
                && !session.isLetInBy(current)
                && !Sha256.same(wanted.verifier(), current); // That is our own rotation, whose reply was lost.
    }

    /**
     * How long to wait before the next write, in nanoseconds. Only writes of other nodes are in the way, for those of this
     * one take turns. What the attempt knows is old after a pause if the other nodes go on writing, and that write is likely
     * to do no more than read the newest state; so the write after it follows at once.
     */
    final long backoffNanos() {
        if (conflicts < 2 || conflicts % 2 == 1) {
            return 0;
        }
        long longest = FIRST_PAUSE_NANOS << Math.min(conflicts / 2 - 1, DOUBLINGS);
        return ThreadLocalRandom.current().nextLong(longest / 2, longest); // So that two nodes do not keep in step.
    }

    /** Whether the turn is needed for what comes before the first write, which is to see the newest state. */
    boolean needsTurnFirst() {
        return false;
    }

    /** Whether a function of the application's keeps the others waiting for so long already, or for ever. */
    boolean keepsOthersWaiting(Duration patience) {
        return false;
    }

    /** Whether this attempt changes neither the secret nor who is signed in, so that others' changes can go along. */
    final boolean isBatchable() {
        SessionDelta mine = changes;
        return mine != null && mine.rotation() == null && mine.principal() == null && !creates;
    }

    /** This attempt's write as a part of a batch, after the attempt that leads to this state; null if it cannot be one. */
    @Nullable
    PreparedWrite batchedOnto(SessionRecord state) {
        return null;
    }

    /**
     * The write after a turn was waited for.
     *
     * @param before the write that was prepared before; null if there was none
     * @param newest a state that is probably stored now; null if it is not known
     */
    final @Nullable SessionWrite onTurn(@Nullable SessionWrite before, @Nullable SessionRecord newest) {
        latest = newest;
        return session.isEnded() ? end(SaveOutcome.GONE) : nextOnTurn(before, newest);
    }

    /** As {@link #onTurn}, of a session that has not ended. */
    abstract @Nullable SessionWrite nextOnTurn(@Nullable SessionWrite before, @Nullable SessionRecord newest);

    /** A write on what the session was loaded from. */
    abstract @Nullable SessionWrite begin();

    /** A write on what another request has saved in between. */
    abstract @Nullable SessionWrite again(SessionRecord current);

    /** The last write got through. */
    abstract void applied();

    final @Nullable SessionWrite end(SaveOutcome result) {
        outcome = result;
        return null;
    }

    final @Nullable SessionWrite gone() {
        latest = null;
        session.end();
        engine.context().observers().tell(o -> o.gone(id()));
        return end(SaveOutcome.GONE);
    }

    /** The write that creates the session, which is this attempt's or a fork of it; null if there is nothing worth storing. */
    final @Nullable SessionWrite create(TrackedSession made, SessionDelta delta) {
        creates = true;
        return made.isTransient() || made.isEmpty()
                ? end(SaveOutcome.UNCHANGED)
                : write(PreparedWrite.create(engine.context(), made, made.header(), delta));
    }

    /** These changes on a state that is probably stored now; null if its time is up, or a limit would be passed. */
    final @Nullable PreparedWrite preparedOn(SessionRecord state, SessionDelta delta) {
        try {
            PreparedWrite prepared = PreparedWrite.change(engine.context(), session.id(), state, delta);
            return prepared.write() == null ? null : prepared;
        } catch (SessionLimitException e) {
            return null;
        }
    }

    /** The prepared write; null if the session's time is up. */
    final @Nullable SessionWrite write(PreparedWrite next) {
        prepared = next;
        SessionWrite write = next.write();
        if (write == null) {
            return gone();
        }
        return write.creates() && !session.creating(write) ? end(SaveOutcome.GONE) : write;
    }

    final PreparedWrite prepared() {
        return Objects.requireNonNull(prepared);
    }

    /** The last write was part of a larger one, which led to this state. */
    final void ledTo(SessionRecord state) {
        PreparedWrite part = prepared();
        prepared = new PreparedWrite(part.write(), state, part.entries(), part.left());
    }

    /** The state that the last write leads to. */
    final SessionRecord written() {
        return prepared().state();
    }

    /** Tells the observer; nobody ever held another secret of a session that was created just now. */
    final void report() {
        SessionId id = id();
        SessionDelta stored = Objects.requireNonNull(changes);
        boolean created = creates && !isOnTopOfAnother;
        boolean rotated = stored.token() != null;
        SessionDelta.PrincipalChange principal = stored.principal();
        engine.context().observers().tell(o -> {
            if (created) {
                o.created(id);
            } else {
                o.saved(id);
            }
            if (rotated && !created) {
                o.rotated(id);
            }
            if (principal != null) {
                String name = principal.principal();
                if (name == null) {
                    o.signedOut(id);
                } else {
                    o.signedIn(id, name);
                }
            }
        });
    }
}
