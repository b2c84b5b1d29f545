package io.sojourn.admin;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.TcpProxy;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A store that does not answer any more is said to be unavailable, by every method alike. */
class AdminOutageTest {

    @Test
    void aTimeoutIsAnUnavailableStore() {
        SessionId id = SessionId.random(new Random(1));
        try (RedisServer server = RedisServers.start();
                TcpProxy proxy = TcpProxy.to(server);
                RedisStore store = RedisStore.builder()
                        .uri(proxy.uri())
                        .timeout(Duration.ofSeconds(1))
                        .connect()) {
            store.ping();
            SessionAdmin admin = SessionAdmin.builder(store).build();
            proxy.loseReplies();

            assertThatThrownBy(() -> admin.why(id)).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> admin.show(id)).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(admin::countAll).isInstanceOf(StoreUnavailableException.class);
        }
    }
}
