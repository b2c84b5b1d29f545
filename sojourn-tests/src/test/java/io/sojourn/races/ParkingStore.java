package io.sojourn.races;

import io.sojourn.SessionId;
import io.sojourn.races.ParkedCall.Access;
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
import io.sojourn.spi.layer.ForwardingStore;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The store as one node of an application sees it: every call waits until the scheduler lets it go. */
final class ParkingStore extends ForwardingStore {

    private final int node;
    private final Scheduler scheduler;

    ParkingStore(SessionStore store, int node, Scheduler scheduler) {
        super(store);
        this.node = node;
        this.scheduler = scheduler;
    }

    private <T> CompletionStage<T> park(
            String name, Object object, Access access, boolean isAwaited, Supplier<CompletionStage<T>> call) {
        return scheduler.park(new ParkedCall<>(node, name, object.toString(), access, isAwaited, call));
    }

    @Override
    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return park("load", id, Access.READ, true, () -> store.load(id));
    }

    @Override
    public CompletionStage<Optional<StoredSession>> loadAfresh(SessionId id) {
        return park("load afresh", id, Access.READ, true, () -> store.loadAfresh(id));
    }

    @Override
    public CompletionStage<Optional<StoredSession>> peek(SessionId id, String part) {
        return park("peek", id, Access.READ, true, () -> store.peek(id, part));
    }

    @Override
    public CompletionStage<CommitResult> commit(SessionWrite write) {
        return park("commit", write.id(), Access.WRITE, true, () -> store.commit(write));
    }

    @Override
    public CompletionStage<Boolean> touch(SessionTouch touch) {
        return park("touch", touch.id(), Access.WRITE, false, () -> store.touch(touch));
    }

    @Override
    public CompletionStage<Boolean> delete(SessionId id) {
        return park("delete", id, Access.WRITE, true, () -> store.delete(id));
    }

    @Override
    public CompletionStage<CommitResult> delete(SessionId id, long revision) {
        return park("delete at revision", id, Access.WRITE, true, () -> store.delete(id, revision));
    }

    @Override
    public CompletionStage<Boolean> tombstone(SessionId id) {
        return park("tombstone", id, Access.WRITE, true, () -> store.tombstone(id));
    }

    @Override
    public CompletionStage<EntryResult> enter(IndexEntry entry) {
        return park("enter", entry.key(), Access.WRITE, true, () -> store.enter(entry));
    }

    @Override
    public CompletionStage<IndexPage> page(IndexKey key, @Nullable IndexCursor after, int count) {
        return park("page", key, Access.READ, true, () -> store.page(key, after, count));
    }

    @Override
    public CompletionStage<Marking> mark(IndexKey key, @Nullable SessionId except) {
        return park("mark", key, Access.MOMENT, true, () -> store.mark(key, except));
    }

    @Override
    public CompletionStage<List<IndexMember>> marked(IndexKey key) {
        return park("marked", key, Access.READ, true, () -> store.marked(key));
    }

    @Override
    public CompletionStage<Boolean> leave(IndexKey key, Collection<SessionId> ids, boolean ended) {
        return park("leave", key, Access.WRITE, false, () -> store.leave(key, ids, ended));
    }
}
