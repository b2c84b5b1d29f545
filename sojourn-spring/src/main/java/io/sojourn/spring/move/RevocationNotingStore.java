package io.sojourn.spring.move;

import io.sojourn.SessionId;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.Marking;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.layer.ForwardingStore;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Notes in Redis that all sessions of a user were revoked, for the sessions that have not moved, before the store beneath revokes the others. */
final class RevocationNotingStore extends ForwardingStore {

    private final SpringSessionStore old;

    RevocationNotingStore(SessionStore store, SpringSessionStore old) {
        super(store);
        this.old = old;
    }

    @Override
    public CompletionStage<Marking> mark(IndexKey key, @Nullable SessionId except) {
        return old.noteRevocation(key).thenCompose(noted -> super.mark(key, except));
    }
}
