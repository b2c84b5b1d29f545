package io.sojourn.engine;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.context.MeasuredOperation;
import io.sojourn.context.WaitStrategy;
import io.sojourn.context.Waiting;
import io.sojourn.index.Admission;
import io.sojourn.index.EntryRequest;
import io.sojourn.observe.Operation;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.CommitResult.Applied;
import io.sojourn.spi.CommitResult.IdTaken;
import io.sojourn.spi.OldSession;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The optimistic commit loop: enters a session into its indexes, commits the write, and repeats it on the newer state after
 * a conflict. It exists once. Both managers drive it; how they wait is the {@link WaitStrategy}. The attempts of both to write
 * one session take turns, see {@link SaveQueues}.
 */
public final class CommitDriver {

    private static final CompletionStage<SaveOutcome> UNCHANGED =
            CompletableFuture.completedStage(SaveOutcome.UNCHANGED);

    private final Engine engine;
    private final WaitStrategy wait;

    public CommitDriver(Engine engine, WaitStrategy wait) {
        this.engine = engine;
        this.wait = wait;
    }

    /** Stores what was done to the session, or touches it if nothing was done. */
    public CompletionStage<SaveOutcome> save(TrackedSession session) {
        MeasuredOperation operation = engine.context().observers().begin(Operation.SAVE);
        SessionRecord untouched = session.untouched();
        if (untouched != null) {
            engine.touchIfDue(session, untouched);
            operation.ended(SaveOutcome.UNCHANGED);
            return UNCHANGED;
        }
        CommitAttempt attempt = new SaveAttempt(engine, session, operation);
        return run(attempt).thenCompose(done -> adopted(session, attempt.outcome()));
    }

    /** The old session goes once the new one is there; if it was ended meanwhile, so is the new one. */
    private CompletionStage<SaveOutcome> adopted(TrackedSession session, SaveOutcome outcome) {
        OldSession old = session.adopted();
        if (old == null || outcome != SaveOutcome.SAVED || session.isRemoved()) {
            return CompletableFuture.completedFuture(outcome);
        }
        return wait.settle(old.remove()).thenCompose(was -> {
            session.removed();
            return was
                    ? CompletableFuture.completedFuture(SaveOutcome.SAVED)
                    : wait.settle(engine.revoke(session)).thenApply(ended -> SaveOutcome.GONE);
        });
    }

    /** Runs a function on a session until what it did is committed. */
    public <T> CompletionStage<Optional<T>> update(TrackedSession session, Function<Session, T> function) {
        MeasuredOperation operation = engine.context().observers().begin(Operation.UPDATE);
        UpdateAttempt<T> attempt = new UpdateAttempt<>(engine, session, operation, function);
        return run(attempt).thenApply(done -> attempt.result());
    }

    /** Runs an attempt to its end; then it knows its outcome. Fails with what the store or the application has thrown. */
    private CompletionStage<@Nullable Void> run(CommitAttempt attempt) {
        CompletionStage<@Nullable Void> end = null;
        try {
            end = attempt.needsTurnFirst()
                    ? turn(attempt, null).thenCompose(first -> from(attempt, first))
                    : from(attempt, attempt.first());
        } catch (RuntimeException e) {
            end = CompletableFuture.failedFuture(e);
        } finally {
            if (end == null) { // An Error of the application's function, for example.
                engine.queues().leave(attempt, false);
            }
        }
        return end.whenComplete((done, failure) -> {
            boolean storeFailed = failure != null && Waiting.unwrapped(failure) instanceof StoreUnavailableException;
            engine.queues().leave(attempt, storeFailed);
            if (failure == null) {
                attempt.operation().ended(attempt.outcome());
                return;
            }
            if (Waiting.unwrapped(failure) instanceof SojournException cause) {
                engine.refused(attempt.id(), cause);
            }
            attempt.operation().failed(failure);
        });
    }

    /** Goes on with this write. Loops as long as each step is complete at once, so that the stack stays flat. */
    private CompletionStage<@Nullable Void> from(CommitAttempt attempt, @Nullable SessionWrite first) {
        SessionWrite write = first;
        while (write != null) {
            CompletionStage<@Nullable SessionWrite> next = step(attempt, write);
            if (!Waiting.isValue(next)) {
                return next.thenCompose(later -> from(attempt, later));
            }
            write = next.toCompletableFuture().join();
        }
        return CompletableFuture.completedFuture(null);
    }

    /** One write, and the pause after it. Gives the next write, or null if the attempt is over. */
    private CompletionStage<@Nullable SessionWrite> step(CommitAttempt attempt, SessionWrite write) {
        if (write.creates()) {
            engine.queues().leave(attempt, false); // Nobody else knows the id.
        } else if (!attempt.hasTurn && !attempt.goesAlone) {
            CompletableFuture<Turn> waiting = engine.queues().enter(attempt, write.id());
            if (waiting != null) {
                return waited(attempt, write, waiting);
            }
        }
        attempt.goesAlone = false;
        return entered(attempt, write).thenCompose(next -> paused(attempt, next));
    }

    private CompletionStage<@Nullable SessionWrite> paused(CommitAttempt attempt, @Nullable SessionWrite next) {
        long backoff = next == null ? 0 : attempt.backoffNanos();
        return backoff == 0
                ? CompletableFuture.completedFuture(next)
                : wait.pause(backoff).thenApply(waited -> next);
    }

    /** The first write of an attempt that takes its turn before it has one. */
    private CompletionStage<@Nullable SessionWrite> turn(CommitAttempt attempt, @Nullable SessionWrite write) {
        CompletableFuture<Turn> waiting = engine.queues().enter(attempt, attempt.id());
        return waiting == null ? CompletableFuture.completedFuture(attempt.first()) : waited(attempt, write, waiting);
    }

    private CompletionStage<@Nullable SessionWrite> waited(
            CommitAttempt attempt, @Nullable SessionWrite write, CompletableFuture<Turn> waiting) {
        SaveQueues queues = engine.queues();
        return wait.turn(
                        waiting,
                        SaveQueues.PATIENCE.toNanos(),
                        () -> queues.look(attempt),
                        () -> queues.withdraw(attempt))
                .thenCompose(turn -> {
                    if (turn instanceof Turn.Written written) {
                        SessionWrite part =
                                Objects.requireNonNull(attempt.prepared().write());
                        return answered(attempt, part, written.answer(), written.failure())
                                .thenCompose(next -> paused(attempt, next));
                    }
                    attempt.goesAlone = turn instanceof Turn.Alone;
                    attempt.latest = turn instanceof Turn.Yours yours ? yours.latest() : null;
                    return CompletableFuture.completedFuture(attempt.onTurn(write, attempt.latest));
                });
    }

    private CompletionStage<@Nullable SessionWrite> entered(CommitAttempt attempt, SessionWrite write) {
        List<EntryRequest> entries = attempt.entries();
        if (entries.isEmpty()) {
            return committed(attempt, write);
        }
        return wait.settle(engine.index().admit(write.id(), entries, attempt.exists()))
                .thenCompose(admission -> admission == Admission.ADMITTED
                        ? committed(attempt, write)
                        : CompletableFuture.completedFuture(attempt.refused(admission)));
    }

    private CompletionStage<@Nullable SessionWrite> committed(CommitAttempt attempt, SessionWrite write) {
        MergedWrite merged = engine.queues().merge(attempt);
        SessionWrite sent = merged == null ? write : merged.write();
        BiFunction<CommitResult, @Nullable Throwable, CompletionStage<@Nullable SessionWrite>> answered =
                (answer, failure) -> {
                    if (merged != null) {
                        engine.queues().answered(write.id(), merged, answer, failure);
                    }
                    return answered(attempt, write, answer, failure);
                };
        return engine.context()
                .ask(wait, write.id(), store -> store.commit(sent))
                .handle(answered)
                .thenCompose(next -> next);
    }

    private CompletionStage<@Nullable SessionWrite> answered(
            CommitAttempt attempt, SessionWrite write, @Nullable CommitResult answer, @Nullable Throwable failure) {
        if (failure != null || answer == null) {
            return CompletableFuture.completedFuture(
                    attempt.unreadable(Waiting.unreadable(Objects.requireNonNull(failure))));
        }
        return answer instanceof IdTaken
                ? whatHasTaken(write.id()).thenApply(attempt::taken)
                : answered(attempt, write, answer);
    }

    /** A write that came too long after its entry is entered once more before it counts. */
    private CompletionStage<@Nullable SessionWrite> answered(
            CommitAttempt attempt, SessionWrite write, CommitResult answer) {
        List<EntryRequest> late = answer instanceof Applied ? attempt.lateEntries() : List.of();
        if (late.isEmpty()) {
            return CompletableFuture.completedFuture(attempt.next(answer));
        }
        return wait.settle(engine.index().admitWritten(write.id(), late))
                .thenApply(admission ->
                        admission == Admission.ADMITTED ? attempt.next(answer) : attempt.refused(admission));
    }

    private CompletionStage<Optional<StoredSession>> whatHasTaken(SessionId id) {
        return engine.context().ask(wait, id, store -> store.load(id)).exceptionally(failure -> {
            UnreadableSessionException unused = Waiting.unreadable(failure);
            return Optional.empty();
        });
    }
}
