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
import org.junit.jupiter.api.AfterEach;
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

    @Test
    void noReadTakesThePlaceOfAWriteThatIsUnderWay() {
        Claim unused = copies.seize(id, tracked, 0);
        assertThat(copies.claim(id, tracked, 0)).isNull();
    }
}
