package io.sojourn.races;

import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.layer.ForwardingStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lays a write that is based on an older state over the newer one, instead of telling of the conflict. */
final class ForgetfulStore extends ForwardingStore {

    ForgetfulStore(SessionStore store) {
        super(store);
    }

    @Override
    public CompletionStage<CommitResult> commit(SessionWrite write) {
        return store.commit(write)
                .thenCompose(result -> result instanceof CommitResult.Conflict conflict
                        ? store.commit(onTopOf(conflict.current().revision(), write))
                        : CompletableFuture.completedFuture(result));
    }

    private static SessionWrite onTopOf(long revision, SessionWrite write) {
        return new SessionWrite(
                write.id(),
                revision,
                write.revision(),
                write.touchedAt(),
                write.timeToLive(),
                write.put(),
                write.remove());
    }
}
