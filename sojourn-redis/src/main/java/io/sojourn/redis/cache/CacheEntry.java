package io.sojourn.redis.cache;

import io.sojourn.spi.StoredSession;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a near cache has under an id. Each one is itself and equal to no other, so that it can be replaced by identity. */
public sealed interface CacheEntry {

    /** Roughly the bytes that it takes. */
    int weight();

    /** What may still be shown while the server is down. */
    @Nullable
    Copy last();

    /** Whether it stands for a write that is under way, or may be. */
    boolean isWrite();

    /** A copy of a stored session. */
    public final class Copy implements CacheEntry {

        /** Map entries, the cache's bookkeeping, and the objects here. */
        private static final int OVERHEAD = 400;

        private static final int OVERHEAD_PER_PART = 100;

        /** A century and a half: as good as never, and it can be added to a time. */
        private static final long NEVER = Long.MAX_VALUE / 2;

        private final StoredSession stored;
        private final TrackedConnection tracked;
        private final long endsAt;
        private final int weight;
        private final CompletionStage<Optional<StoredSession>> answer;

        private Copy(StoredSession stored, TrackedConnection tracked, long endsAt, int weight) {
            this.stored = stored;
            this.tracked = tracked;
            this.endsAt = endsAt;
            this.weight = weight;
            this.answer = CompletableFuture.completedFuture(Optional.of(stored));
        }

        /**
         * A copy.
         *
         * @param tracked what it was read on
         * @param endsAt by when the session surely has not ended yet, see {@link #end}
         */
        public static Copy of(StoredSession stored, TrackedConnection tracked, long endsAt) {
            Map<String, byte[]> parts = Collections.unmodifiableMap(stored.parts());
            long weight = OVERHEAD;
            for (Map.Entry<String, byte[]> part : parts.entrySet()) {
                weight += OVERHEAD_PER_PART + part.getKey().length() + part.getValue().length;
            }
            return new Copy(new StoredSession(stored.revision(), stored.touchedAt(), parts), tracked, endsAt, (int)
                    Math.min(weight, Integer.MAX_VALUE));
        }

        /** When a time to live that began after a request was sent ends at the earliest; negative for never. */
        public static long end(long sentAt, long timeToLiveMillis) {
            long nanos = TimeUnit.MILLISECONDS.toNanos(timeToLiveMillis - 1);
            return sentAt + (timeToLiveMillis < 0 ? NEVER : Math.min(nanos, NEVER));
        }

        /** The same, used at that time and living until then. */
        public Copy touched(Instant touchedAt, long newEnd) {
            return new Copy(new StoredSession(stored.revision(), touchedAt, stored.parts()), tracked, newEnd, weight);
        }

        public StoredSession stored() {
            return stored;
        }

        public TrackedConnection tracked() {
            return tracked;
        }

        /** The answer to a load, made once for all. */
        public CompletionStage<Optional<StoredSession>> answer() {
            return answer;
        }

        /** Whether it may be used instead of asking the server. */
        public boolean isGood(long now) {
            return tracked.isTrusted(now) && lives(now);
        }

        public boolean lives(long now) {
            return now - endsAt < 0;
        }

        @Override
        public int weight() {
            return weight;
        }

        @Override
        public Copy last() {
            return this;
        }

        @Override
        public boolean isWrite() {
            return false;
        }
    }

    /**
     * Stands for a request that is under way. Whoever made it puts a copy in its place when the reply is there, if it is
     * still in its place then: a message that the session has changed, another write or a revocation have removed it, and
     * what was read or written is not kept. So it does not matter in which thread a reply is worked on, or when.
     */
    public final class Claim implements CacheEntry {

        private static final int WEIGHT = 200;

        private final long since;
        private final boolean isWrite;
        private final @Nullable Copy before;
        private volatile @Nullable TrackedConnection tracked;

        /**
         * A claim.
         *
         * @param since when the request was sent
         * @param tracked where to; null if what comes back cannot be kept
         * @param before the copy whose place it takes
         */
        public Claim(long since, @Nullable TrackedConnection tracked, @Nullable Copy before, boolean isWrite) {
            this.since = since;
            this.tracked = tracked;
            this.before = before;
            this.isWrite = isWrite;
        }

        public long since() {
            return since;
        }

        @Nullable
        public Copy before() {
            return before;
        }

        /** Where the request was answered, or null if that server does not tell of changes to what was read by it. */
        @Nullable
        public TrackedConnection tracked() {
            return tracked;
        }

        /** Another server was asked in the end. */
        public void redirected() {
            tracked = null;
        }

        @Override
        public int weight() {
            return before == null ? WEIGHT : (int) Math.min((long) WEIGHT + before.weight(), Integer.MAX_VALUE);
        }

        @Override
        public boolean isWrite() {
            return isWrite;
        }

        /** A write that may have been applied leaves no copy that could be shown. */
        @Override
        public @Nullable Copy last() {
            return isWrite ? null : before;
        }
    }
}
