package io.sojourn;

import io.sojourn.context.WaitStrategy;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.PastSession;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.engine.CommitDriver;
import io.sojourn.engine.Engine;
import io.sojourn.engine.TrackedSession;
import io.sojourn.observe.RevocationCause;
import io.sojourn.spi.ForeignSession;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.StoreHealth;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@link SessionManager} without blocking: the same verbs, each returning a stage that completes with what the blocking
 * one returns, or exceptionally with what it throws. Stages may complete in a thread of the store, or of
 * another request that saves the same session, and functions of {@code update} may run there; do not block in it.
 */
public final class AsyncSessionManager {

    private final Engine engine;
    private final CommitDriver driver;

    AsyncSessionManager(Engine engine, CommitDriver driver) {
        this.engine = engine;
        this.driver = driver;
    }

    /** See {@link SessionManager#settings()}. */
    public SessionSettings settings() {
        return engine.context().settings();
    }

    /** See {@link SessionManager#create()}. */
    public Session create() {
        return engine.create(null);
    }

    /** See {@link SessionManager#create(SessionToken)}. */
    public Session create(SessionToken token) {
        return engine.create(token, null);
    }

    /** See {@link SessionManager#lookupDerived}. */
    public CompletionStage<Lookup> lookupDerived(SessionToken derived) {
        return engine.lookup(derived, WaitStrategy.ASYNC, true);
    }

    /** See {@link SessionManager#adopt}. */
    public Session adopt(SessionToken derived, ForeignSession old) {
        return engine.adopt(derived, old);
    }

    /** See {@link SessionManager#createForUnknownToken()}. */
    public Session createForUnknownToken() {
        return engine.create(StandIn.UNKNOWN_TOKEN);
    }

    /** See {@link SessionManager#createForLeftOutTokens()}. */
    public Session createForLeftOutTokens() {
        return engine.create(StandIn.LEFT_OUT_TOKENS);
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

    /** See {@link SessionManager#findById(SessionId)}. */
    public CompletionStage<Optional<Session>> findById(SessionId id) {
        return engine.findById(id, WaitStrategy.ASYNC);
    }

    /** See {@link SessionManager#findLastKnown(SessionToken)}. */
    public CompletionStage<Optional<Session>> findLastKnown(SessionToken token) {
        return CompletableFuture.completedFuture(engine.lastKnown(token));
    }

    /** See {@link SessionManager#lookup(SessionToken)}. */
    public CompletionStage<Lookup> lookup(SessionToken token) {
        return engine.lookup(token, WaitStrategy.ASYNC, false);
    }

    /** See {@link SessionManager#save(Session)}. */
    public CompletionStage<SaveOutcome> save(Session session) {
        return driver.save(TrackedSession.of(session));
    }

    /** See {@link SessionManager#update(SessionToken, Function)}. */
    public <T> CompletionStage<Optional<T>> update(SessionToken token, Function<Session, T> function) {
        return find(token)
                .thenCompose(found -> found.map(session -> update(session, function))
                        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty())));
    }

    /** See {@link SessionManager#update(Session, Function)}. */
    public <T> CompletionStage<Optional<T>> update(Session session, Function<Session, T> function) {
        return driver.update(TrackedSession.of(session), function);
    }

    /** See {@link SessionManager#isAlive}. */
    public CompletionStage<Boolean> isAlive(Session session) {
        return engine.isAlive(session, false);
    }

    /** See {@link SessionManager#keepAlive}. */
    public CompletionStage<Boolean> keepAlive(Session session) {
        return engine.isAlive(session, true);
    }

    /** See {@link SessionManager#revoke(Session)}. */
    public CompletionStage<Boolean> revoke(Session session) {
        return engine.revoke(session);
    }

    /** See {@link SessionManager#revokeAndGet}. */
    public CompletionStage<Optional<Session>> revokeAndGet(Session session) {
        return engine.revokeAndGet(session);
    }

    /** See {@link SessionManager#revoke(SessionId)}. */
    public CompletionStage<Boolean> revoke(SessionId id) {
        return engine.revoke(id);
    }

    /** See {@link SessionManager#info}. */
    public CompletionStage<Optional<SessionInfo>> info(SessionId id) {
        return engine.info(id);
    }

    /** See {@link SessionManager#findByPrincipal}. */
    public CompletionStage<List<SessionInfo>> findByPrincipal(String principal) {
        return findByIndex(IndexKey.PRINCIPAL, principal);
    }

    /** See {@link SessionManager#findByIndex}. */
    public CompletionStage<List<SessionInfo>> findByIndex(String index, String value) {
        return engine.list(IndexKey.of(index, value));
    }

    /** See {@link SessionManager#pageByPrincipal}. */
    public CompletionStage<SessionPage> pageByPrincipal(String principal, @Nullable String after, int size) {
        return pageByIndex(IndexKey.PRINCIPAL, principal, after, size);
    }

    /** See {@link SessionManager#pageByIndex}. */
    public CompletionStage<SessionPage> pageByIndex(String index, String value, @Nullable String after, int size) {
        return engine.page(IndexKey.of(index, value), after, size);
    }

    /** See {@link SessionManager#revokeAll}. */
    public CompletionStage<Integer> revokeAll(String principal) {
        return engine.revokeAll(IndexKey.of(IndexKey.PRINCIPAL, principal), RevocationCause.PRINCIPAL);
    }

    /** See {@link SessionManager#revokeOthers}. */
    public CompletionStage<Integer> revokeOthers(Session session) {
        return engine.revokeOthers(session);
    }

    /** See {@link SessionManager#revokeByIndex}. */
    public CompletionStage<Integer> revokeByIndex(String index, String value) {
        return engine.revokeAll(IndexKey.of(index, value), RevocationCause.INDEX);
    }

    /** See {@link SessionManager#listenToEnds}. */
    public EndWatch listenToEnds(SessionEndListener listener) {
        return engine.ends().listen(listener);
    }

    /** See {@link SessionManager#listenToEndsOnEveryNode}; waits for the store, and so must not be called in a thread of an event loop. */
    public EndWatch listenToEndsOnEveryNode(SessionEndListener listener) {
        return engine.ends().listenOnEveryNode(listener);
    }

    /** See {@link SessionManager#ended}. */
    public CompletionStage<Optional<PastSession>> ended(SessionToken token) {
        return engine.ends().past(token);
    }

    /** See {@link SessionManager#lastKnownEnd}. */
    public CompletionStage<Optional<PastSession>> lastKnownEnd(SessionToken token) {
        return CompletableFuture.completedFuture(engine.ends().noticed(token));
    }

    /** See {@link SessionManager#health()}. */
    public StoreHealth health() {
        return engine.context().store().health();
    }

    /** See {@link SessionManager#checkHealth()}. */
    public CompletionStage<StoreHealth> checkHealth() {
        return engine.context().store().checkHealth();
    }
}
