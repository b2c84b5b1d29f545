package io.sojourn.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A sample of sizes in a database of which Sojourn has a small part. */
class SizesBoundTest {

    private static final String FOREIGN_KEYS =
            "for i = 1, 250000 do redis.call('SET', 'foreign:' .. i, '') end return redis.call('DBSIZE')";

    @Test
    void looksAtNoMoreThanAHundredThousandKeysOrTwentyForEachSession() {
        try (RedisServer server = RedisServers.start();
                RedisProbe probe = RedisProbe.connect(server.uri());
                RedisStore store = RedisStore.builder()
                        .uri(server.uri())
                        .timeout(Duration.ofSeconds(20))
                        .connect()) {
            SessionManager sessions = SessionManager.create(store, SessionSettings.defaults());
            for (int i = 0; i < 3; i++) {
                Session session = sessions.create();
                session.set("visits", i);
                sessions.save(session);
            }
            SessionAdmin admin =
                    SessionAdmin.builder(store).keysPerSecond(100_000_000).build();
            assertThat(admin.sizes(200)).matches(all -> all.whole() && all.sampled() == 3);
            assertThat((Long) probe.call("EVAL", FOREIGN_KEYS, "0")).isGreaterThan(250_000);

            probe.resetStats();
            assertThat(admin.sizes(200).whole()).isFalse();
            assertThat(probe.commandStats()).containsEntry("scan", 500L); // 200 keys each.

            probe.resetStats();
            assertThat(admin.sizes(8_000).whole()).isFalse();
            assertThat(probe.commandStats()).containsEntry("scan", 800L);
        }
    }
}
