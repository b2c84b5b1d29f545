package io.sojourn;

import io.sojourn.format.Header;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When sessions end. All in milliseconds. */
final class Lifetimes {

    private final boolean extendOnRead;
    private final long longestTouchInterval;

    Lifetimes(SessionSettings settings) {
        extendOnRead = settings.extendOnRead();
        longestTouchInterval = settings.touchInterval().toMillis();
    }

    /** Rounded up, since zero would mean for ever. */
    static long wholeMillis(Duration duration) {
        return duration.plusNanos(999_999).toMillis();
    }

    boolean isPastDeadline(Header header, long now) {
        return header.deadline() != Header.NONE && now >= header.deadline();
    }

    /**
     * The time to live from now on; null for ever. Longer than the idle timeout by the touch interval, because the last
     * uses of a session may not have been written. Not positive once the deadline has passed.
     */
    @Nullable
    Duration timeToLive(Header header, long now) {
        long idle = header.idleTimeout() == Header.NONE
                ? Long.MAX_VALUE
                : header.idleTimeout() + (extendOnRead ? touchInterval(header) : 0);
        long rest = header.deadline() == Header.NONE ? Long.MAX_VALUE : header.deadline() - now;
        long millis = Math.min(idle, rest);
        return millis == Long.MAX_VALUE ? null : Duration.ofMillis(millis);
    }

    /**
     * Whether this use of a session is to be written down. A time of the last touch that lies ahead was written by a node
     * whose clock is ahead; waiting for it could end a session in use.
     */
    boolean touchIsDue(Header header, long touchedAt, long now) {
        return extendOnRead && Math.abs(now - touchedAt) >= Math.max(1, touchInterval(header));
    }

    private long touchInterval(Header header) {
        return header.idleTimeout() == Header.NONE
                ? longestTouchInterval
                : Math.min(longestTouchInterval, header.idleTimeout() / 10);
    }
}
