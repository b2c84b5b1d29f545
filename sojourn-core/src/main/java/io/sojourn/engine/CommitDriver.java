package io.sojourn.engine;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.context.MeasuredOperation;
import io.sojourn.context.Stages;
import io.sojourn.context.WaitStrategy;
import io.sojourn.context.Waiting;
import io.sojourn.index.Admission;
import io.sojourn.index.EntryRequest;
import io.sojourn.observe.Operation;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.CommitResult.Applied;
import io.sojourn.spi.CommitResult.IdTaken;
import io.sojourn.spi.ForeignSession;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The optimistic commit loop: enters a session into its indexes, commits the write, and repeats it on the newer state after
 * a conflict. It exists once. Both managers drive it; how they wait is the {@link WaitStrategy}. The attempts of both to write
 * one session take turns, see {@link SaveQueue}.
 */
public final class CommitDriver {

    private static final CompletionStage<SaveOutcome> UNCHANGED =
            CompletableFuture.completedStage(SaveOutcome.UNCHANGED);

    private final Engine engine;
    private final WaitStrategy wait;
    private final SaveQueues queues;

    public CommitDriver(Engine engine, WaitStrategy wait) {
        this(engine, wait, new SaveQueues());
    }

    private CommitDriver(Engine engine, WaitStrategy wait, SaveQueues queues) {
        this.engine = engine;
        this.wait = wait;
        this.queues = queues;
    }

    /** A driver that waits in another way, and whose attempts take turns with those of this one. */
    public CommitDriver waiting(WaitStrategy other) {
        return new CommitDriver(engine, other, queues);
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
        return Stages.compose(run(attempt), done -> adopted(session, attempt.outcome()));
    }

    /** The old session goes once the new one is there; if it was ended meanwhile, so is the new one. */
    private CompletionStage<SaveOutcome> adopted(TrackedSession session, SaveOutcome outcome) {
        ForeignSession old = session.adopted();
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
        QueuedAttempt queued = new QueuedAttempt(attempt);
        CompletionStage<@Nullable Void> end = null;
        try {
            end = attempt.needsTurnFirst()
                    ? Stages.compose(turn(queued, attempt.id(), null), first -> from(queued, first))
                    : from(queued, attempt.first());
        } catch (RuntimeException e) {
            end = CompletableFuture.failedFuture(e);
        } finally {
            if (end == null) { // An Error of the application's function, for example.
                queues.leave(queued, false);
            }
        }
        return end.whenComplete((done, failure) -> {
            boolean storeFailed = failure != null && Waiting.unwrapped(failure) instanceof StoreUnavailableException;
            queues.leave(queued, storeFailed);
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
    private CompletionStage<@Nullable Void> from(QueuedAttempt queued, @Nullable SessionWrite first) {
        SessionWrite write = first;
        while (write != null) {
            CompletionStage<@Nullable SessionWrite> next = step(queued, write);
            if (!Waiting.isValue(next)) {
                return next.thenCompose(later -> from(queued, later));
            }
            write = next.toCompletableFuture().join();
        }
        return CompletableFuture.completedFuture(null);
    }

    /** One write, and the pause after it. Gives the next write, or null if the attempt is over. */
    private CompletionStage<@Nullable SessionWrite> step(QueuedAttempt queued, SessionWrite write) {
        if (write.creates()) {
            queues.leave(queued, false); // Only this attempt knows the id.
        } else if (!queued.hasTurn() && !queued.mayGoAlone()) {
            return turn(queued, write.id(), write);
        }
        return written(queued, write);
    }

    /**
     * Takes the turn, or waits for it.
     *
     * @param write what the attempt is about to write; null if it has not begun
     */
    private CompletionStage<@Nullable SessionWrite> turn(
            QueuedAttempt queued, SessionId id, @Nullable SessionWrite write) {
        CommitAttempt attempt = queued.attempt();
        SaveQueue queue = queues.enter(queued, id);
        CompletableFuture<Turn> news = queued.news();
        if (news == null) {
            return write == null ? CompletableFuture.completedFuture(attempt.first()) : written(queued, write);
        }
        return wait.turn(news, SaveQueue.PATIENCE.toNanos(), () -> queue.look(queued), () -> queues.withdraw(queued))
                .thenCompose(turn -> {
                    if (turn instanceof Turn.Written done) {
                        SessionWrite part =
                                Objects.requireNonNull(attempt.prepared().write());
                        return Stages.compose(
                                answered(attempt, part, done.answer(), done.failure()), next -> paused(attempt, next));
                    }
                    if (turn instanceof Turn.Alone alone) {
                        queued.goAlone(alone.writes());
                    }
                    SessionRecord newest = turn instanceof Turn.Yours yours ? yours.latest() : null;
                    return CompletableFuture.completedFuture(attempt.onTurn(write, newest));
                });
    }

    private CompletionStage<@Nullable SessionWrite> written(QueuedAttempt queued, SessionWrite write) {
        CommitAttempt attempt = queued.attempt();
        return Stages.compose(entered(queued, write), next -> paused(attempt, next));
    }

    private CompletionStage<@Nullable SessionWrite> paused(CommitAttempt attempt, @Nullable SessionWrite next) {
        long backoff = next == null ? 0 : attempt.backoffNanos();
        return backoff == 0
                ? CompletableFuture.completedFuture(next)
                : wait.pause(backoff).thenApply(waited -> next);
    }

    private CompletionStage<@Nullable SessionWrite> entered(QueuedAttempt queued, SessionWrite write) {
        CommitAttempt attempt = queued.attempt();
        List<EntryRequest> entries = attempt.beginEntries();
        if (entries.isEmpty()) {
            return committed(queued, write);
        }
        return Stages.compose(
                wait.settle(engine.index().admit(write.id(), entries, attempt.exists())),
                admission -> admission == Admission.ADMITTED
                        ? committed(queued, write)
                        : CompletableFuture.completedFuture(attempt.refused(admission)));
    }

    private CompletionStage<@Nullable SessionWrite> committed(QueuedAttempt queued, SessionWrite write) {
        SaveQueue queue = queued.queue();
        BatchedWrite batch = queue == null ? null : queue.batch(queued);
        Function<SessionStore, CompletionStage<CommitResult>> commit = queue == null || batch == null
                ? store -> store.commit(write)
                // The others are told by the store, so that they get their answer even if this thread is interrupted.
                : store -> store.commit(batch.write())
                        .whenComplete((answer, failure) -> queue.answered(batch, answer, failure));
        return Stages.answer(
                engine.context().ask(wait, write.id(), recorded(queued.attempt(), batch, write, commit)),
                (answer, failure) -> answered(queued.attempt(), write, answer, failure));
    }

    private Function<SessionStore, CompletionStage<CommitResult>> recorded(
            CommitAttempt attempt,
            @Nullable BatchedWrite batch,
            SessionWrite write,
            Function<SessionStore, CompletionStage<CommitResult>> commit) {
        SessionRecord latest = attempt.latest();
        SessionRecord before = latest == null ? attempt.session.base() : latest;
        return engine.ends().recorded(write, before, batch == null ? attempt.written() : batch.state(), commit);
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
