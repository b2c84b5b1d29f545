package io.sojourn.record;

import io.sojourn.SessionSettings;
import io.sojourn.UnreadableSessionException;
import io.sojourn.format.EncodedValue;
import io.sojourn.format.Header;
import io.sojourn.format.MalformedRecordException;
import io.sojourn.format.PackedRecord;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A session as it is stored, immutable: what a request's changes are applied to.
 *
 * @param revision which write this is
 * @param touchedAt when it was last written or touched, in milliseconds since the epoch
 * @param record the part {@value #RECORD}
 * @param parts all parts, as the store holds them
 */
public record SessionRecord(long revision, long touchedAt, PackedRecord record, Map<String, byte[]> parts) {

    /** The name of the part that holds the packed record. */
    public static final String RECORD = "r";

    /** The beginning of the name of a part that holds one large attribute. */
    public static final String ATTRIBUTE = "a:";

    /** Nobody writes a later time than this, the end of the year 9999. */
    private static final long LATEST_MILLIS = 253_402_300_799_999L;

    /** Nobody rotates a session once a nanosecond for a year. */
    private static final long MOST_ROTATIONS = 1L << 54;

    /** Throws {@link UnreadableSessionException} if this version cannot read it. */
    public static SessionRecord of(StoredSession stored) {
        byte[] packed = stored.parts().get(RECORD);
        if (packed == null) {
            throw new UnreadableSessionException(
                    "The stored session has no record; it was not written by Sojourn.", null);
        }
        try {
            SessionRecord state = new SessionRecord(
                    stored.revision(), stored.touchedAt().toEpochMilli(), PackedRecord.parse(packed), stored.parts());
            state.requirePossible();
            return state;
        } catch (MalformedRecordException e) {
            throw new UnreadableSessionException("The stored session cannot be read: " + e.getMessage() + ".", null);
        }
    }

    /**
     * Refuses what a record can say and no node can have written: nothing overflows that is worked out from it, and no
     * store and no index refuses it later, amid a request.
     */
    private void requirePossible() {
        Header header = header();
        if (touchedAt < 0
                || touchedAt > LATEST_MILLIS
                || header.createdAt() > LATEST_MILLIS
                || header.deadline() > LATEST_MILLIS
                || header.details().authenticatedAt() > LATEST_MILLIS
                || header.idleTimeout() > SessionSettings.LONGEST.toMillis()
                || header.details().requested().lastAtMillis() > LATEST_MILLIS
                || header.details().requested().count() > MOST_ROTATIONS
                || header.rotations() > MOST_ROTATIONS) {
            throw new UnreadableSessionException(
                    "The stored session has times or numbers that no node can have written; it is damaged.", null);
        }
        for (String index : header.details().indexes().keySet()) {
            if (!IndexKey.isName(index) || index.equals(IndexKey.PRINCIPAL)) {
                throw new UnreadableSessionException(
                        "The stored session is in an index whose name no index can have; it is damaged.", null);
            }
        }
    }

    /** Whether this is what that object says; two objects with equal bytes need not be known as the same. */
    public boolean isOf(StoredSession stored) {
        return parts == stored.parts()
                && revision == stored.revision()
                && touchedAt == stored.touchedAt().toEpochMilli();
    }

    public Header header() {
        return record.header();
    }

    /** The same, used at that time. */
    public SessionRecord touched(long atMillis) {
        return new SessionRecord(revision, atMillis, record, parts);
    }

    public Set<String> names() {
        return record.attributes().keySet();
    }

    /** The stored bytes of an attribute; null if there is none, or if its own part has been lost. */
    @Nullable
    public EncodedValue attribute(String name) {
        EncodedValue value = record.attributes().get(name);
        if (value == null || !value.isExternal()) {
            return value;
        }
        byte[] bytes = parts.get(ATTRIBUTE + name);
        return bytes == null ? null : EncodedValue.of(value.codec(), bytes);
    }

    /** Compared for equality only and no secret, so a fast generator will do; 0 means that there is no session. */
    public static long freshRevision() {
        long revision;
        do {
            revision = ThreadLocalRandom.current().nextLong();
        } while (revision == SessionWrite.ABSENT);
        return revision;
    }
}
