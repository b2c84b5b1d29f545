package io.sojourn.servlet.web;

import io.sojourn.SessionId;
import io.sojourn.redis.RedisStore;
import io.sojourn.redis.RedisStoreBuilder;
import io.sojourn.redis.RedisTls;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.layer.ForwardingStore;
import io.sojourn.testkit.RedisLayout;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store on real servers, whose sessions also end by the clock of the test. So what no request waits for is waited for
 * here: a test that turns the clock on at once would else end what was just prolonged.
 */
final class TimedStore extends ForwardingStore {

    private final InstantSource clock;
    private final Map<SessionId, Instant> ends = new ConcurrentHashMap<>();

    private TimedStore(SessionStore store, InstantSource clock) {
        super(store);
        this.clock = clock;
    }

    /** Under a prefix of its own. */
    static TimedStore on(RedisLayout servers, InstantSource clock) {
        RedisStoreBuilder store = RedisStore.builder()
                .uri(servers.uri())
                .prefix("site-" + Long.toHexString(System.nanoTime()))
                .timeout(Duration.ofSeconds(5));
        servers.authority()
                .ifPresent(
                        trusted -> store.tls(RedisTls.builder().trust(trusted).build()));
        return new TimedStore(store.connect(), clock);
    }

    private <T> CompletionStage<T> inTime(SessionId id, Supplier<CompletionStage<T>> operation) {
        Instant end = ends.get(id);
        if (end == null || clock.instant().isBefore(end)) {
            return operation.get();
        }
        ends.remove(id);
        return store.delete(id).thenCompose(ended -> operation.get());
    }

    private void lives(SessionId id, @Nullable Duration timeToLive) {
        if (timeToLive == null) {
            ends.remove(id);
        } else {
            ends.put(id, clock.instant().plus(timeToLive));
        }
    }

    @Override
    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return inTime(id, () -> store.load(id));
    }

    @Override
    public CompletionStage<CommitResult> commit(SessionWrite write) {
        return inTime(write.id(), () -> store.commit(write)).thenApply(result -> {
            if (result.equals(CommitResult.APPLIED)) {
                lives(write.id(), write.timeToLive());
            }
            return result;
        });
    }

    @Override
    public CompletionStage<Boolean> touch(SessionTouch touch) {
        return awaited(inTime(touch.id(), () -> store.touch(touch)).thenApply(done -> {
            if (done) {
                lives(touch.id(), touch.timeToLive());
            }
            return done;
        }));
    }

    /** Which may come before a touch. */
    @Override
    public CompletionStage<EntryResult> enter(IndexEntry entry) {
        return awaited(store.enter(entry));
    }

    private static <T> CompletionStage<T> awaited(CompletionStage<T> reply) {
        if (!Thread.currentThread().getName().startsWith("lettuce-")) { // Those bring the reply.
            reply.toCompletableFuture().handle((value, failure) -> "").join();
        }
        return reply;
    }

    @Override
    public CompletionStage<Boolean> delete(SessionId id) {
        return inTime(id, () -> store.delete(id));
    }

    @Override
    public CompletionStage<Boolean> tombstone(SessionId id) {
        return inTime(id, () -> store.tombstone(id));
    }
}
