package io.sojourn.sweep;

import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.context.EngineContext;
import io.sojourn.context.Waiting;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.format.Header;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionIndex;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.sweep.HeldClaims.Held;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a session that is due, and tells the listener if it has ended.
 *
 * <pre>
 * a look finds      what is done
 * Lives             the entry gets the time of the next look: some minutes before the session's end
 * Ending            the entry gets the time of the session's end; if the look has copied the session just now, of half-way to it
 * Ended             the listener is told, then the store that it was told, and the entry is removed
 * Told              the entry is removed
 * Missing           the session is looked at again after two minutes, because its creation may be on its way; then the entry is removed
 * </pre>
 *
 * <p>A session that was just used may be used again a moment after the copy was made, and then ends a moment after the copy says. If
 * the next look came at the end of the copy, it could come too late to copy the session again. So the last look before the end finds
 * a session that was not used for a while.
 *
 * <p>A worker that was suspended for longer than its lease does not tell, because another node has the session by then. No worker waits until the
 * store has noted what was told: see {@link EndNotes}.
 *
 * <p>If every node is to be told, they are told once the listener has returned, or has failed for the first time. A node whose listener
 * is none, because it only has listeners that are told on every node, leaves ends to nodes that have one: see {@link OneNodeListeners}.
 */
final class EndTeller {

    /**
     * So long after it was due, a node that leaves ends to others looks at a session all the same: their listeners may be slow, or hang. It
     * does what is to be done before the end, and lets every node read of an end; the session stays due for the others.
     */
    static final Duration OVERDUE = Duration.ofSeconds(60);

    private static final int TRIES = SessionEndListener.TRIES;
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
    private static final Duration NEVER_ENDS = Duration.ofDays(1);

    private final EndContext context;
    private final EngineContext engine;
    private final SessionEnds ends;
    private final @Nullable String node;
    private final EndSweeper.Listener listener;
    private final OneNodeListeners oneNode;
    private final EndNotes notes;
    private final BiConsumer<SessionId, Duration> expect;
    private final HeldClaims claims;

    /** @param expect is told when a session will be due */
    EndTeller(
            EndContext context,
            EndSweeper.Listener listener,
            OneNodeListeners oneNode,
            EndNotes notes,
            BiConsumer<SessionId, Duration> expect) {
        this.context = context;
        this.engine = context.engine();
        this.ends = context.ends();
        this.node = context.node();
        this.listener = listener;
        this.oneNode = oneNode;
        this.notes = notes;
        this.expect = expect;
        this.claims = new HeldClaims(context, notes, this::deal);
    }

    /** Those that it deals with. */
    HeldClaims claims() {
        return claims;
    }

    private void deal(Held one) {
        SessionId id = one.claim().id();
        if (one.isLate()) {
            return;
        }
        SessionEnds.State state;
        boolean leaves;
        try {
            leaves = oneNode.areOnlyElsewhere();
            if (leaves && one.lag.compareTo(OVERDUE) < 0) { // Before the look, which counts as a try.
                leaveToOthers(one, one.own);
                return;
            }
            state = Waiting.await(engine.ask(id, store -> ends.look(id)));
        } catch (SojournException e) {
            later(one, Duration.ofSeconds(1));
            return;
        }
        if (state instanceof SessionEnds.State.Lives lives) {
            Duration left = lives.left();
            handBack(one, left == null ? NEVER_ENDS : SessionEnds.due(left), false);
        } else if (state instanceof SessionEnds.State.Ending ending) {
            Duration left = ending.left();
            handBack(one, ending.changed() ? left.dividedBy(2) : left, false);
        } else if (state instanceof SessionEnds.State.Ended ended) {
            ended(one, ended, leaves);
        } else if (state instanceof SessionEnds.State.Unreadable unreadable) {
            unreadable(one, unreadable.why(), unreadable.cause(), unreadable.tries());
        } else if (state instanceof SessionEnds.State.Missing && !one.missing) {
            handBack(one, SessionIndex.PENDING, true);
        } else {
            if (state instanceof SessionEnds.State.Missing) {
                engine.observers().tell(o -> o.endUnknown(id));
            }
            remove(one);
        }
    }

    private void ended(Held one, SessionEnds.State.Ended ended, boolean leaves) {
        SessionRecord last;
        String cause = ended.cause();
        try {
            last = SessionRecord.of(ended.last());
        } catch (UnreadableSessionException e) {
            unreadable(one, e, cause, ended.tries());
            return;
        }
        StoredCause why = cause == null ? new StoredCause(timeout(last), null) : StoredCause.parse(cause);
        if (leaves) {
            leaveToOthers(one, why);
        } else {
            tell(one, last, why, ended.tries());
        }
    }

    /** First other nodes try: they may have a newer version, another key, or a higher limit. */
    private void unreadable(Held one, UnreadableSessionException why, @Nullable String cause, int attempt) {
        if (attempt < SessionEndListener.READ_TRIES) {
            Duration pause = retry(attempt);
            engine.observers().tell(o -> o.endNotTold(one.claim().id(), pause, why));
            later(one, pause, false);
        } else {
            StoredCause known = StoredCause.parse(cause == null ? "" : cause);
            tell(one, null, new StoredCause(EndCause.UNREADABLE, known.node(), known.sharedAt()), attempt);
        }
    }

    /** Which of the two timeouts has ended a session. */
    private EndCause timeout(SessionRecord last) {
        Header header = last.header();
        Duration timeToLive = engine.lifetimes().timeToLive(header, last.touchedAt());
        boolean byDeadline = header.deadline() != Header.NONE
                && timeToLive != null
                && last.touchedAt() + timeToLive.toMillis() >= header.deadline();
        return byDeadline ? EndCause.ABSOLUTE : EndCause.IDLE;
    }

    private void tell(Held one, @Nullable SessionRecord last, StoredCause why, int attempt) {
        SessionId id = one.claim().id();
        EndCause cause = why.cause();
        if (one.isLate()) {
            return;
        }
        Throwable failure = attempt > TRIES ? new IllegalStateException("It has been tried too often") : null;
        if (failure == null) {
            if (!claims.beginCall(one)) {
                return;
            }
            try {
                listener.ended(
                        last == null
                                ? EndedSession.unreadable(id, cause, attempt)
                                : context.ended(id, cause, attempt, last));
            } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
                failure = e;
            } finally {
                claims.endCall(one);
            }
        }
        if (failure == null) {
            engine.observers().tell(o -> o.ended(id, cause, one.lag));
        } else {
            Duration pause = reported(one, attempt, failure);
            if (pause != null) {
                // What this node cannot read is left to the node that asks first, which may be another one.
                boolean asksThen = !(failure instanceof UnreadableSessionException);
                if (last == null) {
                    later(one, pause, asksThen);
                } else {
                    // Or another node would tell its servlet listeners what a request of this one has told.
                    boolean here = asksThen && cause == EndCause.SIGNED_OUT && one.own != null;
                    notes.await(shared(id, why)
                            .thenCompose(known -> here && claims.mayRest()
                                    ? claims.rest(one, pause, known)
                                    : handedBack(one, pause, asksThen)));
                }
                return;
            }
        }
        byte[] verifier = last == null ? new byte[0] : last.header().verifier();
        noteAsTold(one, verifier, why);
    }

    private void noteAsTold(Held one, byte[] verifier, StoredCause why) {
        Instant sharedAt = node == null ? null : why.sharedAt();
        Instant at = sharedAt != null ? sharedAt : Instant.ofEpochMilli(engine.now());
        notes.write(new EndNotes.Note(
                one.claim(),
                new PastEnd(why.cause().name(), at, verifier),
                sharedAt != null ? "" : nodeOf(why),
                () -> claims.isClosed() || one.isLate(),
                () -> remove(one),
                () -> later(one, Duration.ofSeconds(1))));
    }

    /** Which node has ended a session; this one if none has, and null if only one node is told. */
    private @Nullable String nodeOf(StoredCause why) {
        return node == null || why.node() == null ? node : why.node();
    }

    /**
     * Lets all nodes read of an end that waits for another try, if they are to be told and have not been. Never fails. Gives the cause with
     * the time that they can read, also if the store has not answered: a second time would be taken for a second end.
     */
    private CompletionStage<StoredCause> shared(SessionId id, StoredCause why) {
        String endedBy = nodeOf(why);
        if (endedBy == null || why.sharedAt() != null) {
            return CompletableFuture.completedFuture(why);
        }
        Instant at = Instant.ofEpochMilli(engine.now());
        PastEnd end = new PastEnd(why.cause().name(), at, new byte[0]);
        StoredCause shared = new StoredCause(why.cause(), endedBy, at);
        return engine.ask(id, store -> ends.share(id, end, endedBy, shared.format()))
                .handle((done, failure) -> shared);
    }

    /** Nodes whose listeners are told on one node find the end. If this one knows its cause, all nodes can read of it at once. */
    private void leaveToOthers(Held one, @Nullable StoredCause why) {
        CompletionStage<?> done = why == null
                ? CompletableFuture.completedFuture(false)
                : shared(one.claim().id(), why);
        notes.await(done.thenCompose(shared -> ends.handBack(one.claim(), Duration.ZERO, one.missing)));
    }

    /** Reports a failed try; gives the pause until the next one, or null if there is to be none. */
    private @Nullable Duration reported(Held one, int attempt, Throwable failure) {
        Duration pause = attempt < TRIES ? retry(attempt) : null;
        engine.observers().tell(o -> o.endNotTold(one.claim().id(), pause, failure));
        return pause;
    }

    private static Duration retry(int attempt) {
        Duration pause = Duration.ofSeconds(1L << Math.min(attempt - 1, 20));
        return pause.compareTo(LONGEST_RETRY) < 0 ? pause : LONGEST_RETRY;
    }

    private void later(Held one, Duration due) {
        later(one, due, true);
    }

    /** Does not wait: if it fails, the lease runs out. */
    private void later(Held one, Duration due, boolean asksThen) {
        notes.await(handedBack(one, due, asksThen));
    }

    private CompletionStage<Boolean> handedBack(Held one, Duration due, boolean asksThen) {
        if (asksThen) {
            expect.accept(one.claim().id(), due);
        }
        return ends.handBack(one.claim(), due, false);
    }

    /** Does not wait: if it fails, the lease runs out. */
    private void handBack(Held one, Duration due, boolean missing) {
        SessionId id = one.claim().id();
        expect.accept(id, due);
        CompletionStage<Boolean> unused = ends.handBack(one.claim(), due, missing)
                .whenComplete((back, failure) -> {
                    if (failure != null && !claims.isClosed()) {
                        engine.observers().tell(o -> o.endNotTold(id, HeldClaims.LEASE, failure));
                    }
                });
    }

    /** Does not wait: if it fails, the lease runs out, and the next look finds that the end was told. */
    private void remove(Held one) {
        CompletionStage<Boolean> unused = ends.remove(one.claim());
    }
}
