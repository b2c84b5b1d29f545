package io.sojourn.redis.script;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.bytes.Base64Url;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.ends.DueSession;
import io.sojourn.spi.ends.DueSessions;
import io.sojourn.spi.ends.EndClaim;
import io.sojourn.spi.ends.PastEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How due times lie in sorted sets, and ended sessions in hashes: see {@code due.lua} and {@code look.lua}. */
public final class EndHash {

    private static final String CAUSE = "c";
    private static final String TRIES = "n";

    /** The field of the note that an end was told. */
    public static final String NOTE = SessionHash.ENDED;

    private static final String CLAIMED = "0.5";
    private static final String MISSING = "0.25";
    private static final String PLAIN = "0";

    private EndHash() {}

    public static byte[][] enter(SessionId id, Duration due) {
        return change(id.toString(), millis(due), "*", PLAIN);
    }

    public static byte[][] takeOver(SessionId id, Duration lease) {
        return change(id.toString(), millis(lease), "?", lease.isZero() ? PLAIN : CLAIMED);
    }

    public static byte[][] extend(EndClaim claim, Duration lease) {
        return change(claim.id().toString(), millis(lease), claim.proof(), CLAIMED);
    }

    public static byte[][] handBack(EndClaim claim, Duration due, boolean missing) {
        return change(claim.id().toString(), millis(due), claim.proof(), missing ? MISSING : PLAIN);
    }

    public static byte[][] remove(EndClaim claim) {
        return change(claim.id().toString(), "", claim.proof(), PLAIN);
    }

    private static byte[][] change(String id, String due, String score, String fraction) {
        return SessionHash.texts(id, due, score, fraction, millis(SessionEnds.KEEP), millis(SessionEnds.FORGOTTEN));
    }

    /** The claim that a change has led to; empty if nothing was changed. */
    public static Optional<EndClaim> claim(SessionId id, Object reply) {
        String score = text(reply);
        return score.isEmpty() ? Optional.empty() : Optional.of(new EndClaim(id, score));
    }

    public static byte[][] claim(int count, Duration lease, Duration overdue) {
        return SessionHash.texts(Integer.toString(count), millis(lease), millis(SessionEnds.KEEP), millis(overdue));
    }

    /** The answer of the script that claims. An id that is none was written by something else. */
    public static DueSessions due(Object reply) {
        List<?> answer = (List<?>) reply;
        List<DueSession> due = new ArrayList<>(answer.size() / 4);
        for (int i = 1; i + 3 < answer.size(); i += 4) {
            String proof = text(answer.get(i + 1));
            Duration lag = Duration.ofMillis((Long) answer.get(i + 2));
            long fraction = (Long) answer.get(i + 3);
            SessionId.parse(text(answer.get(i)))
                    .ifPresent(id ->
                            due.add(new DueSession(new EndClaim(id, proof), lag, fraction == 50, fraction == 25)));
        }
        long next = (Long) answer.get(0);
        return new DueSessions(due, next < 0 ? null : Duration.ofMillis(next));
    }

    public static byte[][] look(long largeBytes) {
        return SessionHash.texts(
                millis(SessionEnds.LEAD),
                millis(SessionEnds.KEEP),
                Long.toString(largeBytes),
                millis(SessionEnds.COPY_STAYS));
    }

    /** How many bytes a copy takes that was too large to be answered; 0 for others. */
    public static long largeBytes(Object reply) {
        return reply instanceof List<?> answer && answer.size() == 4 && answer.get(3) instanceof Long bytes ? bytes : 0;
    }

    /** What a look has found that has answered everything. */
    public static SessionEnds.State state(Object reply) {
        List<?> answer = (List<?>) reply;
        long state = (Long) answer.get(0);
        if (state == 1) {
            long left = (Long) answer.get(1);
            return new SessionEnds.State.Lives(left < 0 ? null : Duration.ofMillis(left));
        }
        if (state == 2) {
            return new SessionEnds.State.Ending(Duration.ofMillis((Long) answer.get(1)), (Long) answer.get(2) == 1);
        }
        if (state == 3) {
            return ended(reply, () -> SessionHash.read((List<?>) answer.get(3)));
        }
        return state == 4 ? new SessionEnds.State.Told() : new SessionEnds.State.Missing();
    }

    /** What a look has found that has found a copy, with the copy, which may be loaded afterwards. */
    public static SessionEnds.State ended(Object reply, Supplier<Optional<StoredSession>> copy) {
        List<?> answer = (List<?>) reply;
        int tries = (int) Math.min((Long) answer.get(1), Integer.MAX_VALUE);
        String text = text(answer.get(2));
        @Nullable String cause = text.isEmpty() ? null : text;
        try {
            return copy.get()
                    .<SessionEnds.State>map(found -> new SessionEnds.State.Ended(kept(found), cause, tries))
                    .orElseGet(SessionEnds.State.Missing::new);
        } catch (UnreadableSessionException e) {
            return new SessionEnds.State.Unreadable(e, cause, tries);
        }
    }

    /** A session as its copy has it. */
    public static StoredSession kept(StoredSession copy) {
        Map<String, byte[]> parts = new HashMap<>(copy.parts());
        parts.remove(CAUSE);
        parts.remove(TRIES);
        if (parts.isEmpty()) {
            throw new UnreadableSessionException("What is kept of the ended session is damaged", null);
        }
        return new StoredSession(copy.revision(), copy.touchedAt(), parts);
    }

    public static byte[][] end(long revision, String cause, boolean leavesTombstone) {
        return new byte[][] {
            revision == SessionWrite.ABSENT ? new byte[0] : SessionHash.revision(revision),
            SessionHash.text(cause),
            SessionHash.text(millis(SessionEnds.KEEP)),
            leavesTombstone ? IndexSet.tombstone()[0] : new byte[0]
        };
    }

    /**
     * What the copy of a session has.
     *
     * @param left how long the session lives
     * @param cause why it is being ended; empty if it is not
     * @param replaced the revision of a copy with a cause that may be replaced; empty for none, {@code *} for any
     */
    public static byte[][] keep(StoredSession last, Duration left, String cause, byte[] replaced) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(SessionHash.text(millis(left.plus(SessionEnds.KEEP))));
        arguments.add(SessionHash.text(cause));
        arguments.add(replaced);
        last.parts().forEach((name, part) -> {
            arguments.add(SessionHash.text(name));
            arguments.add(part);
        });
        arguments.add(SessionHash.text(SessionHash.REVISION));
        arguments.add(SessionHash.revision(last.revision()));
        arguments.add(SessionHash.text(SessionHash.TOUCHED_AT));
        arguments.add(SessionHash.text(Long.toString(last.touchedAt().toEpochMilli())));
        return arguments.toArray(byte[][]::new);
    }

    public static byte[][] told(PastEnd end) {
        return SessionHash.texts(
                millis(SessionEnds.KEEP),
                end.cause() + " " + end.at().toEpochMilli() + " " + Base64Url.encode(end.verifier()));
    }

    /** What a note says; empty if there is none. */
    public static Optional<PastEnd> past(byte @Nullable [] note) {
        String[] words = note == null ? new String[0] : SessionHash.text(note).split(" ", -1);
        try {
            return words.length == 3
                    ? Optional.of(new PastEnd(
                            words[0],
                            Instant.ofEpochMilli(Long.parseLong(words[1])),
                            Base64Url.decode(SessionHash.text(words[2]))))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // Another program has written it.
        }
    }

    private static String millis(Duration time) {
        return Long.toString(time.toMillis());
    }

    private static String text(@Nullable Object reply) {
        return reply instanceof byte[] bytes ? SessionHash.text(bytes) : "";
    }
}
