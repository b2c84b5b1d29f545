package io.sojourn.testkit;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.IndexPage;
import io.sojourn.spi.Marking;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.StoredSession;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Another store, with faults that are ordered beforehand and calls that are counted. A fault is for one operation and one
 * call: the first call of that operation takes the fault that was ordered first.
 *
 * <pre>{@code
 * FaultyStore store = new FaultyStore(new MemoryStore());
 * store.loseNextReply(Operation.COMMIT);
 * assertThatThrownBy(() -> sessions.save(session)).isInstanceOf(StoreUnavailableException.class);
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class FaultyStore implements SessionStore {

    /** What can be asked of a store. */
    public enum Operation {
        /** {@link SessionStore#load} and {@link SessionStore#peek}. */
        LOAD,
        /** {@link SessionStore#commit}. */
        COMMIT,
        /** {@link SessionStore#touch}. */
        TOUCH,
        /** {@link SessionStore#delete}. */
        DELETE,
        /** {@link SessionStore#tombstone}. */
        TOMBSTONE,
        /** {@link SessionStore#enter}. */
        ENTER,
        /** {@link SessionStore#page}. */
        PAGE,
        /** {@link SessionStore#mark}. */
        MARK,
        /** {@link SessionStore#marked}. */
        MARKED,
        /** {@link SessionStore#leave}. */
        LEAVE
    }

    private record Faults(Queue<Fault> ordered, AtomicInteger calls) {}

    private final SessionStore store;
    private final Map<Operation, Faults> faults = new EnumMap<>(Operation.class);
    private volatile boolean down;

    /** A store that does what the other one does until a fault is ordered. */
    public FaultyStore(SessionStore store) {
        this.store = store;
        for (Operation operation : Operation.values()) {
            faults.put(operation, new Faults(new ConcurrentLinkedQueue<>(), new AtomicInteger()));
        }
    }

    /** The next call fails with {@link StoreUnavailableException}, and the store is not asked. */
    public void failNext(Operation operation) {
        order(operation, new Fault.Unreachable());
    }

    /** The next call is done by the store, but its reply is lost: the caller gets {@link StoreUnavailableException}. */
    public void loseNextReply(Operation operation) {
        order(operation, new Fault.LostReply());
    }

    /** The next call reaches the store only when that stage is complete. */
    public void delayNext(Operation operation, CompletionStage<?> until) {
        order(operation, new Fault.LateRequest(until));
    }

    /** The next call is done by the store at once, and answered when that stage is complete. */
    public void delayNextReply(Operation operation, CompletionStage<?> until) {
        order(operation, new Fault.LateReply(until));
    }

    /** Something else happens before the next call reaches the store, in the caller's thread. */
    public void beforeNext(Operation operation, Runnable action) {
        order(operation, new Fault.Before(action));
    }

    private void order(Operation operation, Fault fault) {
        faultsOf(operation).ordered().add(fault);
    }

    /** Forgets the faults that were ordered and that no call has taken yet. */
    public void forgetFaults() {
        faults.values().forEach(each -> each.ordered().clear());
    }

    /** From now on nothing reaches the store, as if it had gone; ordered faults stay ordered. */
    public void goDown() {
        down = true;
    }

    /** Undoes {@link #goDown()}. */
    public void comeBack() {
        down = false;
    }

    /** How often this operation was asked for, whether or not it reached the store. */
    public int calls(Operation operation) {
        return faultsOf(operation).calls().get();
    }

    /** How often anything was asked for. */
    public int calls() {
        return faults.values().stream().mapToInt(each -> each.calls().get()).sum();
    }

    /** Begins to count anew. */
    public void resetCalls() {
        faults.values().forEach(each -> each.calls().set(0));
    }

    @Override
    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return call(Operation.LOAD, () -> store.load(id));
    }

    @Override
    public CompletionStage<Optional<StoredSession>> peek(SessionId id, String part) {
        return call(Operation.LOAD, () -> store.peek(id, part));
    }

    /** Asks nobody: that of the other store, or down while this one is. */
    @Override
    public StoreHealth health() {
        return down
                ? new StoreHealth(StoreHealth.State.DOWN, "The store was made to go down", null, null)
                : store.health();
    }

    @Override
    public Optional<StoredSession> lastKnown(SessionId id) {
        return store.lastKnown(id);
    }

    @Override
    public CompletionStage<CommitResult> commit(SessionWrite write) {
        return call(Operation.COMMIT, () -> store.commit(write));
    }

    @Override
    public CompletionStage<Boolean> touch(SessionTouch touch) {
        return call(Operation.TOUCH, () -> store.touch(touch));
    }

    @Override
    public CompletionStage<Boolean> delete(SessionId id) {
        return call(Operation.DELETE, () -> store.delete(id));
    }

    @Override
    public CompletionStage<CommitResult> delete(SessionId id, long revision) {
        return call(Operation.DELETE, () -> store.delete(id, revision));
    }

    @Override
    public CompletionStage<Boolean> tombstone(SessionId id) {
        return call(Operation.TOMBSTONE, () -> store.tombstone(id));
    }

    @Override
    public CompletionStage<EntryResult> enter(IndexEntry entry) {
        return call(Operation.ENTER, () -> store.enter(entry));
    }

    @Override
    public CompletionStage<IndexPage> page(IndexKey key, @Nullable IndexCursor after, int count) {
        return call(Operation.PAGE, () -> store.page(key, after, count));
    }

    @Override
    public CompletionStage<Marking> mark(IndexKey key, @Nullable SessionId except) {
        return call(Operation.MARK, () -> store.mark(key, except));
    }

    @Override
    public CompletionStage<List<IndexMember>> marked(IndexKey key) {
        return call(Operation.MARKED, () -> store.marked(key));
    }

    @Override
    public CompletionStage<Boolean> leave(IndexKey key, Collection<SessionId> ids, boolean ended) {
        return call(Operation.LEAVE, () -> store.leave(key, ids, ended));
    }

    /** Those of the other store, without faults. */
    @Override
    public Optional<SessionEnds> ends() {
        return store.ends();
    }

    /** Closes the other store. */
    @Override
    public void close() {
        store.close();
    }

    private <T> CompletionStage<T> call(Operation operation, Supplier<CompletionStage<T>> request) {
        Faults due = faultsOf(operation);
        due.calls().incrementAndGet();
        if (down) {
            return CompletableFuture.failedFuture(new StoreUnavailableException("The store was made to go down", null));
        }
        Fault fault = due.ordered().poll();
        return fault == null ? request.get() : fault.strike(request);
    }

    private Faults faultsOf(Operation operation) {
        return Objects.requireNonNull(faults.get(operation)); // There is one for each.
    }
}
