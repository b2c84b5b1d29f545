package io.sojourn.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One server that writes down each command before it answers: whatever happens to it, nothing is lost. */
@Tag("slow")
class OneServerTest {

    private static void run(Trial.Size size) throws Exception {
        try (RedisServer server = RedisServers.start("appendonly yes", "appendfsync always");
                RedisProbe probe = server.probe();
                Trial trial = new Trial(size, () -> RedisStore.connect(server.uri()))) {
            History history = trial.run(List.of(
                    losses -> {
                        server.kill();
                        Trial.pause(Duration.ofMillis(200));
                        server.restart();
                    },
                    losses -> {
                        server.pause();
                        Trial.pause(Duration.ofMillis(900));
                        server.resume();
                    }));
            assertThat(history.findings().all()).isEmpty();
            assertThat(history.failed()).isPositive();
            assertThat(probe.keys())
                    .allSatisfy(key -> assertThat(probe.ttlMillis(key)).as(key).isPositive());
        }
    }

    @Test
    void killedAndStoppedForAWhileItLosesNothing() throws Exception {
        run(Trial.Size.SMALL);
    }

    @Test
    @Tag("full")
    @Timeout(300)
    void killedAndStoppedForAMinuteUnderSixtyFourWritersItLosesNothing() throws Exception {
        run(Trial.Size.FULL);
    }
}
