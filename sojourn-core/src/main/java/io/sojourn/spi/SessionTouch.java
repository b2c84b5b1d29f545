package io.sojourn.spi;

import io.sojourn.SessionId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An extension of a session's life without a change.
 *
 * @param id the session
 * @param revision the revision that was read; at any other the touch does nothing
 * @param touchedAt becomes the time of the last touch
 * @param timeToLive from now on, at least a millisecond; null if the session has none
 */
public record SessionTouch(
        SessionId id,
        long revision,
        Instant touchedAt,
        @Nullable Duration timeToLive) {

    /** Refuses a touch that would end the session. */
    public SessionTouch {
        if (timeToLive != null && timeToLive.toMillis() < 1) {
            throw new IllegalArgumentException("timeToLive must be at least 1 ms, not " + timeToLive);
        }
    }
}
