package io.sojourn.redis;

import io.sojourn.SessionId;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.SessionIndex;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the sessions that have one value of an index lie in a sorted set, scored by when each member ends, in milliseconds by
 * the server's clock: {@code <id>} is a session, {@code !<id>} one that is marked for its end, {@code +<id>} says that the
 * session is pending until then, and {@code !} alone that the value was revoked. So all of it lies under one key, is changed
 * at one moment, and goes by itself.
 */
final class IndexSet {

    private static final byte[] NONE = {};
    private static final byte[] YES = {'1'};
    private static final byte[] NO = {'0'};

    private static final long REVOKED = 0;
    private static final long ENTERED = 1;
    private static final long FULL = 2;

    private IndexSet() {}

    static byte[][] arguments(IndexEntry entry) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(text(entry.id()));
        arguments.add(
                entry.timeToLive() == null ? NONE : number(entry.timeToLive().toMillis()));
        IndexEntry.Binding binding = entry.binding();
        arguments.add(binding == null ? NONE : number(binding.age().toMillis()));
        arguments.add(number(SessionIndex.PENDING.toMillis()));
        arguments.add(number(SessionIndex.REVOCATION_KNOWN.toMillis()));
        arguments.add(number(binding == null ? 0 : binding.limit()));
        arguments.add(binding != null && binding.makeRoom() ? YES : NO);
        if (binding != null) {
            binding.first().forEach(id -> arguments.add(text(id)));
        }
        return arguments.toArray(byte[][]::new);
    }

    static byte[][] mark(@Nullable SessionId except) {
        return new byte[][] {
            except == null ? NONE : text(except),
            number(SessionIndex.REVOCATION_KNOWN.toMillis()),
            number(SessionIndex.MARK_AT_MOST)
        };
    }

    static byte[][] leave(Collection<SessionId> ids, boolean ended) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(ended ? YES : NO);
        ids.forEach(id -> arguments.add(text(id)));
        return arguments.toArray(byte[][]::new);
    }

    static byte[][] forbid() {
        return new byte[][] {number(SessionIndex.PENDING.toMillis())};
    }

    static EntryResult result(Object reply) {
        if (reply instanceof List<?> answer && !answer.isEmpty() && answer.get(0) instanceof Long outcome) {
            if (outcome == REVOKED) {
                return EntryResult.REVOKED;
            }
            if (outcome == ENTERED) {
                long ago = (Long) answer.get(1);
                return new EntryResult.Entered(
                        ago < 0 ? null : Duration.ofMillis(ago),
                        answer.size() == 2 ? List.of() : marked(members(answer.get(2))));
            }
            if (outcome == FULL) {
                return new EntryResult.Full(members(answer.get(1)));
            }
        }
        throw new IllegalStateException("The script gave an answer that it does not have");
    }

    static List<IndexMember> marked(List<IndexMember> members) {
        return members.stream().filter(IndexMember::marked).toList();
    }

    /** Of a reply that is members none of which is over. What is nothing of ours is left out. */
    static List<IndexMember> members(Object reply) {
        if (!(reply instanceof List<?> all)) {
            throw new IllegalStateException("The script gave an answer that it does not have");
        }
        Set<String> pending = new HashSet<>();
        List<String> members = new ArrayList<>(all.size());
        for (Object each : all) {
            String member = new String((byte[]) each, StandardCharsets.UTF_8);
            if (member.startsWith("+")) {
                pending.add(member.substring(1));
            } else {
                members.add(member);
            }
        }
        List<IndexMember> result = new ArrayList<>(members.size());
        for (String member : members) {
            boolean marked = member.startsWith("!");
            String text = marked ? member.substring(1) : member;
            Optional<SessionId> id = SessionId.parse(text);
            id.ifPresent(known -> result.add(new IndexMember(known, pending.contains(text), marked)));
        }
        return result;
    }

    private static byte[] text(SessionId id) {
        return id.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }
}
