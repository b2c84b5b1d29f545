package io.sojourn.redis.script;

import io.sojourn.SessionId;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.IndexPage;
import io.sojourn.spi.Marking;
import io.sojourn.spi.SessionIndex;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Arguments and answers of the scripts on an index. How the sessions that have one value of an index lie in a sorted set is
 * drawn in {@code index.lua}: all of it lies under one key, is changed at one moment, and goes by itself.
 */
public final class IndexSet {

    private static final byte[] NONE = {};
    private static final byte[] YES = {'1'};
    private static final byte[] NO = {'0'};
    private static final byte[] KNOWN = micros(SessionIndex.REVOCATION_KNOWN);
    private static final byte[] PENDING = micros(SessionIndex.PENDING);

    private static final long REVOKED = 0;
    private static final long ENTERED = 1;
    private static final long FULL = 2;
    private static final Long AGAIN = -1L;

    private IndexSet() {}

    /**
     * The arguments of an entry.
     *
     * @param sinceBegun how much older the binding is than the entry says
     */
    public static byte[][] arguments(IndexEntry entry, Duration sinceBegun) {
        IndexEntry.Binding binding = entry.binding();
        Duration timeToLive = entry.timeToLive();
        return new byte[][] {
            KNOWN,
            PENDING,
            text(entry.id()),
            timeToLive == null ? NONE : micros(timeToLive),
            binding == null ? NONE : micros(binding.age().plus(sinceBegun)),
            SessionHash.number(binding == null ? 0 : binding.known()),
            SessionHash.number(binding == null ? 0 : binding.limit()),
            binding != null && binding.makeRoom() ? YES : NO,
            SessionHash.number(SessionIndex.MARKED_AT_MOST),
            SessionHash.number(SessionIndex.TOLD_AT_MOST)
        };
    }

    public static byte[][] page(@Nullable IndexCursor after, int count) {
        return new byte[][] {
            KNOWN,
            PENDING,
            after == null ? NONE : SessionHash.number(after.position()),
            after == null ? NONE : text(after.id()),
            SessionHash.number(count),
            SessionHash.number(SessionIndex.GIVEN_AT_MOST)
        };
    }

    public static byte[][] mark(boolean revokes, @Nullable SessionId except) {
        return new byte[][] {
            KNOWN,
            PENDING,
            revokes ? YES : NO,
            except == null ? NONE : text(except),
            SessionHash.number(SessionIndex.GIVEN_AT_MOST)
        };
    }

    public static byte[][] leave(Collection<SessionId> ids, boolean ended) {
        List<byte[]> arguments = new ArrayList<>(List.of(KNOWN, PENDING, ended ? YES : NO));
        ids.forEach(id -> arguments.add(text(id)));
        return arguments.toArray(byte[][]::new);
    }

    public static byte[][] tombstone() {
        return new byte[][] {SessionHash.number(SessionIndex.PENDING.toMillis())};
    }

    /**
     * Whether a script has done only a part, and is to be called again: it has taken out members that have ended, or taken over those
     * of an earlier version.
     */
    public static boolean isToBeCalledAgain(Object reply) {
        return AGAIN.equals(reply instanceof List<?> answer && !answer.isEmpty() ? answer.get(0) : reply);
    }

    public static EntryResult entered(Object reply) {
        List<?> answer = answer(reply, 1);
        long outcome = whole(answer.get(0));
        if (outcome == REVOKED) {
            return EntryResult.REVOKED;
        }
        if (outcome == ENTERED && answer.size() == 4) {
            long revocation = whole(answer.get(1));
            return new EntryResult.Entered(
                    revocation,
                    revocation == 0 ? null : Duration.of(whole(answer.get(2)), ChronoUnit.MICROS),
                    members(answer.get(3)));
        }
        if (outcome == FULL && answer.size() == 2) {
            return new EntryResult.Full(members(answer.get(1)));
        }
        throw unknown();
    }

    public static IndexPage page(Object reply) {
        List<?> answer = answer(reply, 3);
        List<IndexMember> members = members(answer.get(1));
        long last = whole(answer.get(0));
        IndexCursor next = last == 0 || members.isEmpty()
                ? null
                : new IndexCursor(last, members.get(members.size() - 1).id());
        return new IndexPage(members, next, members(answer.get(2)));
    }

    public static Marking marking(Object reply) {
        List<?> answer = answer(reply, 3);
        return new Marking(whole(answer.get(0)), whole(answer.get(1)) == 1, members(answer.get(2)));
    }

    /** Each is one text: {@code -} or, if it is pending, {@code +}; if it is marked {@code !} or {@code ?}; then the id. */
    private static List<IndexMember> members(Object reply) {
        List<?> all = answer(reply, 0);
        List<IndexMember> members = new ArrayList<>(all.size());
        for (Object each : all) {
            String text = SessionHash.text((byte[]) each);
            char state = text.charAt(0);
            boolean pending = state == '+' || state == '?';
            boolean marked = state == '!' || state == '?';
            SessionId.parse(text.substring(1)).ifPresent(id -> members.add(new IndexMember(id, pending, marked)));
        }
        return members;
    }

    private static List<?> answer(Object reply, int size) {
        if (reply instanceof List<?> answer && answer.size() >= size) {
            return answer;
        }
        throw unknown();
    }

    private static long whole(Object number) {
        if (number instanceof Long whole) {
            return whole;
        }
        throw unknown();
    }

    private static IllegalStateException unknown() {
        return new IllegalStateException("The script on an index gave an answer that it does not have");
    }

    private static byte[] text(SessionId id) {
        return SessionHash.text(id.toString());
    }

    /** Rounded up: a sign-in is older than its age, and not younger. */
    private static byte[] micros(Duration duration) {
        return SessionHash.number(TimeUnit.MICROSECONDS.convert(duration.plusNanos(999)));
    }
}
