package io.sojourn.soak;

import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.ends.EndWatch;
import io.sojourn.redis.NearCache;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.tink.EncryptedStore;
import io.sojourn.tink.SessionKeys;
import io.sojourn.zstd.CompressedStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/** A node of an application, with near cache, encryption and compression, that hears when sessions end. */
final class SoakNode implements AutoCloseable {

    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private final SessionStore store;
    private final SessionManager manager;
    private final EndWatch watch;
    private boolean closed;

    SoakNode(String uri, SessionKeys keys, AtomicLong ends) {
        RedisStore redis =
                RedisStore.builder().uri(uri).nearCache(NearCache.create()).connect();
        store = CompressedStore.builder(EncryptedStore.over(redis, keys))
                .threshold(64)
                .build();
        manager = SessionManager.create(
                store,
                SessionSettings.builder()
                        .idleTimeout(Duration.ofSeconds(15))
                        .absoluteTimeout(Duration.ofMinutes(1))
                        .touchInterval(Duration.ofSeconds(2))
                        .maxSessionsPerPrincipal(5)
                        .maxConflicts(100)
                        .endEvents(true)
                        .build());
        watch = manager.listenToEnds(end -> {
            long unused = ends.incrementAndGet();
        });
    }

    /** Does nothing if the node has gone meanwhile. */
    void call(Consumer<SessionManager> request) {
        life.readLock().lock();
        try {
            if (!closed) {
                request.accept(manager);
            }
        } finally {
            life.readLock().unlock();
        }
    }

    /** Waits for its requests, as a server does that is shut down. */
    @Override
    public void close() {
        life.writeLock().lock();
        try {
            closed = true;
            watch.close();
            store.close();
        } finally {
            life.writeLock().unlock();
        }
    }
}
