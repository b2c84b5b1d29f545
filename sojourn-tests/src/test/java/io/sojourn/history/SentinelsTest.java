package io.sojourn.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.redis.NearCache;
import io.sojourn.redis.RedisStore;
import io.sojourn.redis.RedisStoreBuilder;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A master that is replaced by its sentinels, in order, because it died, or because it was silent. What its replicas have not
 * got by then is lost with it; that may be missed, and nothing else.
 */
@Tag("slow")
@Tag("any-jdk")
class SentinelsTest {

    private static void killTheMaster(RedisSentinels sentinels, Losses losses) throws Exception {
        RedisServer master = sentinels.master();
        losses.during(master::kill);
        sentinels.awaitOtherMaster(master);
        Trial.pause(Duration.ofMillis(500));
        master.restart();
        sentinels.awaitWhole();
    }

    /** When it goes on it takes it for a moment that it is still the master. */
    private static void stopTheMasterForLong(RedisSentinels sentinels, Losses losses) throws Exception {
        RedisServer master = sentinels.master();
        losses.during(master::pause);
        sentinels.awaitOtherMaster(master);
        Trial.pause(Duration.ofSeconds(1));
        losses.during(() -> {
            master.resume();
            sentinels.awaitWhole();
        });
    }

    /** Sentinels do not stop the old master before they promote the new one; what it takes in between is lost. */
    private static void failOver(RedisSentinels sentinels, Losses losses) throws Exception {
        losses.during(() -> {
            RedisServer unused = sentinels.failOver();
            sentinels.awaitWhole();
        });
    }

    private static void run(
            Trial.Size size,
            UnaryOperator<RedisStoreBuilder> settings,
            Duration staleness,
            Function<Findings, List<String>> wrong)
            throws Exception {
        try (RedisSentinels sentinels = RedisSentinels.start();
                Trial trial = new Trial(
                        size,
                        staleness,
                        () -> settings.apply(RedisStore.builder().uri(sentinels.uri()))
                                .connect(),
                        sentinels::master)) {
            History history = trial.run(List.of(
                    losses -> killTheMaster(sentinels, losses),
                    losses -> stopTheMasterForLong(sentinels, losses),
                    losses -> failOver(sentinels, losses)));
            assertThat(wrong.apply(history.findings())).isEmpty();
            try (RedisProbe probe = sentinels.master().probe()) {
                assertThat(probe.keys())
                        .allSatisfy(
                                key -> assertThat(probe.ttlMillis(key)).as(key).isNotEqualTo(-1));
            }
        }
    }

    /** How far behind replicas are on a machine that does other things at the same time is not for this test. */
    @Test
    void whenTheMasterIsReplacedNothingIsInventedAndEveryNodeIsBackByItself() throws Exception {
        run(Trial.Size.SMALL, store -> store, Duration.ZERO, Findings::inexcusable);
    }

    @Test
    @Tag("full")
    @Timeout(300)
    void inAMinuteOnlyWhatTheReplicasHadNotGotIsLostAndEveryNodeIsBackByItself() throws Exception {
        run(Trial.Size.FULL, store -> store, Duration.ZERO, Findings::unexplained);
    }

    /** Whoever of the two takes over has acknowledged it. */
    @Test
    @Tag("full")
    @Timeout(300)
    void withTheWordOfBothReplicasNothingIsLostWhenTheMasterIsReplaced() throws Exception {
        run(Trial.Size.FULL, store -> store.durability(2, Duration.ofMillis(500)), Duration.ZERO, Findings::all);
    }

    @Test
    @Tag("full")
    @Timeout(300)
    void withANearCacheNothingElseIsLostAndNothingOldIsReadForLong() throws Exception {
        run(
                Trial.Size.FULL,
                store -> store.nearCache(NearCache.create()),
                NearCache.DEFAULT_MAX_STALENESS,
                Findings::unexplained);
    }
}
