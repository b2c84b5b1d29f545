package io.sojourn.spi.layer;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A store over another store that keeps parts in another form, which a {@link PartLayer} knows: encrypted, compressed.
 * Compare-and-set, times and indexes stay with the store beneath.
 *
 * <p>What to write may depend on what else is stored, for a write names only the parts that change. So a layer has a
 * <em>layout</em>: what it must know of a stored session to write to it, without its bytes. It follows from what was read,
 * and from what was written. The layouts of the sessions that were seen last are remembered, each for one revision; if the
 * one that a write is based on is not among them, the session is loaded first. Whether what is remembered is still true
 * the store beneath decides, which compares the revision. So a write takes one command more than without the layer if
 * {@value #REMEMBERED} other sessions came in between, and is never wrong.
 */
public abstract class LayeredStore extends ForwardingStore {

    /** How many layouts are remembered: {@value}. */
    public static final int REMEMBERED = 10_000;

    private final LayeredParts<?> parts;

    /** A layer over that store. */
    protected LayeredStore(SessionStore store, PartLayer<?> layer) {
        super(store);
        this.parts = new LayeredParts<>(store, layer);
    }

    @Override
    public final CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return parts.load(id);
    }

    /** All parts: which of them a layer needs to open one, it alone knows. */
    @Override
    public final CompletionStage<Optional<StoredSession>> peek(SessionId id, String part) {
        return load(id);
    }

    @Override
    public final Optional<StoredSession> lastKnown(SessionId id) {
        return parts.lastKnown(id);
    }

    @Override
    public final CompletionStage<CommitResult> commit(SessionWrite write) {
        return parts.commit(write);
    }

    @Override
    public final CompletionStage<Boolean> delete(SessionId id) {
        parts.forget(id);
        return store.delete(id);
    }

    @Override
    public final CompletionStage<Optional<StoredSession>> getAndDelete(SessionId id) {
        return parts.getAndDelete(id);
    }

    @Override
    public final CompletionStage<CommitResult> delete(SessionId id, long revision) {
        return parts.delete(id, revision);
    }

    @Override
    public final CompletionStage<Boolean> tombstone(SessionId id) {
        parts.forget(id);
        return store.tombstone(id);
    }
}
