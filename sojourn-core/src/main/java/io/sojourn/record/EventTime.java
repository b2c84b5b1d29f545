package io.sojourn.record;

import java.time.Duration;
import java.time.Instant;

/**
 * When something was said on this node: that a user signs in, for example. How long ago that is is measured anew whenever it
 * is asked for, see {@code EngineContext.age}.
 *
 * @param at by the configured clock
 * @param nanos by {@link System#nanoTime()}, which nobody sets back
 * @param known the last revocation that is known to have happened before, by whatever way; 0 for none. See
 *     {@link io.sojourn.spi.IndexEntry.Binding#known}
 */
public record EventTime(Instant at, long nanos, long known) {

    long millis() {
        return at.toEpochMilli();
    }

    /** The same moment, known to be later than a revocation. */
    public EventTime after(long revocation) {
        return new EventTime(at, nanos, Math.max(known, revocation));
    }

    public boolean isBefore(EventTime other) {
        return nanos - other.nanos < 0;
    }

    /** How long this is before another moment; by the clock that says longer. */
    public Duration until(Instant now, long nowNanos) {
        Duration byClock = Duration.between(at, now);
        Duration byNanos = Duration.ofNanos(nowNanos - nanos);
        return byClock.compareTo(byNanos) > 0 ? byClock : byNanos;
    }
}
