package io.sojourn.engine;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.IndexPage;
import io.sojourn.spi.Marking;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
    public CompletionStage<CommitResult> delete(SessionId id, long revision) {
        return CompletableFuture.failedFuture(failure.get());
    }

    @Override
    public CompletionStage<Boolean> tombstone(SessionId id) {
        return CompletableFuture.failedFuture(failure.get());
    }

    @Override
    public CompletionStage<EntryResult> enter(IndexEntry entry) {
        return CompletableFuture.failedFuture(failure.get());
    }

    @Override
    public CompletionStage<IndexPage> page(IndexKey key, @Nullable IndexCursor after, int count) {
        return CompletableFuture.failedFuture(failure.get());
    }

    @Override
    public CompletionStage<List<IndexMember>> marked(IndexKey key) {
        return CompletableFuture.failedFuture(failure.get());
    }

    @Override
    public CompletionStage<Marking> mark(IndexKey key, @Nullable SessionId except) {
        return CompletableFuture.failedFuture(failure.get());
    }

    @Override
    public CompletionStage<Boolean> leave(IndexKey key, Collection<SessionId> ids, boolean ended) {
        return CompletableFuture.failedFuture(failure.get());
    }

    @Override
    public void close() {}
}
