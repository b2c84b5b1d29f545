package io.sojourn.redis.script;

import io.lettuce.core.KeyValue;
import io.sojourn.UnreadableSessionException;
import io.sojourn.bytes.Base64Url;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a session lies in a hash: the field {@code v} is the revision (64 bits, 11 characters of base64url), {@code t} the
 * time of the last touch (milliseconds since the epoch, decimal), and every other field a part under its own name.
 */
public final class SessionHash {

    public static final String REVISION = "v";
    public static final String TOUCHED_AT = "t";

    /** The part that every session has. */
    static final String RECORD = "r";

    /** The field of what keeps a session from being created. */
    private static final String FORBIDDEN = "forbidden";

    /** The field of the note that a session has ended. */
    static final String ENDED = "ended";

    /** All that may be where no session is. */
    private static final Set<String> NO_SESSION = Set.of(FORBIDDEN, ENDED);

    private static final byte[] NONE = {};

    private static final long GONE = 0;
    private static final long APPLIED = 1;
    private static final long TAKEN = 2;
    private static final long CONFLICT = 3;
    private static final long LARGE_CONFLICT = 4;

    private SessionHash() {}

    /** The note that lies in place of a session that has ended; null if there is none. */
    public static byte @Nullable [] note(HashFields fields) {
        return fields.others == null ? null : fields.others.get(ENDED);
    }

    /** The session in the fields of a hash; no fields are no session. */
    public static Optional<StoredSession> read(HashFields fields) {
        return read(fields.revision, fields.touchedAt, fields.parts());
    }

    /** The session in the fields revision, time and one part; of what only forbids a session there is none. */
    public static Optional<StoredSession> peeked(String part, List<KeyValue<String, byte[]>> fields) {
        return peeked(
                part,
                fields.get(0).getValueOrElse(null),
                fields.get(1).getValueOrElse(null),
                fields.get(2).getValueOrElse(null));
    }

    private static Optional<StoredSession> peeked(
            String part, byte @Nullable [] revision, byte @Nullable [] touchedAt, byte @Nullable [] bytes) {
        return read(revision, touchedAt, bytes == null ? Map.of() : Map.of(part, bytes));
    }

    static Optional<StoredSession> read(List<?> flat) {
        return read(fields(flat));
    }

    private static Optional<StoredSession> read(Map<String, byte[]> fields) {
        return read(fields.remove(REVISION), fields.remove(TOUCHED_AT), fields);
    }

    private static Optional<StoredSession> read(
            byte @Nullable [] revision, byte @Nullable [] touchedAt, Map<String, byte[]> parts) {
        if (revision == null && touchedAt == null && NO_SESSION.containsAll(parts.keySet())) {
            return Optional.empty();
        }
        if (revision == null || touchedAt == null || parts.isEmpty()) {
            throw unreadable();
        }
        return Optional.of(new StoredSession(revision(revision), Instant.ofEpochMilli(millis(touchedAt)), parts));
    }

    /** Of the commit script. Most writes have only the part {@code r}: then they have fewer arguments, which costs the server less. */
    public static byte[][] arguments(SessionWrite write) {
        Map<String, byte[]> put = write.put();
        Set<String> remove = write.remove();
        byte[] onlyRecord = put.size() == 1 && remove.isEmpty() ? put.get(RECORD) : null;
        if (onlyRecord != null) {
            return arguments(write, onlyRecord, 0);
        }
        if (put.isEmpty() && remove.isEmpty()) {
            return Arrays.copyOf(arguments(write, NONE, 0), 4);
        }
        byte[][] arguments = arguments(write, number(remove.size()), remove.size() + 2 * put.size());
        int next = 5;
        for (String part : remove) {
            arguments[next++] = text(part);
        }
        for (Map.Entry<String, byte[]> part : put.entrySet()) {
            arguments[next++] = text(part.getKey());
            arguments[next++] = part.getValue();
        }
        return arguments;
    }

    private static byte[][] arguments(SessionWrite write, byte[] fifth, int more) {
        byte[][] arguments = new byte[5 + more][];
        arguments[0] = write.creates() ? NONE : revision(write.expectedRevision());
        arguments[1] = revision(write.revision());
        arguments[2] = number(write.touchedAt().toEpochMilli());
        arguments[3] = timeToLive(write.timeToLive());
        arguments[4] = fifth;
        return arguments;
    }

    public static byte[][] arguments(SessionTouch touch) {
        return new byte[][] {
            revision(touch.revision()), number(touch.touchedAt().toEpochMilli()), timeToLive(touch.timeToLive())
        };
    }

    /**
     * Of a deletion at a known revision.
     *
     * @param leavesTombstone whether a session that does not exist is to be kept from being created
     */
    public static byte[][] deletion(long revision, boolean leavesTombstone) {
        return new byte[][] {revision(revision), leavesTombstone ? IndexSet.tombstone()[0] : NONE};
    }

    /** Of a deletion that keeps nothing from being created, but leaves a tombstone that is there. */
    public static byte[][] noTombstone() {
        return new byte[][] {NONE};
    }

    public static boolean isApplied(Object reply) {
        return outcome(reply) == APPLIED;
    }

    public static boolean isConflict(Object reply) {
        long outcome = outcome(reply);
        return outcome == CONFLICT || outcome == LARGE_CONFLICT;
    }

    /** A bare number, too, arrives as a list of one. */
    private static long outcome(Object reply) {
        return reply instanceof List<?> answer && !answer.isEmpty() && answer.get(0) instanceof Long outcome
                ? outcome
                : -1;
    }

    /** How many bytes a session takes with which a write was in conflict, and which is too large to be answered; 0 for others. */
    public static long conflictBytes(Object reply) {
        return outcome(reply) == LARGE_CONFLICT && ((List<?>) reply).get(1) instanceof Long bytes ? bytes : 0;
    }

    /** The answer of the commit script, and of the one that deletes, unless that has {@link #conflictBytes}. */
    public static CommitResult result(Object reply) {
        if (reply instanceof List<?> answer && !answer.isEmpty() && answer.get(0) instanceof Long outcome) {
            if (outcome == APPLIED) {
                return CommitResult.APPLIED;
            }
            if (outcome == GONE) {
                return CommitResult.GONE;
            }
            if (outcome == TAKEN) {
                return CommitResult.ID_TAKEN;
            }
            if (outcome == CONFLICT && answer.get(1) instanceof List<?> flat) {
                return new CommitResult.Conflict(read(fields(flat)).orElseThrow(SessionHash::unreadable));
            }
        }
        throw new IllegalStateException("A script gave an answer that it does not have");
    }

    /**
     * A session that was read by the load script.
     *
     * @param largeBytes how many bytes the session takes if it was too large to be answered, else 0
     * @param note the note that lies in place of a session that has ended; null if there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
    public record Loaded(Optional<StoredSession> session, long largeBytes, byte @Nullable [] note) {}

    /** How many bytes a session takes that was too large to be answered by the script that loads or takes it; 0 for others. */
    public static long largeBytes(Object reply) {
        return reply instanceof List<?> answer && answer.size() == 1 && answer.get(0) instanceof Long bytes ? bytes : 0;
    }

    /** The answer of the load script. */
    public static Loaded loaded(Object reply) {
        long bytes = largeBytes(reply);
        if (bytes > 0) {
            return new Loaded(Optional.empty(), bytes, null);
        }
        if (reply instanceof List<?> answer && answer.size() == 1 && answer.get(0) instanceof List<?> flat) {
            Map<String, byte[]> fields = fields(flat);
            return new Loaded(read(fields), 0, fields.get(ENDED));
        }
        throw new IllegalStateException("The load script gave an answer that it does not have");
    }

    /** The answer of the load script that was asked for one part; for all of them if that is null. */
    public static Loaded loaded(@Nullable String part, Object reply) {
        if (part != null
                && reply instanceof List<?> answer
                && answer.size() == 1
                && answer.get(0) instanceof List<?> values
                && values.size() == 3) {
            return new Loaded(peeked(part, bytes(values, 0), bytes(values, 1), bytes(values, 2)), 0, null);
        }
        return loaded(reply);
    }

    private static byte @Nullable [] bytes(List<?> values, int index) {
        return values.get(index) instanceof byte[] bytes ? bytes : null;
    }

    /** The fields of a reply that has names and values in turn. */
    public static Map<String, byte[]> fields(Object reply) {
        List<?> flat = (List<?>) reply;
        Map<String, byte[]> fields = new HashMap<>(flat.size());
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            fields.put(text((byte[]) flat.get(i)), (byte[]) flat.get(i + 1));
        }
        return fields;
    }

    static byte[] revision(long revision) {
        return Base64Url.encodeToBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(revision)
                .array());
    }

    private static long revision(byte[] text) {
        long revision;
        try {
            revision = ByteBuffer.wrap(Base64Url.decode(text))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw unreadable();
        }
        if (revision == SessionWrite.ABSENT) {
            throw unreadable(); // No writer chooses it, and a save on it would be taken for a creation.
        }
        if (!Arrays.equals(text, revision(revision))) {
            throw unreadable(); // The scripts compare texts: a save on another spelling would never succeed.
        }
        return revision;
    }

    private static long millis(byte[] text) {
        try {
            return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            throw unreadable();
        }
    }

    private static byte[] timeToLive(@Nullable Duration timeToLive) {
        return timeToLive == null ? NONE : number(timeToLive.toMillis());
    }

    static byte[] number(long number) {
        return text(Long.toString(number));
    }

    public static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Arguments of a script, as text. */
    public static byte[][] texts(String... texts) {
        return Stream.of(texts).map(SessionHash::text).toArray(byte[][]::new);
    }

    static String text(byte[] reply) {
        return new String(reply, StandardCharsets.UTF_8);
    }

    private static UnreadableSessionException unreadable() {
        return new UnreadableSessionException(
                "The hash under the session's key was not written by Sojourn, or is damaged", null);
    }
}
