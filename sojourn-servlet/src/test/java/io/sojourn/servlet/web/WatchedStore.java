package io.sojourn.servlet.web;

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
import io.sojourn.spi.StoredSession;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes down which commands were sent, and can be out of reach, or keep one waiting. */
public final class WatchedStore implements SessionStore {

    private final SessionStore target;
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private volatile boolean outOfReach;
    private volatile @Nullable String last;
    private volatile @Nullable Held held;

    public WatchedStore(SessionStore target) {
        this.target = target;
    }

    /** What was sent since the last {@link #forget()}, in order. */
    public List<String> commands() {
        return commands;
    }

    public void forget() {
        commands.clear();
        outOfReach = false;
        last = null;
        held = null;
    }

    public void outOfReach(boolean out) {
        outOfReach = out;
    }

    /** Goes out of reach when the next command of that name is sent, and before it arrives. */
    public void outOfReachFrom(String command) {
        last = command;
    }

    /** Keeps the next command of that name waiting until it is released. */
    public Held hold(String command) {
        Held next = new Held(command);
        held = next;
        return next;
    }

    /** A command that waits. */
    public static final class Held {
        private final String command;
        private final CompletableFuture<Void> released = new CompletableFuture<>();
        private volatile boolean reached;

        private Held(String command) {
            this.command = command;
        }

        public boolean isReached() {
            return reached;
        }

        public void release() {
            released.complete(null);
        }
    }

    private <T> CompletionStage<T> send(String command, Supplier<CompletionStage<T>> operation) {
        commands.add(command);
        if (command.equals(last)) {
            last = null;
            outOfReach = true;
        }
        if (outOfReach) {
            return CompletableFuture.failedFuture(new StoreUnavailableException("The store is out of reach", null));
        }
        Held waiting = held;
        if (waiting != null && waiting.command.equals(command)) {
            held = null;
            waiting.reached = true;
            return waiting.released.thenCompose(go -> operation.get());
        }
        return operation.get();
    }

    @Override
    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return send("load", () -> target.load(id));
    }

    /** No command. */
    @Override
    public Optional<StoredSession> lastKnown(SessionId id) {
        return target.lastKnown(id);
    }

    @Override
    public CompletionStage<CommitResult> commit(SessionWrite write) {
        return send("commit", () -> target.commit(write));
    }

    @Override
    public CompletionStage<Boolean> touch(SessionTouch touch) {
        return send("touch", () -> target.touch(touch));
    }

    @Override
    public CompletionStage<Boolean> delete(SessionId id) {
        return send("delete", () -> target.delete(id));
    }

    @Override
    public CompletionStage<CommitResult> delete(SessionId id, long revision) {
        return send("delete", () -> target.delete(id, revision));
    }

    @Override
    public CompletionStage<Boolean> tombstone(SessionId id) {
        return send("tombstone", () -> target.tombstone(id));
    }

    @Override
    public CompletionStage<EntryResult> enter(IndexEntry entry) {
        return send("enter", () -> target.enter(entry));
    }

    @Override
    public CompletionStage<IndexPage> page(IndexKey key, @Nullable IndexCursor after, int count) {
        return send("page", () -> target.page(key, after, count));
    }

    @Override
    public CompletionStage<Marking> mark(IndexKey key, @Nullable SessionId except) {
        return send("mark", () -> target.mark(key, except));
    }

    @Override
    public CompletionStage<List<IndexMember>> marked(IndexKey key) {
        return send("marked", () -> target.marked(key));
    }

    @Override
    public CompletionStage<Boolean> leave(IndexKey key, Collection<SessionId> ids, boolean ended) {
        return send("leave", () -> target.leave(key, ids, ended));
    }

    /** Those of the target, which are not watched. */
    @Override
    public Optional<SessionEnds> ends() {
        return target.ends();
    }

    @Override
    public void close() {
        target.close();
    }
}
