package io.sojourn.redis.command;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sojourn.SessionId;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Knows which sessions are too large for the connection that all share. Redis sends a reply as a whole, and all other replies wait
 * behind it; where it limits its output buffers, it even closes the connection. A script could look at the size before each load,
 * but takes the server twice the time of {@code HGETALL}. So every session is taken for small until a write of this process or a
 * load has shown that it is not; from then on it is read by the script, and over a connection of its own. A load that had no answer
 * counts as such a sign, until the script has looked: Redis copies a field of hundreds of megabytes for seconds, and does nothing else
 * meanwhile.
 */
final class SizeGuard {

    /** The scripts {@code commit.lua} and {@code ending.lua} have this number, too: 256 KiB. */
    static final int LARGE = 1 << 18;

    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(10);

    private static final int SESSIONS = 10_000;

    /** Null until a session is large. Most applications have none, and start sooner without the hundred classes of the cache. */
    private volatile @Nullable Cache<SessionId, Boolean> large;

    boolean isLarge(SessionId id) {
        Cache<SessionId, Boolean> known = large;
        return known != null && known.getIfPresent(id) != null;
    }

    void noteSize(SessionId id, boolean isLarge) {
        Cache<SessionId, Boolean> known = large;
        if (isLarge) {
            large().put(id, Boolean.TRUE);
        } else if (known != null) {
            known.invalidate(id);
        }
    }

    private synchronized Cache<SessionId, Boolean> large() {
        Cache<SessionId, Boolean> known = large;
        if (known == null) {
            known = Caffeine.newBuilder()
                    .maximumSize(SESSIONS)
                    .expireAfterAccess(REMEMBERED_FOR)
                    .executor(Runnable::run) // Little work; and no thread that outlives the store.
                    .build();
            large = known;
        }
        return known;
    }

    void written(SessionWrite write) {
        note(write.id(), write.put().values());
    }

    void loaded(SessionId id, StoredSession session) {
        note(id, session.parts().values());
    }

    private void note(SessionId id, Collection<byte[]> parts) {
        long bytes = 0;
        for (byte[] part : parts) {
            bytes += part.length;
        }
        if (bytes > LARGE) {
            large().put(id, Boolean.TRUE);
        }
    }
}
