package io.sojourn.spring.move;

import io.sojourn.SessionId;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.Marking;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.layer.ForwardingStore;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Remembers a revocation for the sessions that have not moved, before the store beneath carries it out. */
final class RememberingStore extends ForwardingStore {

    private final SpringSessionStore old;

    RememberingStore(SessionStore store, SpringSessionStore old) {
        super(store);
        this.old = old;
    }

    @Override
    public CompletionStage<Marking> mark(IndexKey key, @Nullable SessionId except) {
        return old.remember(key).thenCompose(remembered -> super.mark(key, except));
    }
}
