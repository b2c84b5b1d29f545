package io.sojourn.engine;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.StoredSession;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Caches parsed records of small sessions, because a near cache returns the same {@link StoredSession} again and again. It is small,
 * so that it wastes little memory where there is no near cache.
 */
final class RecordCache {

    private static final int PLACES = 1024;
    private static final int MAX_BYTES = 8 * 1024;

    private final AtomicReferenceArray<@Nullable SessionRecord> places = new AtomicReferenceArray<>(PLACES);

    /** What is stored under an id; throws {@link UnreadableSessionException} if this version cannot read it. */
    SessionRecord of(SessionId id, StoredSession stored) {
        int place = id.hashCode() & (PLACES - 1);
        SessionRecord known = places.get(place);
        if (known != null && known.isOf(stored)) {
            return known;
        }
        SessionRecord state = SessionRecord.of(stored);
        if (stored.parts().size() == 1 && state.record().bytes().length <= MAX_BYTES) {
            places.set(place, state);
        }
        return state;
    }
}
