package io.sojourn.engine;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A store that answers everything with a failure; what the supplier throws instead is thrown by the calls themselves. */
record FailingStore(Supplier<Throwable> failure) implements SessionStore {

    @Override
    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return CompletableFuture.failedFuture(failure.get());
    }

    @Override
    public CompletionStage<CommitResult> commit(SessionWrite write) {
        return CompletableFuture.failedFuture(failure.get());
    }

    @Override
    public CompletionStage<Boolean> touch(SessionTouch touch) {
        return CompletableFuture.failedFuture(failure.get());
    }

    @Override
    public CompletionStage<Boolean> delete(SessionId id) {
        return CompletableFuture.failedFuture(failure.get());
    }

    @Override
    public void close() {}
}
