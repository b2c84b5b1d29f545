package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The near cache behind sentinels, which replace masters. */
@Tag("full")
class NearCacheSentinelTest {

    private static final RedisSentinels SENTINELS = RedisSentinels.start();

    private static final Duration MAX_STALENESS = Duration.ofMillis(500);

    private final RedisStore near = RedisStore.builder()
            .uri(SENTINELS.uri())
            .nearCache(NearCache.builder().maxStaleness(MAX_STALENESS).build())
            .connect();
    private final RedisStore other = RedisStore.connect(SENTINELS.uri());
    private final Calls others = new Calls(other);
    private final OldState oldState = new OldState(near, other);
    private final SessionId id = newId();

    @AfterAll
    static void stop() {
        SENTINELS.close();
    }

    @BeforeEach
    void begin() {
        create(id);
    }

    /** Where the next master has it, too: what is lost with the old one is not what is tried here. */
    private void create(SessionId session) {
        assertThat(answer(others.create(session))).isEqualTo(CommitResult.APPLIED);
        Replication.await(SENTINELS.master(), 2);
    }

    @AfterEach
    void close() {
        near.close();
        other.close();
        SENTINELS.servers().stream().filter(server -> !server.isRunning()).forEach(RedisServer::restart);
        SENTINELS.awaitWhole();
    }

    private void assertTold(long revision) {
        oldState.awaitHit(id);
        assertThat(answer(others.change(id, revision, revision + 1))).isEqualTo(CommitResult.APPLIED);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .atMost(MAX_STALENESS.dividedBy(2))
                .until(() -> OldState.revision(near, id) == revision + 1);
    }

    @Test
    void aMasterThatIsKilledTakesItsCopiesAlong() {
        assertTold(1);
        SessionId second = newId();
        create(second);
        RedisServer master = SENTINELS.master();
        assertThat(oldState.isSeenFor(second, () -> {
                    master.kill();
                    SENTINELS.awaitOtherMaster(master);
                }))
                .isLessThan(MAX_STALENESS);
    }

    @Test
    void aMasterThatIsReplacedIsNoLongerTrusted() {
        assertThat(oldState.isSeenFor(id, SENTINELS::failOver)).isLessThan(MAX_STALENESS.multipliedBy(2));
        assertTold(2);
        assertTold(3);
    }
}
