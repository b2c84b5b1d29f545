package io.sojourn;

import io.sojourn.spi.SessionWrite;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
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
        return engine.settings();
    }

    /** See {@link SessionManager#create()}. */
    public Session create() {
        return engine.create(false);
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

    /** See {@link SessionManager#lookup(SessionToken)}. */
    public CompletionStage<Lookup> lookup(SessionToken token) {
        return guarded(() -> engine.store().load(token.id()))
                .handle((stored, failure) ->
                        failure == null ? engine.open(token, stored) : failedLookup(token, failure));
    }

    private Lookup failedLookup(SessionToken token, Throwable failure) {
        SojournException cause = Waiting.sojournException(failure);
        if (cause instanceof UnreadableSessionException unreadable) {
            return engine.unreadable(token.id(), unreadable);
        }
        engine.failed(token.id(), cause);
        throw cause;
    }

    /** See {@link SessionManager#save(Session)}. */
    public CompletionStage<SaveOutcome> save(Session session) {
        Attempt attempt = new Save(engine, session);
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
        Update<T> attempt = new Update<>(engine, session, function);
        return run(attempt).thenApply(done -> attempt.result());
    }

    /** See {@link SessionManager#revoke(Session)}. */
    public CompletionStage<Boolean> revoke(Session session) {
        CompletionStage<Boolean> revoked =
                session.isStored() ? revoke(session.id()) : CompletableFuture.completedFuture(false);
        return revoked.thenApply(was -> {
            session.end();
            return was;
        });
    }

    /** See {@link SessionManager#revoke(SessionId)}. */
    public CompletionStage<Boolean> revoke(SessionId id) {
        return guarded(() -> engine.store().delete(id)).whenComplete((revoked, failure) -> {
            if (failure == null) {
                engine.revoked(id, revoked);
            } else {
                engine.failed(id, failure);
            }
        });
    }

    private CompletionStage<@Nullable Void> run(Attempt attempt) {
        return guarded(() -> step(attempt, attempt.first()))
                .whenComplete((done, failure) -> engine.failed(attempt.id(), failure));
    }

    private CompletionStage<@Nullable Void> step(Attempt attempt, @Nullable SessionWrite write) {
        if (write == null) {
            return CompletableFuture.completedFuture(null);
        }
        return engine.store().commit(write).thenCompose(answer -> {
            SessionWrite next = attempt.next(answer);
            long backoff = next == null ? 0 : attempt.backoffNanos();
            if (backoff == 0) {
                return step(attempt, next);
            }
            Executor later = CompletableFuture.delayedExecutor(backoff, TimeUnit.NANOSECONDS);
            return CompletableFuture.runAsync(() -> {}, later).thenCompose(waited -> step(attempt, next));
        });
    }

    /** What is thrown before there is a stage must come out of the stage as well. */
    private static <T> CompletionStage<T> guarded(Supplier<CompletionStage<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
