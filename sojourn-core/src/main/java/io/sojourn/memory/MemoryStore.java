package io.sojourn.memory;

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
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sessions in this process. They pass through the same encoding as on their way to Redis, so that what would fail in
 * production fails on the desk; they end with the process.
 *
 * <p>Bounded: when a write would take it over its bytes, the sessions that were left alone the longest are dropped, those
 * that have ended first.
 */
public final class MemoryStore implements SessionStore {

    /** 128 MiB. */
    public static final long DEFAULT_MAX_BYTES = 128L * 1024 * 1024;

    private final long maxBytes;
    private final InstantSource clock;

    /** Ordered by the last write or touch; guarded by itself. */
    private final LinkedHashMap<SessionId, MemoryEntry> entries = new LinkedHashMap<>();

    /** Ids under which no session may be created, and until when; guarded by {@link #entries}, as all that follows. */
    private final Map<SessionId, Long> tombstones = new LinkedHashMap<>();

    private final MemoryIndex index = new MemoryIndex();
    private final MemoryEnds ends = new MemoryEnds(this);
    private long bytes;
    private boolean closed;

    /** A store of {@link #DEFAULT_MAX_BYTES} on the system's clock. */
    public MemoryStore() {
        this(DEFAULT_MAX_BYTES, InstantSource.system());
    }

    /**
     * A store of some size.
     *
     * @param maxBytes how much all sessions together may take, parts and bookkeeping
     * @param clock what time it is
     */
    public MemoryStore(long maxBytes, InstantSource clock) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be at least 1, not " + maxBytes);
        }
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return answer(() -> {
            MemoryEntry entry = live(id);
            return entry == null ? Optional.empty() : Optional.of(entry.stored());
        });
    }

    @Override
    public CompletionStage<CommitResult> commit(SessionWrite write) {
        return answer(() -> {
            MemoryEntry entry = live(write.id());
            if (write.creates()) {
                if (entry != null) {
                    return CommitResult.ID_TAKEN;
                }
                if (isForbidden(write.id())) {
                    return CommitResult.GONE;
                }
            } else if (entry == null) {
                return CommitResult.GONE;
            } else if (entry.revision() != write.expectedRevision()) {
                return new CommitResult.Conflict(entry.stored());
            }
            replace(write.id(), MemoryEntry.after(write, entry, clock.millis()));
            makeRoom();
            return CommitResult.APPLIED;
        });
    }

    @Override
    public CompletionStage<Boolean> touch(SessionTouch touch) {
        return answer(() -> {
            MemoryEntry entry = live(touch.id());
            if (entry == null || entry.revision() != touch.revision()) {
                return false;
            }
            replace(touch.id(), entry.touched(touch, clock.millis()));
            return true;
        });
    }

    @Override
    public CompletionStage<Boolean> delete(SessionId id) {
        return answer(() -> {
            boolean there = live(id) != null;
            drop(id);
            return there;
        });
    }

    @Override
    public CompletionStage<CommitResult> delete(SessionId id, long revision) {
        return answer(() -> {
            MemoryEntry entry = live(id);
            if (entry == null) {
                return CommitResult.GONE;
            }
            if (entry.revision() != revision) {
                return new CommitResult.Conflict(entry.stored());
            }
            drop(id);
            return CommitResult.APPLIED;
        });
    }

    @Override
    public CompletionStage<Boolean> tombstone(SessionId id) {
        return answer(() -> {
            boolean there = live(id) != null;
            drop(id);
            if (!there) {
                forbid(id);
            }
            return there;
        });
    }

    void forbid(SessionId id) {
        tombstones.remove(id); // So that they stay in the order of their ends.
        tombstones.put(id, clock.millis() + PENDING.toMillis());
    }

    /**
     * What is kept of ended sessions takes no part in the bound of this store, and has another one of the same size: beyond it the
     * oldest is dropped, told or not. All of it is dropped after an hour, and what a session held when its end was told.
     */
    @Override
    public Optional<SessionEnds> ends() {
        return Optional.of(ends);
    }

    long maxBytes() {
        return maxBytes;
    }

    long now() {
        return clock.millis();
    }

    @Override
    public CompletionStage<EntryResult> enter(IndexEntry entry) {
        return answer(() -> index.enter(entry, micros()));
    }

    @Override
    public CompletionStage<IndexPage> page(IndexKey key, @Nullable IndexCursor after, int count) {
        return answer(() -> index.page(key, after, count, micros()));
    }

    @Override
    public CompletionStage<Marking> mark(IndexKey key, @Nullable SessionId except) {
        return answer(() -> index.mark(key, except, micros()));
    }

    @Override
    public CompletionStage<List<IndexMember>> marked(IndexKey key) {
        return answer(() -> index.marked(key, micros()));
    }

    @Override
    public CompletionStage<Boolean> leave(IndexKey key, Collection<SessionId> ids, boolean ended) {
        return answer(() -> index.leave(key, ids, ended, micros()));
    }

    private long micros() {
        Instant now = clock.instant();
        return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000), now.getNano() / 1_000);
    }

    /** How many values of indexes have sessions, or were revoked a while ago. */
    public int indexSize() {
        synchronized (entries) {
            return index.size(micros());
        }
    }

    private boolean isForbidden(SessionId id) {
        long now = clock.millis();
        tombstones.values().removeIf(until -> until <= now);
        return tombstones.containsKey(id);
    }

    /** How many sessions there are; those that have ended may still be counted. */
    public int size() {
        synchronized (entries) {
            return entries.size();
        }
    }

    @Override
    public void close() {
        synchronized (entries) {
            closed = true;
            entries.clear();
            tombstones.clear();
            index.clear();
            ends.clear();
            bytes = 0;
        }
    }

    <T> CompletionStage<T> answer(Supplier<T> operation) {
        synchronized (entries) {
            return closed
                    ? CompletableFuture.failedFuture(new StoreUnavailableException("The memory store is closed", null))
                    : CompletableFuture.completedFuture(operation.get());
        }
    }

    @Nullable
    MemoryEntry live(SessionId id) {
        MemoryEntry entry = entries.get(id);
        if (entry != null && entry.hasEnded(clock.millis())) {
            drop(id);
            return null;
        }
        return entry;
    }

    private void replace(SessionId id, MemoryEntry entry) {
        drop(id); // So that it becomes the youngest.
        entries.put(id, entry);
        bytes += entry.bytes();
    }

    void drop(SessionId id) {
        MemoryEntry dropped = entries.remove(id);
        if (dropped != null) {
            bytes -= dropped.bytes();
        }
    }

    private void makeRoom() {
        if (bytes <= maxBytes) {
            return;
        }
        dropOldest(true);
        dropOldest(false);
    }

    /** Drops from the oldest on until there is room, but never the one session that was just written. */
    private void dropOldest(boolean onlyEnded) {
        long now = clock.millis();
        Iterator<MemoryEntry> oldest = entries.values().iterator();
        while (bytes > maxBytes && entries.size() > 1 && oldest.hasNext()) {
            MemoryEntry entry = oldest.next();
            if (!onlyEnded || entry.hasEnded(now)) {
                oldest.remove();
                bytes -= entry.bytes();
            }
        }
    }
}
