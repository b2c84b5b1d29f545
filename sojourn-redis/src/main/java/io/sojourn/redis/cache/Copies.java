package io.sojourn.redis.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sojourn.SessionId;
import io.sojourn.redis.cache.Slot.Claim;
import io.sojourn.redis.cache.Slot.Copy;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a near cache: slots by id, of bounded size. It knows nothing of connections and does no I/O; what makes it
 * right is that a copy is put only in the place of the {@link Claim} that was made before the request for it was sent.
 */
public final class Copies {

    /**
     * A write whose reply never came may be carried out later, and for so long nothing is kept of its session. Longer than any
     * request is on its way.
     */
    private static final long CLAIM_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Cache<SessionId, Slot> cache;
    private final ConcurrentMap<SessionId, Slot> slots;

    public Copies(long maxBytes) {
        cache = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((SessionId id, Slot slot) -> slot.weight())
                .executor(Runnable::run) // Little work; and no thread that outlives the store.
                .build();
        slots = cache.asMap();
    }

    /** The copy of a session, good or not. */
    @Nullable
    public Copy find(SessionId id) {
        return cache.getIfPresent(id) instanceof Copy copy ? copy : null;
    }

    /** What may be shown of a session while the server is down. */
    @Nullable
    public Copy last(SessionId id) {
        Slot slot = cache.getIfPresent(id);
        return slot == null ? null : slot.last();
    }

    /** Claims the place for a read that is about to be sent; null if another request has it. */
    @Nullable
    public Claim claim(SessionId id, Line line, long now) {
        Slot there = slots.get(id);
        if (there instanceof Claim claim && now - claim.since() < CLAIM_NANOS) {
            return null;
        }
        Claim mine = new Claim(now, line, there == null ? null : there.last(), false);
        boolean won = there == null ? slots.putIfAbsent(id, mine) == null : slots.replace(id, there, mine);
        return won ? mine : null;
    }

    /** Takes the place for a write that is about to be sent, from whoever has it: from now on no older state is shown. */
    public Claim seize(SessionId id, @Nullable Line line, long now) {
        Slot there = slots.get(id);
        Claim mine = new Claim(now, line, there instanceof Copy copy ? copy : null, true);
        while (!(there == null ? slots.putIfAbsent(id, mine) == null : slots.replace(id, there, mine))) {
            there = slots.get(id);
            mine = new Claim(now, line, null, true);
        }
        return mine;
    }

    /** Puts a copy in the place of a slot, if that is still there. */
    public boolean replace(SessionId id, Slot there, Copy copy) {
        return slots.replace(id, there, copy);
    }

    /**
     * After a write that has had its answer: puts what is stored now in the place of its claim, or leaves that empty. If the
     * place was lost meanwhile, what a read has put there may be from before the write: the server does not tell us of our own.
     */
    public boolean settle(SessionId id, Claim write, @Nullable Copy copy) {
        boolean settled = copy == null ? slots.remove(id, write) : slots.replace(id, write, copy);
        if (!settled) {
            dropRead(id);
        }
        return settled;
    }

    /** After a write that has had no answer: keeps the place free, and if it was lost, takes it again from whoever has it. */
    public void bar(SessionId id, Claim write) {
        Slot unused = slots.put(id, write);
    }

    /** Gives a place back, if it is still there. */
    public void release(SessionId id, Slot there) {
        boolean unused = slots.remove(id, there);
    }

    /** The session has changed: whatever is known of it, or about to be known, is not kept. */
    public void drop(SessionId id) {
        Slot unused = slots.remove(id);
    }

    /** As {@link #drop}, but a write goes on to keep others from it. */
    public void dropRead(SessionId id) {
        Slot there = slots.get(id);
        if (there != null && !there.isWrite()) {
            release(id, there);
        }
    }

    void dropAll() {
        cache.invalidateAll();
    }

    /** Frees the memory of copies that were read on lines that are lost. They are of no use any more in any case. */
    void dropLost() {
        boolean unused = slots.values()
                .removeIf(slot -> slot instanceof Copy copy && copy.line().isLost());
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
