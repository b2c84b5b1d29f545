package io.sojourn;

import io.sojourn.format.Header;
import io.sojourn.format.Superseded;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.StoredSession;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All that blocking and asynchronous managers have in common: everything but the waiting.
 */
final class Engine {

    private final SessionStore store;
    private final SessionSettings settings;
    private final Lifetimes lifetimes;
    private final SafeObserver observer;

    Engine(SessionStore store, SessionSettings settings) {
        this.store = store;
        this.settings = settings;
        this.lifetimes = new Lifetimes(settings);
        this.observer = new SafeObserver(settings.observer());
    }

    SessionSettings settings() {
        return settings;
    }

    Codecs codecs() {
        return settings.codecs();
    }

    Lifetimes lifetimes() {
        return lifetimes;
    }

    SafeObserver observer() {
        return observer;
    }

    long now() {
        return settings.clock().millis();
    }

    SessionToken newToken(SessionId id) {
        return SessionToken.random(id, settings.random());
    }

    Session create(boolean isTransient) {
        SessionToken token = newToken(SessionId.random(settings.random()));
        return new Session(this, token, newHeader(token), isTransient);
    }

    Session create(SessionToken chosen) {
        Session session = new Session(this, chosen, newHeader(chosen), false);
        session.keepToken();
        return session;
    }

    Header newHeader(SessionToken token) {
        long now = now();
        long absolute = settings.absoluteTimeout().toMillis();
        return Header.create(
                now,
                settings.idleTimeout().toMillis(),
                absolute == Header.NONE ? Header.NONE : now + absolute,
                token.verifier());
    }

    /** What a token leads to, given what is stored under its id. */
    Lookup open(SessionToken token, Optional<StoredSession> stored) {
        SessionId id = token.id();
        if (stored.isEmpty()) {
            observer.tell(o -> o.unknownId(id));
            return new Lookup.Absent();
        }
        try {
            return open(token, SessionState.of(stored.get()));
        } catch (UnreadableSessionException e) {
            return unreadable(id, e);
        }
    }

    private Lookup open(SessionToken token, SessionState state) {
        Header header = state.header();
        byte[] shown = token.verifier();
        boolean opens = SessionToken.same(shown, header.verifier());
        if (lifetimes.isPastDeadline(header, now())) {
            return new Lookup.Absent();
        }
        if (opens) {
            return new Lookup.Found(new Session(this, token, state));
        }
        if (wasSupersededJustNow(shown, header)) {
            observer.tell(o -> o.superseded(token.id()));
            return new Lookup.Superseded();
        }
        observer.tell(o -> o.wrongSecret(token.id()));
        return new Lookup.Absent();
    }

    /** Whether a token opens this state, or did until a moment ago. */
    boolean belongs(SessionToken token, SessionState state) {
        byte[] shown = token.verifier();
        Header header = state.header();
        return !lifetimes.isPastDeadline(header, now())
                && (SessionToken.same(shown, header.verifier()) || wasSupersededJustNow(shown, header));
    }

    private boolean wasSupersededJustNow(byte[] shown, Header header) {
        long now = now();
        boolean found = false;
        for (Superseded one : header.superseded()) {
            // Both ways, since the clock of the node that rotated may be ahead.
            boolean recent = Math.abs(now - one.atMillis()) < SessionSettings.SUPERSEDED_FOR.toMillis();
            found |= SessionToken.same(shown, one.verifier()) && recent;
        }
        return found;
    }

    Lookup unreadable(SessionId id, UnreadableSessionException cause) {
        observer.tell(o -> o.unreadableSession(id, cause));
        return new Lookup.Absent();
    }

    /** Extends the session if that is due; nobody waits for it. Once a request is enough, however often it is saved. */
    void touchIfDue(Session session, SessionState state) {
        SessionId id = session.id();
        long now = now();
        if (!lifetimes.touchIsDue(state.header(), state.touchedAt(), now)) {
            return;
        }
        Duration timeToLive = lifetimes.timeToLive(state.header(), now);
        if (timeToLive != null && timeToLive.toMillis() < 1) {
            return;
        }
        session.touched(state, now);
        SessionTouch touch = new SessionTouch(id, state.revision(), Instant.ofEpochMilli(now), timeToLive);
        CompletionStage<Boolean> unused = ask(id, store -> store.touch(touch));
    }

    /** A save was not made. That the store was out of reach the observer has heard already. */
    void refused(SessionId id, SojournException cause) {
        if (!(cause instanceof StoreUnavailableException)) {
            observer.tell(o -> o.saveRefused(id, cause));
        }
    }

    void revoked(SessionId id, boolean wasThere) {
        if (wasThere) {
            observer.tell(o -> o.revoked(id));
        }
    }

    /**
     * Asks the store. Whatever it fails with, and even if it throws instead, the stage fails with one of our exceptions;
     * if the store was unavailable, the observer has heard of it.
     */
    <T> CompletionStage<T> ask(SessionId id, Function<SessionStore, CompletionStage<T>> question) {
        CompletionStage<T> reply;
        try {
            reply = question.apply(store);
        } catch (RuntimeException e) {
            reply = CompletableFuture.failedFuture(e);
        }
        BiFunction<T, @Nullable Throwable, T> answer = (value, failure) -> {
            if (failure == null) {
                return value;
            }
            SojournException cause = Waiting.sojournException(failure);
            if (cause instanceof StoreUnavailableException) {
                observer.tell(o -> o.storeFailed(id, cause));
            }
            throw cause;
        };
        return reply.handle(answer);
    }
}
