package io.sojourn.memory;

import io.sojourn.SessionId;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexEntry.Binding;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.IndexPage;
import io.sojourn.spi.Marking;
import io.sojourn.spi.SessionIndex;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that have one value of one index. Times are microseconds since the epoch. A member is marked if it was marked
 * one by one, or bound no later than the last revocation: so a revocation marks any number of members at once.
 */
final class IndexedValue {

    private static final long PENDING = micros(SessionIndex.PENDING);
    private static final long KNOWN = micros(SessionIndex.REVOCATION_KNOWN);
    private static final long NEVER = -1;

    /** Counts the revocations of all stores, so that no two have the same name. */
    private static final AtomicLong REVOCATIONS = new AtomicLong();

    /** A member at a time; members are ordered by the time and then by the id. */
    private record At(long micros, SessionId id) implements Comparable<At> {

        private static final Comparator<At> ORDER =
                Comparator.comparingLong(At::micros).thenComparing(at -> at.id().toString());

        @Override
        public int compareTo(At other) {
            return ORDER.compare(this, other);
        }
    }

    private record Member(long endsAt, long boundAt, boolean marked) {}

    private final Map<SessionId, Member> members = new HashMap<>();

    /** All members by when they end. */
    private final NavigableSet<At> byEnd = new TreeSet<>();

    /** By when they were bound: members that were marked one by one. */
    private final NavigableSet<At> marked = new TreeSet<>();

    /** Those that were bound no later than the last revocation. */
    private NavigableSet<At> revoked = new TreeSet<>();

    /** All others. */
    private NavigableSet<At> bound = new TreeSet<>();

    /** When the value was revoked last; {@link #NEVER} if it was not. */
    private long revokedAt = NEVER;

    /** Names that revocation; 0 if there was none. */
    private long revocation;

    private static final SessionId LOWEST =
            SessionId.parse("-".repeat(21) + "A").orElseThrow();

    static long micros(Duration duration) {
        return TimeUnit.MICROSECONDS.convert(duration);
    }

    EntryResult enter(IndexEntry entry, long now) {
        prune(now);
        SessionId id = entry.id();
        Member before = members.get(id);
        if (before != null && isMarked(before)) {
            return EntryResult.REVOKED;
        }
        long boundAt = before == null ? after(now - PENDING) : before.boundAt();
        EntryResult result = EntryResult.ENTERED;
        Binding binding = entry.binding();
        if (binding != null) {
            if (isRevoked(binding, now)) {
                return EntryResult.REVOKED;
            }
            List<SessionId> room = List.of();
            if (binding.limit() > 0) {
                int others = bound.size() - (before == null ? 0 : 1);
                if (others >= binding.limit()) {
                    if (!binding.makeRoom()) {
                        return new EntryResult.Full(soonest(id, now));
                    }
                    room = bound.stream()
                            .map(At::id)
                            .filter(other -> !other.equals(id))
                            .limit(room(others, binding))
                            .toList();
                }
            }
            room.forEach(this::markOne);
            result = new EntryResult.Entered(
                    revocation,
                    revokedAt == NEVER ? null : Duration.of(Math.max(0, now - revokedAt), ChronoUnit.MICROS),
                    binding.limit() > 0 ? toEnd(room, now) : List.of());
            boundAt = after(now);
        }
        long endsAt = entry.timeToLive() == null ? Long.MAX_VALUE : now + micros(entry.timeToLive());
        put(id, new Member(before == null ? endsAt : Math.max(endsAt, before.endsAt()), boundAt, false));
        return result;
    }

    /** A time at which a member is not marked. */
    private long after(long now) {
        return Math.max(now, revokedAt + 1);
    }

    private boolean isRevoked(Binding binding, long now) {
        long age = micros(binding.age().plusNanos(999));
        return age > KNOWN || (revocation > binding.known() && now - revokedAt <= age);
    }

    private List<IndexMember> soonest(SessionId except, long now) {
        return byEnd.stream()
                .map(At::id)
                .filter(id -> !id.equals(except))
                .flatMap(id -> describe(List.of(id), now).stream())
                .filter(member -> !member.marked())
                .limit(SessionIndex.TOLD_AT_MOST)
                .toList();
    }

    private static int room(int others, Binding binding) {
        return Math.min(others - binding.limit() + 1, SessionIndex.MARKED_AT_MOST);
    }

    private List<IndexMember> toEnd(List<SessionId> room, long now) {
        Set<SessionId> ids = new LinkedHashSet<>(room);
        markedOnes()
                .map(At::id)
                .filter(id -> !ids.contains(id))
                .limit(room.isEmpty() ? SessionIndex.TOLD_AT_MOST : 1)
                .toList()
                .forEach(ids::add);
        return describe(ids, now);
    }

    IndexPage page(@Nullable IndexCursor after, int count, long now) {
        prune(now);
        NavigableSet<At> rest = after == null ? bound : bound.tailSet(new At(after.position(), after.id()), false);
        List<At> page = rest.stream().limit(count + 1L).toList();
        At last = page.size() > count ? page.get(count - 1) : null;
        return new IndexPage(
                describe(page.stream().limit(count).map(At::id).toList(), now),
                last == null ? null : new IndexCursor(last.micros(), last.id()),
                marked(now));
    }

    Marking mark(@Nullable SessionId except, long now) {
        prune(now);
        Member own = except == null ? null : members.get(except);
        boolean stays = own != null && !isMarked(own);
        revokedAt = after(now);
        revocation = REVOCATIONS.incrementAndGet();
        // Only if the clock was set back have some been bound later.
        bound.tailSet(new At(revokedAt + 1, LOWEST)).stream()
                .map(At::id)
                .toList()
                .forEach(this::markOne);
        if (revoked.isEmpty()) {
            revoked = bound; // However many there are.
        } else {
            revoked.addAll(bound);
        }
        bound = new TreeSet<>();
        if (except != null && own != null && stays) {
            put(except, new Member(own.endsAt(), revokedAt + 1, false));
        }
        return new Marking(revocation, stays, marked(now));
    }

    List<IndexMember> marked(long now) {
        prune(now);
        return describe(
                markedOnes().limit(SessionIndex.GIVEN_AT_MOST).map(At::id).toList(), now);
    }

    private Stream<At> markedOnes() {
        return Stream.concat(marked.stream(), revoked.stream());
    }

    private boolean isMarked(Member member) {
        return member.marked() || member.boundAt() <= revokedAt;
    }

    private void markOne(SessionId id) {
        Member member = members.get(id);
        if (member != null) {
            put(id, new Member(member.endsAt(), member.boundAt(), true));
        }
    }

    boolean leave(Collection<SessionId> ids, boolean ended, long now) {
        prune(now);
        boolean left = false;
        for (SessionId id : ids) {
            Member member = members.get(id);
            if (member != null && (ended || (!isMarked(member) && !isPending(member, now)))) {
                remove(id);
                left = true;
            }
        }
        return left;
    }

    boolean isEmpty(long now) {
        prune(now);
        return members.isEmpty() && (revokedAt == NEVER || revokedAt + KNOWN <= now);
    }

    private List<IndexMember> describe(Collection<SessionId> ids, long now) {
        List<IndexMember> described = new ArrayList<>(ids.size());
        for (SessionId id : ids) {
            Member member = members.get(id);
            if (member != null) {
                described.add(new IndexMember(id, isPending(member, now), isMarked(member)));
            }
        }
        return described;
    }

    private static boolean isPending(Member member, long now) {
        return now - member.boundAt() < PENDING;
    }

    private void prune(long now) {
        while (!byEnd.isEmpty() && byEnd.first().micros() <= now) {
            remove(byEnd.first().id());
        }
    }

    private void put(SessionId id, Member member) {
        remove(id);
        members.put(id, member);
        byEnd.add(new At(member.endsAt(), id));
        order(member).add(new At(member.boundAt(), id));
    }

    private void remove(SessionId id) {
        Member member = members.remove(id);
        if (member != null) {
            byEnd.remove(new At(member.endsAt(), id));
            order(member).remove(new At(member.boundAt(), id));
        }
    }

    private NavigableSet<At> order(Member member) {
        return member.marked() ? marked : member.boundAt() <= revokedAt ? revoked : bound;
    }
}
