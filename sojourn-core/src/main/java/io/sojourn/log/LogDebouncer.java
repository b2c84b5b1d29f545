package io.sojourn.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets an event into the log if there was none of its kind for a minute: an outage is one line, however long it lasts and however
 * often it is noticed. For what is worth a line every ten seconds there is {@link LogThrottle}.
 *
 * @param <K> what tells the kinds of events apart
 */
public final class LogDebouncer<K> {

    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoTime;
    private final Map<K, Long> last = new ConcurrentHashMap<>();

    public LogDebouncer(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Notes an event, and tells whether it is worth a line. */
    public boolean isNews(K kind) {
        long now = nanoTime.getAsLong();
        Long before = last.put(kind, now);
        return before == null || now - before > QUIET_NANOS;
    }

    /** The next event of this kind is news. */
    public void forget(K kind) {
        last.remove(kind);
    }
}
