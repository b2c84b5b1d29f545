package io.sojourn.redis;

import java.time.Duration;

/**
 * How a store keeps copies of the sessions that it read last, so that reading one again costs no command. For
 * {@link RedisStoreBuilder#nearCache}; immutable.
 *
 * <p>The copies are of the stored bytes, and each request decodes its own objects. The server tells of every change that
 * another process makes to a session of which there is a copy, and the copy is dropped then: usually within a millisecond. A
 * copy is used for no longer than {@link #maxStaleness} after the server has last been heard of, so a connection that was
 * cut or has gone silent costs that at most. What this process itself changes or revokes is gone from the cache at once.
 */
public final class NearCache {

    /** 64 MiB. */
    public static final long DEFAULT_MAX_BYTES = 64L << 20;

    /** 2 s. */
    public static final Duration DEFAULT_MAX_STALENESS = Duration.ofSeconds(2);

    /** 30 s: well below {@link io.sojourn.spi.SessionIndex#PENDING}, for which others rely on what was read. */
    public static final Duration LONGEST_STALENESS = Duration.ofSeconds(30);

    private static final Duration SHORTEST_STALENESS = Duration.ofMillis(100);

    private final long maxBytes;
    private final Duration maxStaleness;
    private final Duration staleWhileDown;

    private NearCache(Builder from) {
        maxBytes = from.maxBytes;
        maxStaleness = from.maxStaleness;
        staleWhileDown = from.staleWhileDown;
    }

    /** With all defaults. */
    public static NearCache create() {
        return builder().build();
    }

    /** Begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** How many bytes all copies may take together, bookkeeping included. */
    public long maxBytes() {
        return maxBytes;
    }

    /** For how long a copy may be used without a sign of life from the server. */
    public Duration maxStaleness() {
        return maxStaleness;
    }

    /** For how long the last copy may be shown while the server is down; zero for never. */
    public Duration staleWhileDown() {
        return staleWhileDown;
    }

    /** Collects the settings; not thread-safe. */
    public static final class Builder {

        private long maxBytes = DEFAULT_MAX_BYTES;
        private Duration maxStaleness = DEFAULT_MAX_STALENESS;
        private Duration staleWhileDown = Duration.ZERO;

        private Builder() {}

        /**
         * How many bytes all copies may take together, some 400 of bookkeeping for each included; what was used least goes
         * first. Stores of other prefixes over the same connection have as much again. Default {@link #DEFAULT_MAX_BYTES}.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxBytes(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("maxBytes must be at least 1, not " + bytes);
            }
            maxBytes = bytes;
            return this;
        }

        /**
         * For how long a copy may be used without a sign of life from the server, so how late a change by another process is
         * seen at the very worst. A connection over which sessions are read from the cache alone is asked for one about
         * twice in this time. Default {@link #DEFAULT_MAX_STALENESS}.
         *
         * @param longest from 100 ms to {@link #LONGEST_STALENESS}
         */
        public Builder maxStaleness(Duration longest) {
            if (longest.compareTo(SHORTEST_STALENESS) < 0 || longest.compareTo(LONGEST_STALENESS) > 0) {
                throw new IllegalArgumentException("maxStaleness must be from " + SHORTEST_STALENESS.toMillis()
                        + " ms to " + LONGEST_STALENESS.toSeconds() + " s, not " + longest);
            }
            maxStaleness = longest;
            return this;
        }

        /**
         * For how long the last copy of a session may be shown to those who ask for it while the server is down
         * ({@link io.sojourn.SessionManager#findLastKnown}; an adapter's outage policy), counted from when the server was
         * last heard of. Nothing can be saved meanwhile. During that time what others change or revoke is not seen: a
         * session that somebody ended elsewhere is still open here. One that was revoked by this process, whether or not
         * that reached the server, is not shown any more, nor is one past its absolute deadline. Zero, the default: never.
         *
         * @throws IllegalArgumentException if it is negative, or longer than an hour
         */
        public Builder staleWhileDown(Duration longest) {
            if (longest.isNegative() || longest.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("staleWhileDown must be from 0 to 1 hour, not " + longest);
            }
            staleWhileDown = longest;
            return this;
        }

        /** The settings. */
        public NearCache build() {
            return new NearCache(this);
        }
    }
}
