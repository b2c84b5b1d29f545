package io.sojourn.redis;

import io.sojourn.SessionId;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.layer.ForwardingStore;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A store with a near cache, which before each load waits until it has been told of all that others have done so far: the
 * reply to a question about the session comes after that, over the same connection. What is left is to be exactly what a store without a cache is.
 */
final class Settled extends ForwardingStore {

    private final RedisStore cached;

    Settled(RedisStore cached) {
        super(cached);
        this.cached = cached;
    }

    @Override
    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return cached.operations()
                .answer("A PTTL", commands -> commands.pttl(cached.prefix() + ":" + id), left -> left)
                .thenCompose(left -> cached.load(id));
    }
}
