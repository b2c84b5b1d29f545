package io.sojourn.spi;

import io.sojourn.SessionId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A session to be entered in an index, before the session itself is written.
 *
 * @param key the index and the value in it
 * @param id the session
 * @param timeToLive how long the session will live at most, at least a millisecond; null if it has no end
 * @param binding null if the session is in the index already and only lives on
 */
public record IndexEntry(
        IndexKey key,
        SessionId id,
        @Nullable Duration timeToLive,
        @Nullable Binding binding) {

    /** Refuses a session that would end at once. */
    public IndexEntry {
        if (timeToLive != null && timeToLive.toMillis() < 1) {
            throw new IllegalArgumentException("timeToLive must be at least 1 ms, not " + timeToLive);
        }
    }

    /**
     * A session gets this value, for example because its user signs in.
     *
     * @param age how long ago that began, at the moment of the call; a revocation since then refuses it
     * @param known the last revocation of the value that had been answered before the binding began, however long ago: it does
     *     not refuse it. 0 for none
     * @param limit how many sessions may have this value; 0 for any number
     * @param makeRoom whether to mark sessions for their end if there are too many, instead of refusing this one
     */
    public record Binding(Duration age, long known, int limit, boolean makeRoom) {

        /** A binding without a limit that knows of no revocation. */
        public static Binding unlimited(Duration age) {
            return new Binding(age, 0, 0, false);
        }
    }
}
