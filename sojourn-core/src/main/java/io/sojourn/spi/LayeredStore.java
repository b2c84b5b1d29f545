package io.sojourn.spi;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A store over another store that keeps parts in another form: encrypted, compressed. Compare-and-set, times and indexes
 * stay with the store beneath.
 *
 * <p>What to write may depend on what else is stored, for a write names only the parts that change. So a layer has a
 * <em>layout</em>: what it must know of a stored session to write to it, without its bytes. It follows from what was read,
 * and from what was written. The layouts of the sessions that were seen last are remembered, each for one revision; if the
 * one that a write is based on is not among them, the session is loaded first. Whether what is remembered is still true
 * the store beneath decides, which compares the revision. So a write takes one command more than without the layer if
 * {@value #REMEMBERED} other sessions came in between, and is never wrong.
 *
 * @param <L> the layout: immutable, and small
 */
public abstract class LayeredStore<L> implements SessionStore {

    /** How many layouts are remembered: {@value}. */
    public static final int REMEMBERED = 10_000;

    /**
     * A stored session as it is for those above.
     *
     * @param parts the parts by their own names
     * @param layout what to know for the next write
     */
    public record Opened<L>(Map<String, byte[]> parts, L layout) {}

    /**
     * A write as it is for the store beneath.
     *
     * @param write of the same id, revisions and times as the one from above
     * @param layout what to know when it was applied
     */
    public record Laid<L>(SessionWrite write, L layout) {}

    private final SessionStore store;
    private final Layouts<L> layouts = new Layouts<>(REMEMBERED);

    /** A layer over that store. */
    protected LayeredStore(SessionStore store) {
        this.store = store;
    }

    /**
     * Reads what lies in the store beneath.
     *
     * @throws UnreadableSessionException if this layer did not write it, or not so
     */
    protected abstract Opened<L> open(SessionId id, StoredSession stored);

    /**
     * Says how to write something.
     *
     * @param before the layout of the session at the expected revision; null if the write creates one
     */
    protected abstract Laid<L> lay(SessionWrite write, @Nullable L before);

    /**
     * The parts that should be written anew with the next write, for they are not in the form that this layer writes. By
     * default none. If there are some that the next write would leave alone, it costs a load more, once.
     */
    protected Set<String> outdated(L layout) {
        return Set.of();
    }

    @Override
    public final CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return store.load(id).thenApply(stored -> stored.map(there -> read(id, there)));
    }

    private StoredSession read(SessionId id, StoredSession stored) {
        Opened<L> opened = open(id, stored);
        layouts.remember(id, stored.revision(), opened.layout());
        return new StoredSession(stored.revision(), stored.touchedAt(), opened.parts());
    }

    @Override
    public final CompletionStage<CommitResult> commit(SessionWrite write) {
        if (write.creates()) {
            return apply(write, null);
        }
        L layout = layouts.recall(write.id(), write.expectedRevision());
        if (layout != null && outdated(layout).stream().allMatch(part -> isNamed(part, write))) {
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
        Opened<L> opened = open(write.id(), stored);
        Map<String, byte[]> anew = new HashMap<>(opened.parts());
        anew.keySet().retainAll(outdated(opened.layout()));
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
        Laid<L> laid;
        try {
            laid = lay(write, before);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        return store.commit(laid.write()).thenApply(result -> {
            if (result instanceof CommitResult.Applied) {
                layouts.remember(write.id(), write.revision(), laid.layout());
            }
            return result instanceof CommitResult.Conflict conflict
                    ? new CommitResult.Conflict(read(write.id(), conflict.current()))
                    : result;
        });
    }

    @Override
    public final CompletionStage<Boolean> touch(SessionTouch touch) {
        return store.touch(touch);
    }

    @Override
    public final CompletionStage<Boolean> delete(SessionId id) {
        layouts.forget(id);
        return store.delete(id);
    }

    @Override
    public final CompletionStage<Boolean> forbid(SessionId id) {
        layouts.forget(id);
        return store.forbid(id);
    }

    @Override
    public final CompletionStage<EntryResult> enter(IndexEntry entry) {
        return store.enter(entry);
    }

    @Override
    public final CompletionStage<List<IndexMember>> members(IndexKey key) {
        return store.members(key);
    }

    @Override
    public final CompletionStage<List<IndexMember>> mark(IndexKey key, @Nullable SessionId except) {
        return store.mark(key, except);
    }

    @Override
    public final CompletionStage<Boolean> leave(IndexKey key, Collection<SessionId> ids, boolean ended) {
        return store.leave(key, ids, ended);
    }

    /** Closes the store beneath. */
    @Override
    public final void close() {
        store.close();
    }
}
