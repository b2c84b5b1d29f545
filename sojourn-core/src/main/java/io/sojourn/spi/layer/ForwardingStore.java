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
import io.sojourn.spi.SessionEnds;
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

/** A store that hands every call to another store, but for those that a subclass overrides: the base of decorators. */
public abstract class ForwardingStore implements SessionStore {

    /** The store beneath. */
    protected final SessionStore store;

    /** A decorator of that store. */
    protected ForwardingStore(SessionStore store) {
        this.store = store;
    }

    @Override
    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return store.load(id);
    }

    @Override
    public CompletionStage<Optional<StoredSession>> loadAfresh(SessionId id) {
        return store.loadAfresh(id);
    }

    @Override
    public boolean servesCopies() {
        return store.servesCopies();
    }

    @Override
    public CompletionStage<Optional<StoredSession>> peek(SessionId id, String part) {
        return store.peek(id, part);
    }

    @Override
    public Optional<StoredSession> lastKnown(SessionId id) {
        return store.lastKnown(id);
    }

    @Override
    public CompletionStage<CommitResult> commit(SessionWrite write) {
        return store.commit(write);
    }

    @Override
    public CompletionStage<Boolean> touch(SessionTouch touch) {
        return store.touch(touch);
    }

    @Override
    public CompletionStage<Boolean> delete(SessionId id) {
        return store.delete(id);
    }

    @Override
    public CompletionStage<CommitResult> delete(SessionId id, long revision) {
        return store.delete(id, revision);
    }

    @Override
    public CompletionStage<Boolean> tombstone(SessionId id) {
        return store.tombstone(id);
    }

    @Override
    public Optional<SessionEnds> ends() {
        return store.ends();
    }

    @Override
    public CompletionStage<EntryResult> enter(IndexEntry entry) {
        return store.enter(entry);
    }

    @Override
    public CompletionStage<IndexPage> page(IndexKey key, @Nullable IndexCursor after, int count) {
        return store.page(key, after, count);
    }

    @Override
    public CompletionStage<Marking> mark(IndexKey key, @Nullable SessionId except) {
        return store.mark(key, except);
    }

    @Override
    public CompletionStage<List<IndexMember>> marked(IndexKey key) {
        return store.marked(key);
    }

    @Override
    public CompletionStage<Boolean> leave(IndexKey key, Collection<SessionId> ids, boolean ended) {
        return store.leave(key, ids, ended);
    }

    @Override
    public StoreHealth health() {
        return store.health();
    }

    @Override
    public CompletionStage<StoreHealth> checkHealth() {
        return store.checkHealth();
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : store.unwrap(type);
    }

    @Override
    public long maxSessionBytes() {
        return store.maxSessionBytes();
    }

    @Override
    public List<String> servers() {
        return store.servers();
    }

    @Override
    public Optional<NearCacheStatus> nearCache() {
        return store.nearCache();
    }

    /** Closes the store beneath. */
    @Override
    public void close() {
        store.close();
    }
}
