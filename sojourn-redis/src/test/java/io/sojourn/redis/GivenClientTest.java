package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store on a client that the application has already. */
class GivenClientTest {

    private final RedisServer server = RedisServers.start();
    private final RedisClient client = RedisClient.create(server.uri());
    private final RedisStore store =
            RedisStore.builder().client(client).timeout(Duration.ofMillis(200)).connect();

    @AfterEach
    void stop() {
        store.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        server.close();
    }

    @Test
    void worksLikeAnyOther() {
        SessionId id = newId();
        assertThat(answer(new Calls(store).create(id))).isEqualTo(CommitResult.APPLIED);
        assertThat(answer(store.load(id))).isPresent();
        assertThat(answer(new Calls(store).delete(id))).isTrue();
    }

    @Test
    void theScriptsAreThereBeforeTheFirstCall() {
        try (RedisProbe probe = server.probe()) {
            answer(new Calls(store).create(newId()));
            assertThat(probe.commandStats()).containsKey("evalsha").doesNotContainKey("eval");
        }
    }

    @Test
    void aStoreWithAnotherPrefixSharesTheConnectionAndNoKeys() {
        RedisStore other = store.withPrefix("other");
        SessionId id = newId();
        answer(new Calls(other).create(id));
        try (RedisProbe probe = server.probe()) {
            assertThat(probe.keys()).containsExactly("other:" + id);
            assertThat(String.valueOf(probe.call("CLIENT", "LIST")).lines()).hasSize(2);
        }
        assertThat(answer(store.load(id))).isEmpty();
        other.close();
        assertThatThrownBy(store::ping).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void closingTheStoreLeavesTheClientOpen() {
        store.close();
        try (var connection = client.connect()) {
            assertThat(connection.sync().ping()).isEqualTo("PONG");
        }
        assertThatThrownBy(store::ping).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void itsOwnLongTimeoutHoldsNobody() {
        server.pause();
        try {
            assertThatThrownBy(store::ping)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("200 ms");
        } finally {
            server.resume();
        }
    }
}
