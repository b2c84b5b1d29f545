package io.sojourn.redis;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Keys that were written to not long ago: for once to twice a given time after the last mention. Two sets take turns, so
 * nothing is kept for each key but the key.
 */
final class RecentWrites {

    private final long windowNanos;
    private final LongSupplier nanoClock;
    private volatile Set<String> current = ConcurrentHashMap.newKeySet();
    private volatile Set<String> previous = Set.of();
    private volatile long since;

    RecentWrites(Duration window, LongSupplier nanoClock) {
        this.windowNanos = window.toNanos();
        this.nanoClock = nanoClock;
        this.since = nanoClock.getAsLong();
    }

    void add(String key) {
        turn();
        current.add(key);
    }

    boolean contains(String key) {
        turn();
        return current.contains(key) || previous.contains(key);
    }

    private void turn() {
        if (nanoClock.getAsLong() - since > windowNanos) {
            synchronized (this) {
                long now = nanoClock.getAsLong();
                if (now - since > windowNanos) {
                    previous = now - since > 2 * windowNanos ? Set.of() : current;
                    current = ConcurrentHashMap.newKeySet();
                    since = now;
                }
            }
        }
    }
}
