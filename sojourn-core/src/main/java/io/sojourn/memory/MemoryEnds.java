package io.sojourn.memory;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.ends.DueSession;
import io.sojourn.spi.ends.DueSessions;
import io.sojourn.spi.ends.EndClaim;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.spi.ends.SharedEnds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The ends of sessions in this process. All of it is guarded as the sessions are. */
final class MemoryEnds implements SessionEnds {

    private static final Duration FORGET_EVERY = Duration.ofMinutes(1);

    /** The oldest are dropped beyond so many. */
    private static final int SHARED_AT_MOST = 10_000;

    /**
     * A copy of a session, or what is remembered of it.
     *
     * @param copyUntil when the copy can be read no more although its end is remembered
     */
    private record Kept(
            @Nullable StoredSession session,
            @Nullable String cause,
            int tries,
            @Nullable PastEnd told,
            long until,
            long copyUntil) {

        /** About what a note takes: objects, a map entry, a verifier. */
        private static final int OVERHEAD = 256;

        Kept(StoredSession session, @Nullable String cause, int tries, long until) {
            this(session, cause, tries, null, until, until);
        }

        long bytes() {
            return OVERHEAD + (session == null ? 0 : MemoryEntry.bytes(session));
        }

        /** The same without the copy. */
        Kept note() {
            return new Kept(null, cause, tries, told, until, copyUntil);
        }
    }

    private final MemoryStore store;
    private final DueTimes due = new DueTimes();

    /** Those that were kept last come last; changed by {@link #keep}, {@link #unkeep} and {@link #forget} alone. */
    private final Map<SessionId, Kept> kept = new LinkedHashMap<>();

    /** What all that is kept takes. */
    private long bytes;

    /** The oldest first, each once. */
    private final Set<SharedEnds.End> shared = new LinkedHashSet<>();

    /** Until when each node has listeners on one node. */
    private final Map<String, Long> listening = new HashMap<>();

    private long sharedCount;
    private long proofs;
    private long nextForget;

    MemoryEnds(MemoryStore store) {
        this.store = store;
    }

    void clear() {
        due.clear();
        kept.clear();
        bytes = 0;
        shared.clear();
        listening.clear();
    }

    /** How much is kept of sessions that have ended. */
    long bytes() {
        return bytes;
    }

    /** Drops the oldest if there is no room, but never the one that was just kept. */
    private void keep(SessionId id, Kept last) {
        unkeep(id);
        kept.put(id, last);
        bytes += last.bytes();
        Iterator<Kept> oldest = kept.values().iterator();
        while (bytes > store.maxBytes() && kept.size() > 1) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    private @Nullable Kept unkeep(SessionId id) {
        Kept before = kept.remove(id);
        bytes -= before == null ? 0 : before.bytes();
        return before;
    }

    private static long at(long now, Duration delay) {
        return now + delay.toMillis();
    }

    private EndClaim put(SessionId id, Duration delay, DueTimes.Kind kind) {
        DueTimes.Entry entry = due.put(id, at(store.now(), delay), ++proofs, kind);
        return new EndClaim(id, Long.toString(entry.proof()));
    }

    private boolean isHeld(EndClaim claim) {
        DueTimes.Entry entry = due.get(claim.id());
        return entry != null && Long.toString(entry.proof()).equals(claim.proof());
    }

    @Override
    public boolean isOrdered() {
        return true;
    }

    @Override
    public CompletionStage<Boolean> enter(SessionId id, Duration delay) {
        return store.answer(() -> {
            forget();
            return put(id, delay, DueTimes.Kind.DUE) != null;
        });
    }

    /**
     * Drops due times that no listener has claimed for a day, and what has been kept for long enough. It looks at every entry, so it does
     * this once a minute at most.
     */
    private void forget() {
        long now = store.now();
        if (now >= nextForget) {
            nextForget = now + FORGET_EVERY.toMillis();
            due.removeBefore(now - FORGOTTEN.toMillis());
            kept.values().removeIf(last -> last.until <= now);
            kept.replaceAll((id, last) -> last.copyUntil <= now ? last.note() : last);
            bytes = kept.values().stream().mapToLong(Kept::bytes).sum();
        }
    }

    @Override
    public CompletionStage<Optional<EndClaim>> takeOver(SessionId id, Duration lease) {
        return store.answer(() -> due.get(id) != null
                ? Optional.of(put(id, lease, lease.isZero() ? DueTimes.Kind.DUE : DueTimes.Kind.CLAIMED))
                : Optional.<EndClaim>empty());
    }

    @Override
    public CompletionStage<DueSessions> claim(int shard, int count, Duration lease, Duration overdue) {
        return store.answer(() -> {
            long now = store.now();
            forget();
            List<DueSession> claimed = new ArrayList<>();
            for (DueTimes.Entry entry : due.first(shard, count, now - overdue.toMillis())) {
                claimed.add(new DueSession(
                        put(entry.id(), lease, DueTimes.Kind.CLAIMED),
                        Duration.ofMillis(now - entry.at()),
                        entry.kind() == DueTimes.Kind.CLAIMED,
                        entry.kind() == DueTimes.Kind.MISSING));
            }
            Long next = due.next(shard);
            return new DueSessions(claimed, next == null ? null : Duration.ofMillis(Math.max(0, next - now)));
        });
    }

    @Override
    public CompletionStage<Optional<EndClaim>> extend(EndClaim claim, Duration lease) {
        return store.answer(() -> isHeld(claim)
                ? Optional.of(put(claim.id(), lease, DueTimes.Kind.CLAIMED))
                : Optional.<EndClaim>empty());
    }

    @Override
    public CompletionStage<Boolean> handBack(EndClaim claim, Duration delay, boolean missing) {
        return store.answer(() ->
                isHeld(claim) && put(claim.id(), delay, missing ? DueTimes.Kind.MISSING : DueTimes.Kind.DUE) != null);
    }

    @Override
    public CompletionStage<Boolean> remove(EndClaim claim) {
        return store.answer(() -> isHeld(claim) && due.remove(claim.id()));
    }

    @Override
    public CompletionStage<SessionEnds.State> look(SessionId id) {
        return store.answer(() -> look(id, store.live(id)));
    }

    private SessionEnds.State look(SessionId id, @Nullable MemoryEntry entry) {
        long now = store.now();
        if (entry != null) {
            Duration left = entry.endsAt() == Long.MAX_VALUE ? null : Duration.ofMillis(entry.endsAt() - now);
            if (left == null || left.compareTo(LEAD) > 0) {
                unkeep(id);
                return new SessionEnds.State.Lives(left);
            }
            Kept before = kept.get(id);
            keep(id, new Kept(entry.stored(), null, 0, entry.endsAt() + KEEP.toMillis()));
            return new SessionEnds.State.Ending(left, before == null || !isSame(before.session, entry.stored()));
        }
        Kept last = kept.get(id);
        if (last == null || last.until <= now) {
            return new SessionEnds.State.Missing();
        }
        StoredSession session = last.session;
        if (last.told != null || session == null) {
            return new SessionEnds.State.Told();
        }
        keep(id, new Kept(session, last.cause, last.tries + 1, at(now, KEEP)));
        return new SessionEnds.State.Ended(session, last.cause, last.tries + 1);
    }

    private static boolean isSame(@Nullable StoredSession before, StoredSession now) {
        return before != null
                && before.revision() == now.revision()
                && before.touchedAt().equals(now.touchedAt());
    }

    @Override
    public CompletionStage<CommitResult> end(SessionId id, long revision, String cause, boolean forbids) {
        return store.answer(() -> {
            MemoryEntry entry = store.live(id);
            if (entry == null) {
                if (forbids) {
                    store.forbid(id);
                }
                return CommitResult.GONE;
            }
            if (revision != SessionWrite.ABSENT && entry.revision() != revision) {
                return new CommitResult.Conflict(entry.stored());
            }
            store.drop(id);
            long end = entry.endsAt() == Long.MAX_VALUE ? store.now() : entry.endsAt();
            keep(id, new Kept(entry.stored(), cause, 0, end + KEEP.toMillis()));
            return CommitResult.APPLIED;
        });
    }

    @Override
    public CompletionStage<Boolean> told(SessionId id, PastEnd end, @Nullable String node) {
        return store.answer(() -> {
            Kept last = kept.get(id);
            StoredSession copy = last == null || node == null ? null : last.session;
            long now = store.now();
            if (node != null && !node.isEmpty()) {
                share(id, end, node);
            }
            keep(id, new Kept(copy, null, 0, end, at(now, KEEP), at(now, COPY_STAYS)));
            return true;
        });
    }

    private void share(SessionId id, PastEnd end, String node) {
        if (shared.add(new SharedEnds.End(id, end.cause(), node, end.at()))) {
            sharedCount++;
            if (shared.size() > SHARED_AT_MOST) {
                shared.remove(shared.iterator().next());
            }
        }
    }

    @Override
    public CompletionStage<Boolean> share(SessionId id, PastEnd end, String node, String cause) {
        return store.answer(() -> {
            share(id, end, node);
            Kept last = kept.get(id);
            StoredSession session = last == null ? null : last.session;
            if (last != null && session != null && last.told == null && isOf(last, cause) && store.live(id) == null) {
                keep(id, new Kept(session, cause, last.tries, last.until));
            }
            return true;
        });
    }

    /** Whether the copy is of the end that has that cause, to which words were added. A copy of a session that lives has none, and was not looked at. */
    private static boolean isOf(Kept copy, String cause) {
        return copy.cause == null ? copy.tries > 0 : cause.startsWith(copy.cause);
    }

    @Override
    public CompletionStage<Boolean> listens(String node, Duration stays) {
        return store.answer(() -> {
            listening.put(node, at(store.now(), stays));
            return isListenedNow();
        });
    }

    @Override
    public CompletionStage<Boolean> isListened() {
        return store.answer(this::isListenedNow);
    }

    private boolean isListenedNow() {
        listening.values().removeIf(until -> until <= store.now());
        return !listening.isEmpty();
    }

    /** A position says how many ends were shared before it. */
    @Override
    public CompletionStage<SharedEnds> shared(@Nullable String after, int count) {
        return store.answer(() -> {
            long dropped = sharedCount - shared.size();
            long from = after == null ? sharedCount : Math.max(Long.parseLong(after), dropped);
            List<SharedEnds.End> read =
                    shared.stream().skip(from - dropped).limit(count).toList();
            long missed = after == null ? 0 : from - Long.parseLong(after);
            return new SharedEnds(Long.toString(from + read.size()), read, missed);
        });
    }

    @Override
    public CompletionStage<Optional<StoredSession>> kept(SessionId id) {
        return store.answer(() -> Optional.ofNullable(kept.get(id))
                .filter(last -> last.copyUntil > store.now())
                .map(Kept::session));
    }

    @Override
    public CompletionStage<Optional<PastEnd>> past(SessionId id) {
        return store.answer(() -> Optional.ofNullable(kept.get(id))
                .filter(last -> last.until > store.now() && store.live(id) == null)
                .map(Kept::told));
    }

    @Override
    public Optional<PastEnd> noticed(SessionId id) {
        return past(id).toCompletableFuture().join();
    }
}
