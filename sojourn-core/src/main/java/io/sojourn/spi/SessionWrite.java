package io.sojourn.spi;

import io.sojourn.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One compare-and-set. All parts not named stay as they are.
 *
 * @param id the session
 * @param expectedRevision the revision that the write is based on, or {@link #ABSENT} if the session must not exist yet
 * @param revision the revision afterwards: chosen by the writer, fresh for every write, never {@link #ABSENT}. Revisions
 *     are compared for equality only; being chosen by the writer, one that is read later tells whose write got through.
 * @param touchedAt becomes the time of the last touch
 * @param timeToLive from now on, at least a millisecond; null if the session is to stay until it is deleted
 * @param put parts to add or replace. A name is {@code r} or begins with {@code a:}, unless a
 *     {@link io.sojourn.spi.layer.LayeredStore} in between gives names of its own; none is empty, {@code v} or {@code t}.
 * @param remove names of parts to remove, whether or not they exist; none of them is put as well
 */
public record SessionWrite(
        SessionId id,
        long expectedRevision,
        long revision,
        Instant touchedAt,
        @Nullable Duration timeToLive,
        Map<String, byte[]> put,
        Set<String> remove) {

    /** The revision of what does not exist: {@value}. */
    public static final long ABSENT = 0;

    /** Refuses a write that no store could apply. */
    public SessionWrite {
        if (revision == ABSENT) {
            throw new IllegalArgumentException("revision must not be " + ABSENT);
        }
        if (timeToLive != null && timeToLive.toMillis() < 1) {
            throw new IllegalArgumentException("timeToLive must be at least 1 ms, not " + timeToLive);
        }
        if (expectedRevision == ABSENT && put.isEmpty()) {
            throw new IllegalArgumentException("a new session needs at least one part");
        }
    }

    /** Whether the session must not exist yet. */
    public boolean creates() {
        return expectedRevision == ABSENT;
    }
}
