package io.sojourn.spi;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a store, for probes and dashboards.
 *
 * @param state whether sessions can be had
 * @param reason what is wrong, for people; empty if nothing is. No secret
 * @param since when it came to be in that state; null if the store does not know
 * @param latency how long the last round trip took that was measured; null if none was
 */
public record StoreHealth(
        State state,
        String reason,
        @Nullable Instant since,
        @Nullable Duration latency) {

    /** Whether sessions can be had. */
    public enum State {
        /** As far as is known, every operation succeeds. */
        UP,
        /** Some operations fail, or all but not for certain: the last one did. */
        DEGRADED,
        /** Every operation fails, at once. Pages that need no session do not notice. */
        DOWN
    }

    /** Nothing is wrong, and nothing more is known. */
    public static final StoreHealth UNMEASURED_UP = new StoreHealth(State.UP, "", null, null);

    /** Whether {@link State#UP}. */
    public boolean isUp() {
        return state == State.UP;
    }
}
