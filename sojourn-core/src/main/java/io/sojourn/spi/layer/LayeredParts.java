package io.sojourn.spi.layer;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Loads and commits through a layer, and remembers the layouts that it saw. */
final class LayeredParts<L> {

    private final SessionStore store;
    private final PartLayer<L> layer;
    private final Layouts<L> layouts = new Layouts<>(LayeredStore.REMEMBERED);

    LayeredParts(SessionStore store, PartLayer<L> layer) {
        this.store = store;
        this.layer = layer;
    }

    CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return store.load(id).thenApply(stored -> stored.map(there -> read(id, there)));
    }

    CompletionStage<Optional<StoredSession>> getAndDelete(SessionId id) {
        forget(id);
        return store.getAndDelete(id)
                .thenApply(stored -> stored.map(there -> new StoredSession(
                        there.revision(),
                        there.touchedAt(),
                        layer.open(id, there).parts())));
    }

    Optional<StoredSession> lastKnown(SessionId id) {
        return store.lastKnown(id).map(there -> read(id, there));
    }

    private StoredSession read(SessionId id, StoredSession stored) {
        PartLayer.Opened<L> opened = layer.open(id, stored);
        layouts.remember(id, stored.revision(), opened.layout());
        return new StoredSession(stored.revision(), stored.touchedAt(), opened.parts());
    }

    CompletionStage<CommitResult> commit(SessionWrite write) {
        if (write.creates()) {
            return apply(write, null);
        }
        L layout = layouts.recall(write.id(), write.expectedRevision());
        if (layout != null && layer.outdated(layout).stream().allMatch(part -> isNamed(part, write))) {
            return apply(write, layout);
        }
        return store.load(write.id())
                .thenCompose(stored -> stored.isEmpty()
                        ? CompletableFuture.completedFuture(CommitResult.GONE)
                        : commitOn(stored.get(), write));
    }

    private static boolean isNamed(String part, SessionWrite write) {
        return write.put().containsKey(part) || write.remove().contains(part);
    }

    private CompletionStage<CommitResult> commitOn(StoredSession stored, SessionWrite write) {
        if (stored.revision() != write.expectedRevision()) {
            return CompletableFuture.completedFuture(new CommitResult.Conflict(read(write.id(), stored)));
        }
        PartLayer.Opened<L> opened = layer.open(write.id(), stored);
        Map<String, byte[]> anew = new HashMap<>(opened.parts());
        anew.keySet().retainAll(layer.outdated(opened.layout()));
        anew.keySet().removeAll(write.remove());
        anew.putAll(write.put());
        SessionWrite whole = new SessionWrite(
                write.id(),
                write.expectedRevision(),
                write.revision(),
                write.touchedAt(),
                write.timeToLive(),
                anew,
                write.remove());
        return apply(whole, opened.layout());
    }

    private CompletionStage<CommitResult> apply(SessionWrite write, @Nullable L before) {
        PartLayer.Laid<L> laid;
        try {
            laid = layer.lay(write, before);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        return store.commit(laid.write()).thenApply(result -> {
            if (result instanceof CommitResult.Applied) {
                layouts.remember(write.id(), write.revision(), laid.layout());
            }
            return opened(write.id(), result);
        });
    }

    CompletionStage<CommitResult> delete(SessionId id, long revision) {
        forget(id);
        return store.delete(id, revision).thenApply(result -> opened(id, result));
    }

    private CommitResult opened(SessionId id, CommitResult result) {
        return result instanceof CommitResult.Conflict conflict
                ? new CommitResult.Conflict(read(id, conflict.current()))
                : result;
    }

    void forget(SessionId id) {
        layouts.forget(id);
    }
}
