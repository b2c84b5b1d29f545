package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.sojourn.SessionId;
import io.sojourn.redis.cache.CacheEntry.Claim;
import io.sojourn.redis.cache.CacheEntry.Copy;
import io.sojourn.redis.cache.SessionCache;
import io.sojourn.redis.cache.TrackedConnection;
import io.sojourn.redis.connection.Node;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Who may put what in the place of a session when reads, writes and messages cross. */
class SessionCacheTest {

    private final RedisClient client = RedisClient.create(RedisServers.sharedUri());
    private final TrackedConnection tracked = new TrackedConnection(
            new Node(client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE))),
            Duration.ofSeconds(2).toNanos(),
            0);
    private final SessionCache copies = new SessionCache(1 << 20);
    private final SessionId id = Calls.newId();

    @AfterEach
    void close() {
        client.shutdown();
    }

    private Copy copy(long revision) {
        return Copy.of(
                new StoredSession(revision, Instant.EPOCH, Map.of("r", new byte[] {1})), tracked, Copy.end(0, -1));
    }

    private Claim read() {
        Claim claim = copies.claim(id, tracked, 0);
        assertThat(claim).isNotNull();
        return claim;
    }

    @Test
    void whatWasReadBeforeOneOfOurOwnWritesIsNotKeptThoughTheServerDoesNotTellOfThose() {
        Claim write = copies.seize(id, tracked, 0);
        copies.drop(id); // Somebody else's write, of which the server tells before ours is sent.
        assertThat(copies.replace(id, read(), copy(1))).isTrue();
        assertThat(copies.settle(id, write, copy(2))).isFalse();
        assertThat(copies.find(id)).isNull();
    }

    @Test
    void whatWasReadBeforeOneOfOurOwnDeletionsIsNotKept() {
        Claim end = copies.seize(id, null, 0);
        copies.drop(id);
        assertThat(copies.replace(id, read(), copy(1))).isTrue();
        assertThat(copies.settle(id, end, null)).isFalse();
        assertThat(copies.find(id)).isNull();
    }

    @Test
    void aReadThatIsStillOnItsWayThenFindsItsPlaceTaken() {
        Claim write = copies.seize(id, tracked, 0);
        copies.drop(id);
        Claim read = read();
        assertThat(copies.settle(id, write, copy(2))).isFalse();
        assertThat(copies.replace(id, read, copy(1))).isFalse();
        assertThat(copies.find(id)).isNull();
    }

    @Test
    void aSecondWriteKeepsThePlaceFromTheFirst() {
        Claim first = copies.seize(id, tracked, 0);
        Claim second = copies.seize(id, tracked, 0);
        assertThat(copies.settle(id, first, copy(1))).isFalse();
        assertThat(copies.settle(id, second, copy(2))).isTrue();
        assertThat(copies.find(id))
                .extracting(Copy::stored)
                .extracting(StoredSession::revision)
                .isEqualTo(2L);
    }

    /** The reply to a read may put its copy there at this very moment. */
    @RepeatedTest(20)
    void nothingThatWasReadStaysWhenItIsDropped() {
        CyclicBarrier start = new CyclicBarrier(2);
        for (int i = 0; i < 500; i++) {
            Claim read = read();
            Copy copy = copy(1);
            CompletableFuture<Void> reply = CompletableFuture.runAsync(() -> {
                await(start);
                boolean unused = copies.replace(id, read, copy);
            });
            await(start);
            copies.dropRead(id);
            reply.join();
            assertThat(copies.find(id)).isNull();
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aWriteThatIsUnderWayIsNotDroppedWithWhatWasRead() {
        Claim write = copies.seize(id, tracked, 0);
        copies.dropRead(id);
        assertThat(copies.settle(id, write, copy(1))).isTrue();
    }

    @Test
    void noReadTakesThePlaceOfAWriteThatIsUnderWay() {
        Claim unused = copies.seize(id, tracked, 0);
        assertThat(copies.claim(id, tracked, 0)).isNull();
    }
}
