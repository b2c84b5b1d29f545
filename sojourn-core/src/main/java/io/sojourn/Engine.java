package io.sojourn;

import io.sojourn.format.Header;
import io.sojourn.format.Superseded;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.Operation;
import io.sojourn.spi.Operation.Outcome;
import io.sojourn.spi.Revocation;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.StoredSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens tokens, touches and revokes sessions; never blocks. Both managers drive it.
 */
final class Engine {

    private final EngineContext context;
    private final Registry registry;
    private final Burst unknownIds;
    private final ParsedStates parsed = new ParsedStates();

    Engine(EngineContext context) {
        this.context = context;
        this.registry = new Registry(context);
        this.unknownIds = new Burst(context.settings().clock());
        context.observer().tell(o -> o.started(context.store()));
    }

    EngineContext context() {
        return context;
    }

    Registry registry() {
        return registry;
    }

    Session create(boolean isTransient) {
        SessionToken token = context.newToken(context.newId());
        return new Session(context, token, context.newHeader(token), isTransient);
    }

    Session create(SessionToken chosen) {
        Session session = new Session(context, chosen, context.newHeader(chosen), false);
        session.keepToken();
        return session;
    }

    /** What a token leads to, for a caller who waits. */
    Lookup openAndWait(SessionToken token, Watch watch) {
        SessionId id = token.id();
        CompletionStage<Optional<StoredSession>> reply;
        try {
            reply = context.store().load(id);
        } catch (RuntimeException e) {
            throw context.failed(id, e);
        }
        boolean atHand = Waiting.isValue(reply);
        Optional<StoredSession> stored = atHand
                ? reply.toCompletableFuture().join()
                : Waiting.await(reply, failure -> context.failed(id, failure));
        watch.read(stored);
        return open(token, stored, atHand);
    }

    /** What a token leads to, given what is stored under its id. */
    Lookup open(SessionToken token, Optional<StoredSession> stored) {
        return open(token, stored, false);
    }

    private Lookup open(SessionToken token, Optional<StoredSession> stored, boolean atHand) {
        SessionId id = token.id();
        if (stored.isEmpty()) {
            context.observer().tell(o -> o.unknownId(id));
            unknownIds.count(many -> context.observer().tell(o -> o.unknownIds(many)));
            return new Lookup.Absent();
        }
        try {
            return open(token, atHand ? parsed.of(id, stored.get()) : SessionState.of(stored.get()));
        } catch (UnreadableSessionException e) {
            return unreadable(id, e);
        }
    }

    private Lookup open(SessionToken token, SessionState state) {
        Header header = state.header();
        boolean opens = token.hasVerifier(header.verifier());
        long now = context.now();
        if (context.lifetimes().isPastDeadline(header, now)) {
            context.observer().tell(o -> o.expiredByAge(token.id()));
            return new Lookup.Absent();
        }
        if (opens) {
            Session session = new Session(context, token, state);
            session.renewIfDue();
            return new Lookup.Found(session);
        }
        byte[] shown = token.verifier();
        @Nullable Superseded replaced = replaced(shown, header);
        if (replaced == null) {
            context.observer().tell(o -> o.wrongSecret(token.id()));
            return new Lookup.Absent();
        }
        if (isRecent(replaced, now)) {
            // No grace is longer than that, unless the clock of the node that gave it is far ahead.
            if (header.isInGrace(now)
                    && SessionToken.same(shown, header.superseded().get(0).verifier())) {
                return new Lookup.Found(new Session(context, token, state));
            }
            context.observer().tell(o -> o.superseded(token.id()));
            return new Lookup.Superseded();
        }
        context.observer().tell(o -> o.replacedSecret(token.id()));
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
                    .map(SessionState::of)
                    .filter(state -> !context.lifetimes().isPastDeadline(state.header(), context.now())
                            && SessionToken.same(
                                    token.verifier(), state.header().verifier()))
                    .map(state -> new Session(context, token, state));
        } catch (UnreadableSessionException e) {
            return Optional.empty();
        }
    }

    /** Whether a token opens this state, or did until a moment ago. */
    boolean belongs(SessionToken token, SessionState state) {
        byte[] shown = token.verifier();
        Header header = state.header();
        @Nullable Superseded replaced = replaced(shown, header);
        long now = context.now();
        return !context.lifetimes().isPastDeadline(header, now)
                && (SessionToken.same(shown, header.verifier()) || (replaced != null && isRecent(replaced, now)));
    }

    /** Both ways, since the clock of the node that rotated may be ahead. */
    private static boolean isRecent(Superseded replaced, long now) {
        return Math.abs(now - replaced.atMillis()) < SessionSettings.SUPERSEDED_FOR.toMillis();
    }

    /** The replaced verifier of this secret; takes the same time wherever it is in the list. */
    private static @Nullable Superseded replaced(byte[] shown, Header header) {
        Superseded found = null;
        for (Superseded one : header.superseded()) {
            found = SessionToken.same(shown, one.verifier()) ? one : found;
        }
        return found;
    }

    Lookup unreadable(SessionId id, UnreadableSessionException cause) {
        context.observer().tell(o -> o.unreadableSession(id, cause));
        return new Lookup.Absent();
    }

    /** Extends the session if that is due; nobody waits for it. Once a request is enough, however often it is saved. */
    void touchIfDue(Session session, SessionState state) {
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
            context.observer().tell(o -> o.saveRefused(id, cause));
        }
    }

    /** Ends a session, and takes it out of the indexes; nobody waits for the latter. */
    CompletionStage<Boolean> revoke(Session session) {
        Watch watch = context.observer().begin(Operation.REVOKE);
        if (session.revokedUnwritten()) {
            return watch.on(CompletableFuture.completedFuture(false), Engine::revoked);
        }
        SessionId id = session.id();
        boolean isStored = session.isStored();
        Set<IndexKey> keys = Membership.keys(isStored ? session.header() : session.headerNow())
                .keySet();
        long start = System.nanoTime();
        CompletionStage<Boolean> revoked =
                isStored ? registry.delete(id, Revocation.SESSION) : registry.forbid(id, Revocation.SESSION);
        CompletionStage<Boolean> done = revoked.thenApply(was -> {
            registry.left(id, keys, true, start);
            session.revoked();
            return was;
        });
        return watch.on(done, Engine::revoked);
    }

    CompletionStage<Boolean> revoke(SessionId id) {
        Watch watch = context.observer().begin(Operation.REVOKE);
        return watch.on(registry.delete(id, Revocation.ID), Engine::revoked);
    }

    private static Outcome revoked(boolean was) {
        return was ? Outcome.DONE : Outcome.ABSENT;
    }

    CompletionStage<List<SessionInfo>> list(IndexKey key) {
        Watch watch = context.observer().begin(Operation.LIST);
        return watch.on(registry.find(key), found -> Outcome.DONE);
    }

    CompletionStage<Integer> revokeAll(IndexKey key, Revocation verb) {
        Watch watch = context.observer().begin(Operation.REVOKE_ALL);
        return watch.on(registry.revoke(key, null, verb), count -> Outcome.DONE);
    }

    CompletionStage<Integer> revokeOthers(Session session) {
        Optional<String> principal = session.principal();
        if (principal.isEmpty()) {
            return CompletableFuture.completedFuture(0);
        }
        Watch watch = context.observer().begin(Operation.REVOKE_ALL);
        IndexKey key = IndexKey.of(IndexKey.PRINCIPAL, principal.get());
        return watch.on(registry.revokeOthers(key, session), count -> Outcome.DONE);
    }

    /** As {@link EngineContext#ask}, for a caller who waits: he needs no stage of his own, and the store's thread is done sooner. */
    <T> T askAndWait(SessionId id, Function<SessionStore, CompletionStage<T>> question) {
        CompletionStage<T> reply;
        try {
            reply = question.apply(context.store());
        } catch (RuntimeException e) {
            throw context.failed(id, e);
        }
        return Waiting.await(reply, failure -> context.failed(id, failure));
    }
}
