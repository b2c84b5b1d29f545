package io.sojourn.spi.layer;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A store over another store that keeps parts in another form, which a {@link PartLayer} knows: encrypted, compressed.
 * Compare-and-set, times and indexes stay with the store beneath.
 *
 * <p>What to write may depend on what else is stored, for a write names only the parts that change. So a layer has a
 * <em>layout</em>: what it must know of a stored session to write to it, without its bytes. It follows from what was read,
 * and from what was written. The layouts of the sessions that were seen last are cached, each for one revision; if the
 * one that a write is based on is not among them, the session is loaded first. Whether a cached layout is still true
 * the store beneath decides, which compares the revision. So a write takes one command more than without the layer if
 * {@value #CACHED_LAYOUTS} other sessions came in between, and is never wrong.
 */
public abstract class LayeredStore extends ForwardingStore {

    /** How many layouts are cached: {@value}. */
    public static final int CACHED_LAYOUTS = 10_000;

    private record Seen(long revision, Object layout) {}

    private final PartLayer<Object> layer;

    /** The layouts that were seen last, ordered by use; guarded by itself. */
    private final Map<SessionId, Seen> layouts = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionId, Seen> eldest) {
            return size() > CACHED_LAYOUTS;
        }
    };

    /** A layer over that store. */
    @SuppressWarnings("unchecked") // A layer is given no layout but its own.
    protected LayeredStore(SessionStore store, PartLayer<?> layer) {
        super(store);
        this.layer = (PartLayer<Object>) layer;
    }

    @Override
    public final CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return store.load(id).thenApply(stored -> stored.map(there -> read(id, there)));
    }

    @Override
    public final CompletionStage<Optional<StoredSession>> loadAfresh(SessionId id) {
        return store.loadAfresh(id).thenApply(stored -> stored.map(there -> read(id, there)));
    }

    /** All parts: which of them a layer needs to open one, it alone knows. */
    @Override
    public final CompletionStage<Optional<StoredSession>> peek(SessionId id, String part) {
        return load(id);
    }

    @Override
    public final Optional<StoredSession> lastKnown(SessionId id) {
        return store.lastKnown(id).map(there -> read(id, there));
    }

    private StoredSession read(SessionId id, StoredSession stored) {
        PartLayer.Opened<Object> opened = layer.open(id, stored);
        cacheLayout(id, stored.revision(), opened.layout());
        return new StoredSession(stored.revision(), stored.touchedAt(), opened.parts());
    }

    @Override
    public final CompletionStage<CommitResult> commit(SessionWrite write) {
        if (write.creates()) {
            return apply(write, null);
        }
        Object layout = recall(write.id(), write.expectedRevision());
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
        PartLayer.Opened<Object> opened = layer.open(write.id(), stored);
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

    private CompletionStage<CommitResult> apply(SessionWrite write, @Nullable Object before) {
        PartLayer.Laid<Object> laid;
        try {
            laid = layer.lay(write, before);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        return store.commit(laid.write()).thenApply(result -> {
            if (result instanceof CommitResult.Applied) {
                cacheLayout(write.id(), write.revision(), laid.layout());
            }
            return opened(write.id(), result);
        });
    }

    private CommitResult opened(SessionId id, CommitResult result) {
        return result instanceof CommitResult.Conflict conflict
                ? new CommitResult.Conflict(read(id, conflict.current()))
                : result;
    }

    @Override
    public final CompletionStage<Boolean> delete(SessionId id) {
        forget(id);
        return store.delete(id);
    }

    /** A state that nothing will be written to any more. */
    private StoredSession last(SessionId id, StoredSession stored) {
        return new StoredSession(
                stored.revision(), stored.touchedAt(), layer.open(id, stored).parts());
    }

    @Override
    public final CompletionStage<CommitResult> delete(SessionId id, long revision) {
        forget(id);
        return store.delete(id, revision).thenApply(result -> opened(id, result));
    }

    private SessionEnds.State last(SessionId id, SessionEnds.State.Ended ended) {
        try {
            return new SessionEnds.State.Ended(last(id, ended.last()), ended.cause(), ended.tries());
        } catch (UnreadableSessionException e) {
            return new SessionEnds.State.Unreadable(e, ended.cause(), ended.tries());
        }
    }

    /** Those of the store beneath; what is kept of ended sessions is in the form of the layer. */
    @Override
    public final Optional<SessionEnds> ends() {
        return store.ends().map(beneath -> new ForwardingEnds(beneath) {
            @Override
            public CompletionStage<SessionEnds.State> look(SessionId id) {
                return super.look(id)
                        .thenApply(state -> state instanceof SessionEnds.State.Ended ended ? last(id, ended) : state);
            }

            @Override
            public CompletionStage<Optional<StoredSession>> kept(SessionId id) {
                return super.kept(id).thenApply(stored -> stored.map(there -> last(id, there)));
            }

            @Override
            public CompletionStage<CommitResult> end(SessionId id, long revision, String cause, boolean forbids) {
                forget(id);
                return super.end(id, revision, cause, forbids).thenApply(result -> opened(id, result));
            }
        });
    }

    @Override
    public final CompletionStage<Boolean> tombstone(SessionId id) {
        forget(id);
        return store.tombstone(id);
    }

    private @Nullable Object recall(SessionId id, long revision) {
        synchronized (layouts) {
            Seen last = layouts.get(id);
            return last == null || last.revision() != revision ? null : last.layout();
        }
    }

    private void cacheLayout(SessionId id, long revision, Object layout) {
        synchronized (layouts) {
            layouts.put(id, new Seen(revision, layout));
        }
    }

    private void forget(SessionId id) {
        synchronized (layouts) {
            layouts.remove(id);
        }
    }
}
