package io.sojourn.spi.layer;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.IndexPage;
import io.sojourn.spi.Marking;
import io.sojourn.spi.NearCacheStatus;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.StoredSession;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

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
public abstract class LayeredStore implements SessionStore {

    /** How many layouts are remembered: {@value}. */
    public static final int REMEMBERED = 10_000;

    private final SessionStore store;
    private final LayeredParts<?> parts;

    /** A layer over that store. */
    protected LayeredStore(SessionStore store, PartLayer<?> layer) {
        this.store = store;
        this.parts = new LayeredParts<>(store, layer);
    }

    @Override
    public final CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return parts.load(id);
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
    public final CompletionStage<Boolean> touch(SessionTouch touch) {
        return store.touch(touch);
    }

    @Override
    public final CompletionStage<Boolean> delete(SessionId id) {
        parts.forget(id);
        return store.delete(id);
    }

    @Override
    public final CompletionStage<CommitResult> delete(SessionId id, long revision) {
        return parts.delete(id, revision);
    }

    @Override
    public final CompletionStage<Boolean> forbid(SessionId id) {
        parts.forget(id);
        return store.forbid(id);
    }

    @Override
    public final CompletionStage<EntryResult> enter(IndexEntry entry) {
        return store.enter(entry);
    }

    @Override
    public final CompletionStage<IndexPage> page(IndexKey key, @Nullable IndexCursor after, int count) {
        return store.page(key, after, count);
    }

    @Override
    public final CompletionStage<Marking> mark(IndexKey key, @Nullable SessionId except) {
        return store.mark(key, except);
    }

    @Override
    public final CompletionStage<List<IndexMember>> marked(IndexKey key) {
        return store.marked(key);
    }

    @Override
    public final CompletionStage<Boolean> leave(IndexKey key, Collection<SessionId> ids, boolean ended) {
        return store.leave(key, ids, ended);
    }

    @Override
    public final StoreHealth health() {
        return store.health();
    }

    @Override
    public final CompletionStage<StoreHealth> checkHealth() {
        return store.checkHealth();
    }

    @Override
    public final long maxSessionBytes() {
        return store.maxSessionBytes();
    }

    @Override
    public final Optional<NearCacheStatus> nearCache() {
        return store.nearCache();
    }

    /** Closes the store beneath. */
    @Override
    public final void close() {
        store.close();
    }
}
