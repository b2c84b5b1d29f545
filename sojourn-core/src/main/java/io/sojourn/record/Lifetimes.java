package io.sojourn.record;

import io.sojourn.SessionSettings;
import io.sojourn.format.Header;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When sessions end. All in milliseconds. */
public final class Lifetimes {

    /** An index is told of a session no more often. */
    private static final long SHORTEST_STEP_MILLIS = 60_000;

    private final boolean extendOnRead;
    private final long longestTouchInterval;
    private final long renewal;
    private final long unseenGrace;

    public Lifetimes(SessionSettings settings) {
        extendOnRead = settings.extendOnRead();
        longestTouchInterval = settings.touchInterval().toMillis();
        renewal = settings.renewal().toMillis();
        long grace = settings.renewalGrace().toMillis();
        unseenGrace = grace == 0 ? 0 : Math.max(SessionSettings.UNSEEN_FOR.toMillis(), grace);
    }

    public boolean isPastDeadline(Header header, long now) {
        return header.deadline() != Header.NONE && now >= header.deadline();
    }

    /**
     * The time to live from now on; null for ever. Longer than the idle timeout by the touch interval, because the last
     * uses of a session may not have been written. Not positive once the deadline has passed.
     */
    @Nullable
    public Duration timeToLive(Header header, long now) {
        long idle = header.idleTimeout() == Header.NONE
                ? Long.MAX_VALUE
                : header.idleTimeout() + (extendOnRead ? touchInterval(header) : 0);
        long rest = header.deadline() == Header.NONE ? Long.MAX_VALUE : header.deadline() - now;
        long millis = Math.min(idle, rest);
        return millis == Long.MAX_VALUE ? null : Duration.ofMillis(millis);
    }

    /**
     * Until when an index is told that a session lives which is used at that time: a little longer than it does, so that
     * the index need not be told of each use. {@link Long#MAX_VALUE} for ever.
     */
    public long knownEnd(Header header, long usedAt) {
        long deadline = header.deadline() == Header.NONE ? Long.MAX_VALUE : header.deadline();
        if (header.idleTimeout() == Header.NONE) {
            return deadline;
        }
        long step = Math.max(header.idleTimeout() / 2, SHORTEST_STEP_MILLIS);
        long end = usedAt + header.idleTimeout() + (extendOnRead ? touchInterval(header) : 0);
        return Math.min(deadline, Math.floorDiv(end, step) * step + step);
    }

    /** When a session ends that is not used again; {@link Long#MAX_VALUE} never. */
    public long end(Header header, long usedAt) {
        long idle = header.idleTimeout() == Header.NONE ? Long.MAX_VALUE : usedAt + header.idleTimeout();
        return header.deadline() == Header.NONE ? idle : Math.min(idle, header.deadline());
    }

    /** Whether the secret has been in force for longer than it should. */
    public boolean renewalIsDue(Header header, long now) {
        return renewal != 0 && now - header.secretSince() >= renewal;
    }

    /**
     * Whether this use of a session is to be written down. A time of the last touch that lies ahead was written by a node
     * whose clock is ahead; waiting for it could end a session in use.
     */
    public boolean touchIsDue(Header header, long touchedAt, long now) {
        return extendOnRead && Math.abs(now - touchedAt) >= Math.max(1, touchInterval(header));
    }

    private long touchInterval(Header header) {
        return header.idleTimeout() == Header.NONE
                ? longestTouchInterval
                : Math.min(longestTouchInterval, header.idleTimeout() / 10);
    }

    /** How long a renewed secret opens the session while its successor has not been seen. */
    public long unseenGrace() {
        return unseenGrace;
    }
}
