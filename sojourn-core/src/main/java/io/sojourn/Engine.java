package io.sojourn;

import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.Operation;
import io.sojourn.spi.Operation.Outcome;
import io.sojourn.spi.Revocation;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.StoredSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Opens tokens, touches and revokes sessions; never blocks. Both managers drive it.
 */
final class Engine {

    private final EngineContext context;
    private final Registry registry;
    private final BurstDetector unknownIds;
    private final RecordCache cache = new RecordCache();

    Engine(EngineContext context) {
        this.context = context;
        this.registry = new Registry(context);
        this.unknownIds = new BurstDetector(context.settings().clock());
        context.observers().tell(o -> o.started(context.store()));
    }

    EngineContext context() {
        return context;
    }

    Registry registry() {
        return registry;
    }

    Session create(boolean isTransient) {
        SessionToken token = context.newToken(context.newId());
        return new TrackedSession(context, token, context.newHeader(token), isTransient);
    }

    Session create(SessionToken chosen) {
        TrackedSession session = new TrackedSession(context, chosen, context.newHeader(chosen), false);
        session.keepToken();
        return session;
    }

    /** What a token leads to. */
    CompletionStage<Lookup> lookup(SessionToken token, WaitStrategy wait) {
        MeasuredOperation operation = context.observers().begin(Operation.FIND);
        SessionId id = token.id();
        CompletionStage<Optional<StoredSession>> reply = context.send(store -> store.load(id));
        boolean atHand = Waiting.isValue(reply);
        BiFunction<Optional<StoredSession>, @Nullable Throwable, Lookup> answer = (stored, failure) -> {
            if (failure != null) {
                return unreadable(id, Waiting.unreadable(failure));
            }
            operation.read(stored);
            return open(token, stored, atHand);
        };
        return operation.on(
                wait.settle(reply, failure -> context.failed(id, failure)).handle(answer), MeasuredOperation::outcome);
    }

    private Lookup open(SessionToken token, Optional<StoredSession> stored, boolean atHand) {
        SessionId id = token.id();
        if (stored.isEmpty()) {
            context.observers().tell(o -> o.unknownId(id));
            unknownIds.count(many -> context.observers().tell(o -> o.unknownIds(many)));
            return new Lookup.Absent();
        }
        try {
            return open(token, atHand ? cache.of(id, stored.get()) : SessionRecord.of(stored.get()));
        } catch (UnreadableSessionException e) {
            return unreadable(id, e);
        }
    }

    private Lookup open(SessionToken token, SessionRecord stored) {
        SessionId id = token.id();
        long now = context.now();
        if (context.lifetimes().isPastDeadline(stored.header(), now)) {
            context.observers().tell(o -> o.expiredByAge(id));
            return new Lookup.Absent();
        }
        switch (TokenCheck.of(token, stored.header(), now)) {
            case CURRENT -> {
                TrackedSession session = new TrackedSession(context, token, stored);
                session.renewIfDue();
                return new Lookup.Found(session);
            }
            case IN_GRACE -> {
                return new Lookup.Found(new TrackedSession(context, token, stored));
            }
            case SUPERSEDED -> {
                context.observers().tell(o -> o.superseded(id));
                return new Lookup.Superseded();
            }
            case OUTDATED -> context.observers().tell(o -> o.replacedSecret(id));
            case UNKNOWN -> context.observers().tell(o -> o.wrongSecret(id));
        }
        return new Lookup.Absent();
    }

    /**
     * What a token opens by what was last known, while the store cannot be asked. Nothing is reported: what looks wrong may
     * only be old. Nor is a secret renewed, since that could not be saved.
     */
    Optional<Session> lastKnown(SessionToken token) {
        try {
            return context.store()
                    .lastKnown(token.id())
                    .map(SessionRecord::of)
                    .filter(stored -> opens(token, stored))
                    .map(stored -> new TrackedSession(context, token, stored));
        } catch (UnreadableSessionException e) {
            return Optional.empty();
        }
    }

    private boolean opens(SessionToken token, SessionRecord stored) {
        long now = context.now();
        return !context.lifetimes().isPastDeadline(stored.header(), now)
                && TokenCheck.of(token, stored.header(), now) == TokenCheck.CURRENT;
    }

    Lookup unreadable(SessionId id, UnreadableSessionException cause) {
        context.observers().tell(o -> o.unreadableSession(id, cause));
        return new Lookup.Absent();
    }

    /** Extends the session if that is due; nobody waits for it. Once a request is enough, however often it is saved. */
    void touchIfDue(TrackedSession session, SessionRecord state) {
        SessionId id = session.id();
        long now = context.now();
        if (!context.lifetimes().touchIsDue(state.header(), state.touchedAt(), now)) {
            return;
        }
        Duration timeToLive = context.lifetimes().timeToLive(state.header(), now);
        if (timeToLive != null && timeToLive.toMillis() < 1) {
            return;
        }
        session.touched(state, now);
        SessionTouch touch = new SessionTouch(id, state.revision(), Instant.ofEpochMilli(now), timeToLive);
        List<IndexEntry> entries = Membership.entries(context, state, touch, now);
        if (entries.isEmpty()) {
            CompletionStage<Boolean> unused = context.ask(id, store -> store.touch(touch));
        } else {
            // First the indexes: they may know of a session that has ended, and miss none that lives.
            CompletionStage<Boolean> unused = registry.enter(id, entries, true)
                    .thenCompose(entrance -> entrance == Entrance.ENTERED
                            ? context.ask(id, store -> store.touch(touch))
                            : CompletableFuture.completedFuture(false));
        }
    }

    /** A save was not made. That the store was out of reach the observer has heard already. */
    void refused(SessionId id, SojournException cause) {
        if (!(cause instanceof StoreUnavailableException)) {
            context.observers().tell(o -> o.saveRefused(id, cause));
        }
    }

    /** Ends a session, and takes it out of the indexes; nobody waits for the latter. */
    CompletionStage<Boolean> revoke(Session revoked) {
        TrackedSession session = TrackedSession.of(revoked);
        MeasuredOperation operation = context.observers().begin(Operation.REVOKE);
        if (session.revokedUnwritten()) {
            return operation.on(CompletableFuture.completedFuture(false), Engine::revoked);
        }
        SessionId id = session.id();
        boolean isStored = session.isStored();
        Set<IndexKey> keys = Membership.keys(isStored ? session.header() : session.headerNow())
                .keySet();
        long start = System.nanoTime();
        CompletionStage<Boolean> end =
                isStored ? registry.delete(id, Revocation.SESSION) : registry.forbid(id, Revocation.SESSION);
        CompletionStage<Boolean> done = end.thenApply(was -> {
            registry.left(id, keys, true, start);
            session.revoked();
            return was;
        });
        return operation.on(done, Engine::revoked);
    }

    CompletionStage<Boolean> revoke(SessionId id) {
        MeasuredOperation operation = context.observers().begin(Operation.REVOKE);
        return operation.on(registry.delete(id, Revocation.ID), Engine::revoked);
    }

    private static Outcome revoked(boolean was) {
        return was ? Outcome.DONE : Outcome.ABSENT;
    }

    CompletionStage<List<SessionInfo>> list(IndexKey key) {
        MeasuredOperation operation = context.observers().begin(Operation.LIST);
        return operation.on(registry.find(key), found -> Outcome.DONE);
    }

    CompletionStage<Integer> revokeAll(IndexKey key, Revocation verb) {
        MeasuredOperation operation = context.observers().begin(Operation.REVOKE_ALL);
        return operation.on(registry.revoke(key, null, verb), count -> Outcome.DONE);
    }

    CompletionStage<Integer> revokeOthers(Session kept) {
        TrackedSession session = TrackedSession.of(kept);
        Optional<String> principal = session.principal();
        if (principal.isEmpty()) {
            return CompletableFuture.completedFuture(0);
        }
        MeasuredOperation operation = context.observers().begin(Operation.REVOKE_ALL);
        IndexKey key = IndexKey.of(IndexKey.PRINCIPAL, principal.get());
        return operation.on(registry.revokeOthers(key, session), count -> Outcome.DONE);
    }
}
