package io.sojourn.index;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.context.EngineContext;
import io.sojourn.context.Stages;
import io.sojourn.observe.RevocationCause;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.CommitResult.Conflict;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.Marking;
import io.sojourn.spi.SessionIndex;
import io.sojourn.spi.SessionWrite;
import io.sojourn.sweep.EndRecorder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends sessions: one, or all that an index names. No session that was signed in before a revocation outlives it, wherever a
 * request or a process stops. What becomes of a session depends on its state in the index:
 *
 * <pre>
 * state    in the index                              becomes                     when
 * absent   no                                        pending                     it is entered, before it is written
 * pending  bound less than 2 minutes ago             entered                     that time has passed
 * entered  yes; its write has arrived, or failed     pending                     it is bound again: a new sign-in
 *                                                    absent                      it ended, or has another value
 * marked   yes; it is to be ended                    absent                      it has been ended
 *
 * pending and entered become marked when the value is revoked, or to make room for a new session under a limit.
 *
 * at a revocation   the session itself               what is done
 * absent            its sign-in was called before it  refused when it is entered: its binding is older
 * pending           is not there yet                 a tombstone stops its creation while an entry is pending
 * pending           is there, with another value     written once with nothing changed: the write under way finds a conflict,
 *                                                    enters the session again, and is refused as marked or too old
 * pending, entered  is there, with this value        deleted
 * entered           is gone, or has another value    nothing
 * marked            any of these                     the same; it cannot be entered again meanwhile
 * </pre>
 *
 * <p>The value is revoked at one moment, whatever the number of its sessions. Then they are ended some at a time, and leave
 * the index. If that is cut short, they stay marked, and the next call to revoke, list, sign in or prolong the session goes on
 * with it.
 */
public final class Revocation {

    /** How many sessions are ended at a time. What other users ask for on the same connection waits for these. */
    private static final int WINDOW = 8;

    /** The same for a value with very many sessions, which takes seconds: the others should hardly notice. */
    private static final int WINDOW_OF_MANY = 2;

    /** How many are ended in the first window. Hardly any person has more. */
    private static final int FEW = 100;

    private record Ending(IndexKey key, IndexMember member) {}

    /** What sign-ins at the limit of a user are ending right now: many at once are each told of some of the same sessions. */
    private final Map<Ending, CompletionStage<Boolean>> ending = new ConcurrentHashMap<>();

    private final EngineContext context;
    private final EndRecorder ends;
    private final IndexVisitor visitor;

    public Revocation(EngineContext context, EndRecorder ends) {
        this.context = context;
        this.ends = ends;
        this.visitor = new IndexVisitor(context);
    }

    /** Ends all sessions in an index, and tells how many there were. */
    public CompletionStage<Integer> revokeAll(IndexKey key, RevocationCause cause) {
        return revoke(key, null, cause, marking -> {});
    }

    /**
     * Ends all sessions in an index but one, and tells how many there were.
     *
     * @param begun is told when the revocation has begun, before any session is ended
     */
    public CompletionStage<Integer> revokeOthers(IndexKey key, SessionId own, Consumer<Marking> begun) {
        return revoke(key, own, RevocationCause.OTHERS, begun);
    }

    private record Progress(List<IndexMember> marked, int ended) {}

    private CompletionStage<Integer> revoke(
            IndexKey key, @Nullable SessionId except, RevocationCause cause, Consumer<Marking> begun) {
        return context.ask(null, store -> store.mark(key, except))
                .thenCompose(marking -> {
                    KnownRevocations.OF_THIS_JVM.answered(key, marking.revocation(), context.moment());
                    begun.accept(marking);
                    return Stages.repeat(
                            new Progress(marking.marked(), 0),
                            progress -> !progress.marked().isEmpty(),
                            progress -> endNextMarked(key, progress, cause));
                })
                .thenApply(Progress::ended);
    }

    private CompletionStage<Progress> endNextMarked(IndexKey key, Progress progress, RevocationCause cause) {
        int window = progress.ended() < FEW ? WINDOW : WINDOW_OF_MANY;
        return endMarked(key, progress.marked(), cause, window).thenCompose(count -> {
            int ended = progress.ended() + count;
            return progress.marked().size() < SessionIndex.GIVEN_AT_MOST
                    ? Stages.done(new Progress(List.of(), ended))
                    : context.ask(null, store -> store.marked(key)).thenApply(more -> new Progress(more, ended));
        });
    }

    /** Ends marked sessions and takes them out; tells how many there were. */
    CompletionStage<Integer> endMarked(IndexKey key, List<IndexMember> marked, RevocationCause cause) {
        return endMarked(key, marked, cause, WINDOW);
    }

    private CompletionStage<Integer> endMarked(
            IndexKey key, List<IndexMember> marked, RevocationCause cause, int window) {
        if (marked.isEmpty()) {
            return Stages.done(0);
        }
        return Stages.inWindows(marked, window, member -> end(key, member, cause))
                .thenCompose(ended -> leave(key, marked).thenApply(left ->
                        (int) ended.stream().filter(was -> was).count()));
    }

    /**
     * Ends marked sessions, but those that another call is just ending: for these it waits. They leave the index afterwards, which the
     * caller does not wait for: until then they are not counted, and if it fails, the next sign-in or listing does it.
     */
    CompletionStage<Boolean> endMarkedNow(IndexKey key, List<IndexMember> marked, RevocationCause cause) {
        if (marked.isEmpty()) {
            return Stages.done(true);
        }
        CompletableFuture<Boolean> run = new CompletableFuture<>();
        List<IndexMember> own = new ArrayList<>();
        List<CompletionStage<Boolean>> all = new ArrayList<>(List.of(run));
        for (IndexMember member : marked) {
            CompletionStage<Boolean> theirs = ending.putIfAbsent(new Ending(key, member), run);
            if (theirs == null) {
                own.add(member);
            } else {
                all.add(theirs);
            }
        }
        CompletionStage<?> unused = Stages.done(own)
                .thenCompose(members -> Stages.inWindows(members, WINDOW, member -> end(key, member, cause)))
                .whenComplete((ended, failure) -> {
                    own.forEach(member -> ending.remove(new Ending(key, member)));
                    if (failure != null) {
                        run.completeExceptionally(failure);
                        return;
                    }
                    run.complete(true);
                    if (!own.isEmpty()) {
                        CompletionStage<Boolean> unusedToo = leave(key, own);
                    }
                });
        return Stages.all(all).thenApply(ended -> true);
    }

    private CompletionStage<Boolean> leave(IndexKey key, List<IndexMember> ended) {
        List<SessionId> ids = ended.stream().map(IndexMember::id).toList();
        return context.ask(null, store -> store.leave(key, ids, true));
    }

    private CompletionStage<Boolean> end(IndexKey key, IndexMember member, RevocationCause cause) {
        SessionId id = member.id();
        return visitor.visit(key, member).thenCompose(visit -> {
            if (!visit.readable() || visit.belongs()) {
                return end(id, cause, false);
            }
            if (!member.pending()) {
                return Stages.done(false); // Gone, or it has another value by now.
            }
            return visit.state().isEmpty()
                    ? end(id, cause, true)
                    : fence(key, id, visit.state().get(), cause);
        });
    }

    /**
     * Changes only the revision of a session, so that a sign-in that is about to write to it gets a conflict. Then it enters
     * the session again, and is refused.
     */
    private CompletionStage<Boolean> fence(IndexKey key, SessionId id, SessionRecord state, RevocationCause cause) {
        SessionWrite write = renewRevision(id, state);
        return context.ask(id, store -> store.commit(write))
                .thenCompose(result -> result instanceof Conflict conflict && belongs(key, conflict)
                        ? end(id, cause, false)
                        : Stages.done(false));
    }

    /** A write that changes the revision and nothing else, not even when the session ends. */
    private SessionWrite renewRevision(SessionId id, SessionRecord state) {
        Duration timeToLive = context.lifetimes().timeToLive(state.header(), state.touchedAt());
        long sinceThen = Math.max(0, context.now() - state.touchedAt());
        return new SessionWrite(
                id,
                state.revision(),
                SessionRecord.freshRevision(),
                Instant.ofEpochMilli(state.touchedAt()),
                timeToLive == null ? null : Duration.ofMillis(Math.max(1, timeToLive.toMillis() - sinceThen)),
                Map.of(),
                Set.of());
    }

    private static boolean belongs(IndexKey key, Conflict conflict) {
        try {
            return IndexMembership.belongs(
                    key, SessionRecord.of(conflict.current()).header());
        } catch (UnreadableSessionException e) {
            return true;
        }
    }

    /**
     * Ends a session.
     *
     * @param mayBeUnderWay whether its creation may be under way, so that it is kept from being created
     */
    public CompletionStage<Boolean> end(SessionId id, RevocationCause cause, boolean mayBeUnderWay) {
        return end(id, cause, mayBeUnderWay, () -> {});
    }

    /**
     * Ends a session, as the other {@code end}.
     *
     * @param whenEnded called when the session has ended, before listeners are told; not called if {@code endEvents} is off
     */
    public CompletionStage<Boolean> end(
            SessionId id, RevocationCause cause, boolean mayBeUnderWay, Runnable whenEnded) {
        return context.ask(id, store -> ends.end(store, id, cause, mayBeUnderWay, whenEnded))
                .thenApply(was -> {
                    if (was) {
                        context.observers().tell(o -> o.revoked(id, cause));
                    }
                    return was;
                });
    }
}
