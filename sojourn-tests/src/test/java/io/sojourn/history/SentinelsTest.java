package io.sojourn.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A master that is replaced by its sentinels, in order, because it died, or because it was silent. What its replicas have not
 * got by then is lost with it; that may be missed, and nothing else.
 */
class SentinelsTest {

    private static void killTheMaster(RedisSentinels sentinels) {
        RedisServer master = sentinels.master();
        master.kill();
        sentinels.awaitOtherMaster(master);
        Trial.pause(Duration.ofMillis(500));
        master.restart();
        sentinels.awaitWhole();
    }

    private static void stopTheMasterForLong(RedisSentinels sentinels) {
        RedisServer master = sentinels.master();
        master.pause();
        sentinels.awaitOtherMaster(master);
        Trial.pause(Duration.ofMillis(500));
        master.resume();
        sentinels.awaitWhole();
    }

    private static void failOver(RedisSentinels sentinels) {
        RedisServer unused = sentinels.failOver();
        sentinels.awaitWhole();
    }

    private static void run(Trial.Size size) throws Exception {
        try (RedisSentinels sentinels = RedisSentinels.start();
                Trial trial = new Trial(size, () -> RedisStore.connect(sentinels.uri()))) {
            History history = trial.run(List.of(
                    () -> killTheMaster(sentinels), () -> stopTheMasterForLong(sentinels), () -> failOver(sentinels)));
            assertThat(history.count(Finding.INVENTED)).isZero();
            assertThat(history.count(Finding.STRANGE_FAILURE)).isZero();
            try (RedisProbe probe = sentinels.master().probe()) {
                assertThat(probe.keys())
                        .allSatisfy(
                                key -> assertThat(probe.ttlMillis(key)).as(key).isNotEqualTo(-1));
            }
        }
    }

    @Test
    void whenTheMasterIsReplacedNothingIsInventedAndEveryNodeIsBackByItself() throws Exception {
        run(Trial.Size.SMALL);
    }

    @Test
    @Tag("full")
    void whenTheMasterIsReplacedForAMinuteNothingIsInventedAndEveryNodeIsBackByItself() throws Exception {
        run(Trial.Size.FULL);
    }
}
