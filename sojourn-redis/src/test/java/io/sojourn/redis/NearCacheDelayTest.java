package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.RedisServer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** How long after another node has its answer the old state is still read here, on a healthy connection. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
class NearCacheDelayTest {

    private static final Logger LOG = System.getLogger(NearCacheDelayTest.class.getName());

    private static final Duration SOON = Duration.ofMillis(50);

    private final RedisServer server;

    NearCacheDelayTest(RedisServer server) {
        this.server = server;
    }

    @Test
    void oldStateIsGoneSoon() {
        // A machine that does much else at the time may be late now and then.
        assertThat(delays(0, 100))
                .filteredOn(delay -> delay.compareTo(SOON) > 0)
                .hasSizeLessThanOrEqualTo(3);
    }

    @Test
    @Tag("full")
    void oldStateIsGoneWithinFiftyMillisecondsInAllButOneOfAThousandTries() {
        List<Duration> delays = delays(200, 1_000);
        LOG.log(
                Level.INFO,
                "{0}: half within {1}, 999 of 1,000 within {2}, all within {3}",
                server,
                delays.get(499),
                delays.get(998),
                delays.get(999));
        assertThat(delays).filteredOn(delay -> delay.compareTo(SOON) > 0).hasSizeLessThanOrEqualTo(1);
    }

    /** In order, after as many changes and revocations by turns; some more come first, until all code is warm. */
    private List<Duration> delays(int warmUp, int tries) {
        List<Duration> delays = new ArrayList<>();
        try (RedisStore near = RedisStore.builder()
                        .uri(server.uri())
                        .timeout(Duration.ofSeconds(10))
                        .nearCache(NearCache.create())
                        .connect();
                RedisStore other = Servers.connectTo(server.uri())) {
            Awaitility.await().until(() -> near.nearCache().orElseThrow().active());
            Calls others = new Calls(other);
            for (int i = 0; i < warmUp + tries; i++) {
                SessionId id = newId();
                answer(others.create(id));
                assertThat(seen(near, id)).isEqualTo(seen(near, id)).isEqualTo(1);
                Object done = i % 2 == 0 ? answer(others.change(id, 1, 2)) : answer(others.delete(id));
                long start = System.nanoTime();
                assertThat(done).isNotNull();
                while (seen(near, id) == 1) {
                    Thread.onSpinWait();
                }
                delays.add(Duration.ofNanos(System.nanoTime() - start));
            }
        }
        List<Duration> measured = new ArrayList<>(delays.subList(warmUp, delays.size()));
        Collections.sort(measured);
        return measured;
    }

    private static long seen(RedisStore near, SessionId id) {
        return answer(near.load(id)).map(StoredSession::revision).orElse(0L);
    }
}
