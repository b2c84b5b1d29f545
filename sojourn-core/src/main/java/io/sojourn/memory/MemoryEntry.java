package io.sojourn.memory;

import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One session in memory; immutable.
 *
 * @param stored what a load gives
 * @param endsAt when it ends, in milliseconds since the epoch
 * @param bytes what it takes, roughly
 */
record MemoryEntry(StoredSession stored, long endsAt, long bytes) {

    /** What an entry takes beside its parts: objects, map entries, arrays' headers. */
    private static final int OVERHEAD = 256;

    private static final int OVERHEAD_PER_PART = 96;

    static MemoryEntry after(SessionWrite write, @Nullable MemoryEntry before, long now) {
        Map<String, byte[]> parts = before == null ? new HashMap<>() : new HashMap<>(before.stored.parts());
        parts.keySet().removeAll(write.remove());
        parts.putAll(write.put());
        StoredSession stored = new StoredSession(
                write.revision(), write.touchedAt().truncatedTo(ChronoUnit.MILLIS), Map.copyOf(parts));
        return new MemoryEntry(stored, end(write.timeToLive(), now), bytes(stored));
    }

    /** About how much a session takes. */
    static long bytes(StoredSession session) {
        long bytes = OVERHEAD;
        for (Map.Entry<String, byte[]> part : session.parts().entrySet()) {
            bytes += OVERHEAD_PER_PART + part.getKey().length() + part.getValue().length;
        }
        return bytes;
    }

    MemoryEntry touched(SessionTouch touch, long now) {
        return new MemoryEntry(
                new StoredSession(stored.revision(), touch.touchedAt().truncatedTo(ChronoUnit.MILLIS), stored.parts()),
                end(touch.timeToLive(), now),
                bytes);
    }

    long revision() {
        return stored.revision();
    }

    boolean hasEnded(long now) {
        return now >= endsAt;
    }

    private static long end(@Nullable Duration timeToLive, long now) {
        return timeToLive == null ? Long.MAX_VALUE : now + timeToLive.toMillis();
    }
}
