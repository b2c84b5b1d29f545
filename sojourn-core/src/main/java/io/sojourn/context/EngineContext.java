package io.sojourn.context;

import io.sojourn.SessionId;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.format.Header;
import io.sojourn.record.EventTime;
import io.sojourn.record.Lifetimes;
import io.sojourn.spi.SessionStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What every class of the engine needs and none of them owns: the store, the settings, the clock, the observers, and
 * {@link #ask}, the one guarded call to the store. It knows no other class of the engine.
 */
public record EngineContext(
        SessionStore store, SessionSettings settings, Codecs codecs, Lifetimes lifetimes, Observers observers) {

    public EngineContext(SessionStore store, SessionSettings settings) {
        this(
                store,
                settings,
                new Codecs(settings.codec(), settings.alsoRead()),
                new Lifetimes(settings),
                new Observers(settings.allObservers()));
    }

    /** The time by the configured clock, in milliseconds since the epoch. */
    public long now() {
        return settings.clock().millis();
    }

    /** This moment, for what is said now. */
    public EventTime moment() {
        return new EventTime(settings.clock().instant(), System.nanoTime(), 0);
    }

    /**
     * How long ago a moment was: by the configured clock or by {@link System#nanoTime()}, whichever says longer, since a
     * clock may be set back; and a thousandth more, since the store's clock may run faster than this node's.
     */
    public Duration age(EventTime moment) {
        Duration age = moment.until(settings.clock().instant(), System.nanoTime());
        return age.isNegative()
                ? Duration.ZERO
                : age.plusMillis(age.toSeconds()).plusNanos(age.toNanosPart() / 1_000);
    }

    public SessionId newId() {
        return SessionId.random(settings.random());
    }

    public SessionToken newToken(SessionId id) {
        return SessionToken.random(id, settings.random());
    }

    /** The header of a new session, with the configured limits. */
    public Header newHeader(SessionToken token) {
        long now = now();
        long absolute = settings.absoluteTimeout().toMillis();
        return Header.create(
                now,
                settings.idleTimeout().toMillis(),
                absolute == Header.NONE ? Header.NONE : now + absolute,
                token.verifier());
    }

    /**
     * Asks the store, without waiting. If the store fails, or throws instead of answering, the returned stage fails with a
     * {@link SojournException}; if the store was unavailable, the observers have been told.
     */
    public <T> CompletionStage<T> ask(@Nullable SessionId id, Function<SessionStore, CompletionStage<T>> question) {
        return ask(WaitStrategy.ASYNC, id, question);
    }

    /** As {@link #ask(SessionId, Function)}, waiting as the caller does. */
    public <T> CompletionStage<T> ask(
            WaitStrategy wait, @Nullable SessionId id, Function<SessionStore, CompletionStage<T>> question) {
        return wait.settle(send(question), failure -> failed(id, failure));
    }

    /** The store's own stage. What it fails with is to be passed to {@link #failed}. */
    public <T> CompletionStage<T> send(Function<SessionStore, CompletionStage<T>> question) {
        try {
            return question.apply(store);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The exception to throw for what the store failed with; tells the observers if the store was unavailable. */
    public SojournException failed(@Nullable SessionId id, Throwable failure) {
        SojournException cause = Waiting.sojournException(failure);
        if (cause instanceof StoreUnavailableException && id != null) {
            observers.tell(o -> o.storeFailed(id, cause));
        }
        return cause;
    }
}
