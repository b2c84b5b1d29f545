package io.sojourn.redis.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sojourn.SessionId;
import io.sojourn.redis.cache.CacheEntry.Claim;
import io.sojourn.redis.cache.CacheEntry.Copy;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a near cache: entries by session id, of bounded size. It knows nothing of connections and does no I/O; what makes it
 * right is that a copy is put only in the place of the {@link Claim} that was made before the request for it was sent.
 */
public final class SessionCache {

    /**
     * A write whose reply never came may be carried out later, and for so long nothing is kept of its session. Longer than any
     * request is on its way.
     */
    private static final long CLAIM_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Cache<SessionId, CacheEntry> cache;
    private final ConcurrentMap<SessionId, CacheEntry> entries;

    public SessionCache(long maxBytes) {
        cache = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((SessionId id, CacheEntry entry) -> entry.weight())
                .executor(Runnable::run) // Little work; and no thread that outlives the store.
                .build();
        entries = cache.asMap();
    }

    /** The copy of a session, good or not. */
    @Nullable
    public Copy find(SessionId id) {
        return cache.getIfPresent(id) instanceof Copy copy ? copy : null;
    }

    /** What may be shown of a session while the server is down. */
    @Nullable
    public Copy last(SessionId id) {
        CacheEntry entry = cache.getIfPresent(id);
        return entry == null ? null : entry.last();
    }

    /** Claims the place for a read that is about to be sent; null if another request has it. */
    @Nullable
    public Claim claim(SessionId id, TrackedConnection tracked, long now) {
        CacheEntry there = entries.get(id);
        if (there instanceof Claim claim && now - claim.since() < CLAIM_NANOS) {
            return null;
        }
        Claim mine = new Claim(now, tracked, there == null ? null : there.last(), false);
        boolean won = there == null ? entries.putIfAbsent(id, mine) == null : entries.replace(id, there, mine);
        return won ? mine : null;
    }

    /** Takes the place for a write that is about to be sent, from whoever has it: from now on no older state is shown. */
    public Claim seize(SessionId id, @Nullable TrackedConnection tracked, long now) {
        CacheEntry there = entries.get(id);
        Claim mine = new Claim(now, tracked, there instanceof Copy copy ? copy : null, true);
        while (!(there == null ? entries.putIfAbsent(id, mine) == null : entries.replace(id, there, mine))) {
            there = entries.get(id);
            mine = new Claim(now, tracked, null, true);
        }
        return mine;
    }

    /** Puts a copy in the place of an entry, if that is still there. */
    public boolean replace(SessionId id, CacheEntry there, Copy copy) {
        return entries.replace(id, there, copy);
    }

    /**
     * After a write that has had its answer: puts what is stored now in the place of its claim, or leaves that empty. If the
     * place was lost meanwhile, what a read has put there may be from before the write: the server does not tell us of our own.
     */
    public boolean settle(SessionId id, Claim write, @Nullable Copy copy) {
        boolean settled = copy == null ? entries.remove(id, write) : entries.replace(id, write, copy);
        if (!settled) {
            dropRead(id);
        }
        return settled;
    }

    /** After a write that has had no answer: keeps the place free, and if it was lost, takes it again from whoever has it. */
    public void bar(SessionId id, Claim write) {
        CacheEntry unused = entries.put(id, write);
    }

    /** Gives a place back, if it is still there. */
    public void release(SessionId id, CacheEntry there) {
        boolean unused = entries.remove(id, there);
    }

    /** The session has changed: whatever is known of it, or about to be known, is not kept. */
    public void drop(SessionId id) {
        CacheEntry unused = entries.remove(id);
    }

    /**
     * As {@link #drop}, but a write goes on to keep others from it. In one step: a read whose reply arrives at this moment would otherwise
     * put its copy in the place of its claim, and that copy would stay.
     */
    public void dropRead(SessionId id) {
        CacheEntry unused = entries.computeIfPresent(id, (key, there) -> there.isWrite() ? there : null);
    }

    void dropAll() {
        cache.invalidateAll();
    }

    /** Frees the memory of copies that were read on connections that are lost. They are of no use any more in any case. */
    void dropLost() {
        boolean unused = entries.values()
                .removeIf(entry -> entry instanceof Copy copy && copy.tracked().isLost());
    }

    long count() {
        return cache.estimatedSize();
    }

    long bytes() {
        return cache.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }
}
