package io.sojourn.redis;

import io.sojourn.SessionId;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.ForwardingStore;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A store with a near cache, which before each load waits until it has been told of all that others have done so far: the
 * reply to a {@code PING} comes after that. What is left is to be exactly what a store without a cache is.
 */
final class Settled extends ForwardingStore {

    private final RedisStore cached;

    Settled(RedisStore cached) {
        super(cached);
        this.cached = cached;
    }

    @Override
    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return cached.answer("A PING", commands -> commands.ping(), pong -> pong)
                .thenCompose(pong -> cached.load(id));
    }
}
