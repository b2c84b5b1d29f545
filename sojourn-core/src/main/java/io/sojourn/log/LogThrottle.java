package io.sojourn.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Keeps the log short when something happens again and again; each kind of event is counted for itself.
 *
 * @param <K> what tells the kinds of events apart
 */
public final class LogThrottle<K> {

    static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);
    static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoTime;
    private final Map<K, Long> last = new ConcurrentHashMap<>();
    private final Map<K, Long> heldBack = new ConcurrentHashMap<>();

    public LogThrottle(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Lets one event of this kind through every ten seconds, and counts the others.
     *
     * @param event gets a phrase to end its sentence with: how many were held back since the last one, or nothing
     */
    public void ifDue(K kind, Consumer<String> event) {
        long now = nanoTime.getAsLong();
        Long before = last.putIfAbsent(kind, now);
        if (before != null && (Math.abs(now - before) < INTERVAL_NANOS || !last.replace(kind, before, now))) {
            heldBack.merge(kind, 1L, Long::sum);
            return;
        }
        Long count = heldBack.remove(kind);
        event.accept(count == null ? "" : " (and " + count + " more like it since the last such line)");
    }

    /**
     * Notes an event, and tells whether there was none of its kind for a minute: an outage is one line, however long it lasts and
     * however often it is noticed.
     */
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
