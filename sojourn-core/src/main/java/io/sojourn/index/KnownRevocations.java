package io.sojourn.index;

import io.sojourn.record.EventTime;
import io.sojourn.spi.IndexKey;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last revocations that this JVM has made. A sign-in that is said after such a revocation was answered is later than
 * it, whatever the clocks say: so a request can revoke all sessions of its user and sign in again at once. Thread-safe.
 */
final class KnownRevocations {

    /** Of all managers: several may share a store, and no two revocations have the same name. */
    static final KnownRevocations OF_THIS_JVM = new KnownRevocations();

    private static final int AT_MOST = 1_000;

    private record Known(long revocation, EventTime answered) {}

    private final Map<IndexKey, Known> last = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<IndexKey, Known> eldest) {
            return size() > AT_MOST;
        }
    };

    synchronized void answered(IndexKey key, long revocation, EventTime now) {
        last.remove(key); // So that it becomes the youngest.
        last.put(key, new Known(revocation, now));
    }

    /** The last revocation that was answered before that moment, or that it knows itself; 0 if there is none. */
    synchronized long before(IndexKey key, EventTime moment) {
        Known known = last.get(key);
        return known == null || moment.isBefore(known.answered())
                ? moment.known()
                : Math.max(moment.known(), known.revocation());
    }
}
