package io.sojourn.memory;

import io.sojourn.SessionId;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.SessionIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The sessions that have one value of one index. */
final class IndexedValue {

    private record Member(long endsAt, long pendingUntil, boolean marked) {}

    private final Map<SessionId, Member> members = new HashMap<>();
    private long revokedAt;
    private long revocationKnownUntil;

    EntryResult enter(IndexEntry entry, long now) {
        prune(now);
        SessionId id = entry.id();
        Member before = members.get(id);
        if (before != null && before.marked()) {
            return EntryResult.REVOKED;
        }
        long endsAt = end(entry.timeToLive(), now);
        long pendingUntil = before == null ? now : before.pendingUntil();
        EntryResult result = EntryResult.ENTERED;
        IndexEntry.Binding binding = entry.binding();
        if (binding != null) {
            if (binding.age().compareTo(SessionIndex.REVOCATION_KNOWN) > 0
                    || (now < revocationKnownUntil && now - binding.age().toMillis() < revokedAt)) {
                return EntryResult.REVOKED;
            }
            long others = members.entrySet().stream()
                    .filter(member ->
                            !member.getValue().marked() && !member.getKey().equals(id))
                    .count();
            if (binding.limit() > 0 && others >= binding.limit()) {
                if (!binding.makeRoom()) {
                    return new EntryResult.Full(members(now));
                }
                makeRoom(id, others - binding.limit() + 1, binding.first());
            }
            result = new EntryResult.Entered(
                    now < revocationKnownUntil ? Duration.ofMillis(now - revokedAt) : null,
                    binding.limit() > 0 ? marked(now) : List.of());
            pendingUntil = now + SessionIndex.PENDING.toMillis();
        }
        members.put(id, new Member(before == null ? endsAt : Math.max(endsAt, before.endsAt()), pendingUntil, false));
        return result;
    }

    private void makeRoom(SessionId newcomer, long count, List<SessionId> first) {
        List<SessionId> order = new ArrayList<>(first);
        order.addAll(soonest());
        long left = count;
        for (SessionId id : order) {
            if (left > 0 && !id.equals(newcomer) && mark(id)) {
                left--;
            }
        }
    }

    List<IndexMember> members(long now) {
        prune(now);
        return soonest().stream().map(id -> describe(id, now)).toList();
    }

    List<IndexMember> mark(@Nullable SessionId except, long now) {
        prune(now);
        revokedAt = now;
        revocationKnownUntil = now + SessionIndex.REVOCATION_KNOWN.toMillis();
        long left = SessionIndex.MARK_AT_MOST
                - members.values().stream().filter(Member::marked).count();
        for (SessionId id : soonest()) {
            if (left > 0 && !Objects.equals(id, except) && mark(id)) {
                left--;
            }
        }
        return marked(now);
    }

    private boolean mark(SessionId id) {
        Member member = members.get(id);
        if (member == null || member.marked()) {
            return false;
        }
        members.put(id, new Member(member.endsAt(), member.pendingUntil(), true));
        return true;
    }

    boolean leave(Collection<SessionId> ids, boolean ended, long now) {
        prune(now);
        boolean left = false;
        for (SessionId id : ids) {
            Member member = members.get(id);
            if (member != null && (ended || (!member.marked() && member.pendingUntil() <= now))) {
                members.remove(id);
                left = true;
            }
        }
        return left;
    }

    boolean isEmpty(long now) {
        prune(now);
        return members.isEmpty() && revocationKnownUntil <= now;
    }

    private List<IndexMember> marked(long now) {
        return soonest().stream()
                .map(id -> describe(id, now))
                .filter(IndexMember::marked)
                .toList();
    }

    private List<SessionId> soonest() {
        return members.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<SessionId, Member> member) ->
                        member.getValue().endsAt()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private IndexMember describe(SessionId id, long now) {
        Member member = members.get(id);
        if (member == null) {
            throw new IllegalStateException("It was there");
        }
        return new IndexMember(id, member.pendingUntil() > now, member.marked());
    }

    private void prune(long now) {
        members.values().removeIf(member -> member.endsAt() <= now);
    }

    private static long end(@Nullable Duration timeToLive, long now) {
        return timeToLive == null ? Long.MAX_VALUE : now + timeToLive.toMillis();
    }
}
