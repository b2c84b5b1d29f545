package io.sojourn;

import io.sojourn.spi.CommitResult.IdTaken;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.Operation;
import io.sojourn.spi.Revocation;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.StoredSession;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@link SessionManager} without blocking: the same verbs, each returning a stage that completes with what the blocking
 * one returns, or exceptionally with what it throws. Stages may complete in a thread of the store; do not block in it.
 */
public final class AsyncSessionManager {

    private final Engine engine;

    AsyncSessionManager(Engine engine) {
        this.engine = engine;
    }

    /** See {@link SessionManager#settings()}. */
    public SessionSettings settings() {
        return engine.context().settings();
    }

    /** See {@link SessionManager#create()}. */
    public Session create() {
        return engine.create(false);
    }

    /** See {@link SessionManager#create(SessionToken)}. */
    public Session create(SessionToken token) {
        return engine.create(token);
    }

    /** See {@link SessionManager#createTransient()}. */
    public Session createTransient() {
        return engine.create(true);
    }

    /** See {@link SessionManager#find(String)}. */
    public CompletionStage<Optional<Session>> find(String token) {
        return SessionToken.parse(token)
                .map(this::find)
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    }

    /** See {@link SessionManager#find(SessionToken)}. */
    public CompletionStage<Optional<Session>> find(SessionToken token) {
        return lookup(token).thenApply(Lookup::session);
    }

    /** See {@link SessionManager#findLastKnown(SessionToken)}. */
    public CompletionStage<Optional<Session>> findLastKnown(SessionToken token) {
        return CompletableFuture.completedFuture(engine.lastKnown(token));
    }

    /** See {@link SessionManager#lookup(SessionToken)}. */
    public CompletionStage<Lookup> lookup(SessionToken token) {
        Watch watch = engine.context().observer().begin(Operation.FIND);
        CompletionStage<Lookup> found = engine.context()
                .ask(token.id(), store -> store.load(token.id()))
                .handle((stored, failure) -> {
                    if (failure != null) {
                        return engine.unreadable(token.id(), unreadable(failure));
                    }
                    watch.read(stored);
                    return engine.open(token, stored);
                });
        return watch.on(found, Watch::outcome);
    }

    /** See {@link SessionManager#save(Session)}. */
    public CompletionStage<SaveOutcome> save(Session session) {
        Attempt attempt = new Save(engine, session, engine.context().observer().begin(Operation.SAVE));
        return run(attempt).thenApply(done -> attempt.outcome());
    }

    /** See {@link SessionManager#update(SessionToken, Function)}. */
    public <T> CompletionStage<Optional<T>> update(SessionToken token, Function<Session, T> function) {
        return find(token)
                .thenCompose(found -> found.map(session -> update(session, function))
                        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty())));
    }

    /** See {@link SessionManager#update(Session, Function)}. */
    public <T> CompletionStage<Optional<T>> update(Session session, Function<Session, T> function) {
        Update<T> attempt =
                new Update<>(engine, session, engine.context().observer().begin(Operation.UPDATE), function);
        return run(attempt).thenApply(done -> attempt.result());
    }

    /** See {@link SessionManager#revoke(Session)}. */
    public CompletionStage<Boolean> revoke(Session session) {
        return engine.revoke(session);
    }

    /** See {@link SessionManager#revoke(SessionId)}. */
    public CompletionStage<Boolean> revoke(SessionId id) {
        return engine.revoke(id);
    }

    /** See {@link SessionManager#findByPrincipal}. */
    public CompletionStage<List<SessionInfo>> findByPrincipal(String principal) {
        return findByIndex(IndexKey.PRINCIPAL, principal);
    }

    /** See {@link SessionManager#findByIndex}. */
    public CompletionStage<List<SessionInfo>> findByIndex(String index, String value) {
        return engine.list(IndexKey.of(index, value));
    }

    /** See {@link SessionManager#revokeAll}. */
    public CompletionStage<Integer> revokeAll(String principal) {
        return engine.revokeAll(IndexKey.of(IndexKey.PRINCIPAL, principal), Revocation.PRINCIPAL);
    }

    /** See {@link SessionManager#revokeOthers}. */
    public CompletionStage<Integer> revokeOthers(Session session) {
        return engine.revokeOthers(session);
    }

    /** See {@link SessionManager#revokeByIndex}. */
    public CompletionStage<Integer> revokeByIndex(String index, String value) {
        return engine.revokeAll(IndexKey.of(index, value), Revocation.INDEX);
    }

    /** See {@link SessionManager#health()}. */
    public StoreHealth health() {
        return engine.context().store().health();
    }

    /** See {@link SessionManager#checkHealth()}. */
    public CompletionStage<StoreHealth> checkHealth() {
        return engine.context().store().checkHealth();
    }

    private CompletionStage<@Nullable Void> run(Attempt attempt) {
        return walk(attempt).whenComplete((done, failure) -> {
            if (failure == null) {
                attempt.watch().ended(attempt.outcome());
            } else {
                engine.refused(attempt.id(), Waiting.sojournException(failure));
                attempt.watch().failed(failure);
            }
        });
    }

    private CompletionStage<@Nullable Void> walk(Attempt attempt) {
        try {
            return step(attempt, attempt.first());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e); // What is thrown before there is a stage comes out of it as well.
        }
    }

    private CompletionStage<@Nullable Void> step(Attempt attempt, @Nullable SessionWrite write) {
        if (write == null) {
            return CompletableFuture.completedFuture(null);
        }
        return answered(attempt, write).thenCompose(next -> {
            long backoff = next == null ? 0 : attempt.backoffNanos();
            if (backoff == 0) {
                return step(attempt, next);
            }
            Executor later = CompletableFuture.delayedExecutor(backoff, TimeUnit.NANOSECONDS);
            return CompletableFuture.runAsync(() -> {}, later).thenCompose(waited -> step(attempt, next));
        });
    }

    /** The next write. */
    private CompletionStage<@Nullable SessionWrite> answered(Attempt attempt, SessionWrite write) {
        List<IndexEntry> entries = attempt.entries();
        if (entries.isEmpty()) {
            return committed(attempt, write);
        }
        return engine.registry()
                .enter(write.id(), entries, attempt.exists())
                .thenCompose(entrance -> entrance == Entrance.ENTERED
                        ? committed(attempt, write)
                        : CompletableFuture.completedFuture(attempt.refused(entrance)));
    }

    private CompletionStage<@Nullable SessionWrite> committed(Attempt attempt, SessionWrite write) {
        return engine.context()
                .ask(write.id(), store -> store.commit(write))
                .handle((answer, failure) -> failure == null
                        ? answer instanceof IdTaken
                                ? whatHasTaken(write.id()).thenApply(attempt::taken)
                                : CompletableFuture.completedFuture(attempt.next(answer))
                        : CompletableFuture.completedFuture(attempt.unreadable(unreadable(failure))))
                .thenCompose(next -> next);
    }

    private CompletionStage<Optional<StoredSession>> whatHasTaken(SessionId id) {
        return engine.context().ask(id, store -> store.load(id)).exceptionally(failure -> {
            UnreadableSessionException unused = unreadable(failure);
            return Optional.empty();
        });
    }

    /** The failure, if it is this one; any other goes on its way. */
    private static UnreadableSessionException unreadable(Throwable failure) {
        SojournException cause = Waiting.sojournException(failure);
        if (cause instanceof UnreadableSessionException unreadable) {
            return unreadable;
        }
        throw cause;
    }
}
