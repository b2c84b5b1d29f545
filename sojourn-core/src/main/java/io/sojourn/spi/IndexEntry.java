package io.sojourn.spi;

import io.sojourn.SessionId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session to be entered in an index, before the session itself is written.
 *
 * @param key where
 * @param id the session
 * @param timeToLive how long the session will live at most, at least a millisecond; null if it has no end
 * @param binding null if the session is in the index already and only lives on
 */
public record IndexEntry(
        IndexKey key,
        SessionId id,
        @Nullable Duration timeToLive,
        @Nullable Binding binding) {

    /** Refuses what would end at once. */
    public IndexEntry {
        if (timeToLive != null && timeToLive.toMillis() < 1) {
            throw new IllegalArgumentException("timeToLive must be at least 1 ms, not " + timeToLive);
        }
    }

    /**
     * A session gets this value: somebody signs in.
     *
     * @param age how long ago that began; what was revoked since then is not entered
     * @param limit how many sessions may have this value; 0 for any number
     * @param makeRoom whether to mark sessions for their end if there are too many, instead of refusing this one
     * @param first which of them to take first; then those that end soonest
     */
    public record Binding(Duration age, int limit, boolean makeRoom, List<SessionId> first) {

        /** Without a limit. */
        public static Binding unlimited(Duration age) {
            return new Binding(age, 0, false, List.of());
        }
    }
}
