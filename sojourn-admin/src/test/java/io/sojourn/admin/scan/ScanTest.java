package io.sojourn.admin.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a scan is made of. */
class ScanTest {

    @Test
    void theRateLimitSpreadsWorkOverTime() {
        RateLimit rate = new RateLimit(1_000);
        long start = System.nanoTime();
        rate.take(100);
        rate.take(100);
        rate.take(1);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(199));
    }

    @Test
    void aPlaceIsReadBackFromItsText() {
        ScanPlace place = new ScanPlace("/run/redis/redis.sock", "17179869184");
        assertThat(ScanPlace.parse(place.toString())).contains(place);
        assertThat(ScanPlace.parse("host:6379/")).isEmpty();
        assertThat(ScanPlace.parse("/17")).isEmpty();
        assertThat(ScanPlace.parse("host:6379/1x")).isEmpty();
    }

    @Test
    void aPrefixStandsForItself() {
        assertThat(KeyScan.literal("a*b?[c]\\-^")).isEqualTo("a\\*b\\?\\[c\\]\\\\\\-\\^");
        assertThat(KeyScan.literal("{shop}:1")).isEqualTo("{shop}:1");
    }

    @Test
    void aScanDoesNotGoOnOnAServerThatIsNoMasterAnyMore() {
        try (RedisServer server = RedisServers.start();
                RedisStore store = RedisStore.connect(server.uri())) {
            KeyScan scan = new KeyScan(store, new RateLimit(1_000), keys -> {});
            assertThat(scan.next(null, "*", 10).next()).isNull();
            assertThatThrownBy(() -> scan.next(new ScanPlace("elsewhere:1", "17"), "*", 10))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("no master any more");
        }
    }
}
