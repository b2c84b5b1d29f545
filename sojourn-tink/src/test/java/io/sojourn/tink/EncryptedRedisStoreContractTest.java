package io.sojourn.tink;

import io.sojourn.redis.RedisStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.contract.SessionStoreContract;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("backends")
class EncryptedRedisStoreContractTest extends SessionStoreContract {

    private static final SessionKeys KEYS = Scene.newKeys();

    /** A server and two nodes on it, for all tests; JUnit closes it after them. */
    record Backend(RedisServer server, SessionStore store, SessionStore secondStore) implements AutoCloseable {

        static Backend start(RedisBinary binary) {
            RedisServer server = RedisServers.start(binary);
            return new Backend(server, encrypted(server), encrypted(server));
        }

        @Override
        public void close() {
            secondStore.close();
            store.close();
            server.close();
        }

        @Override
        public String toString() {
            return server.binary().name();
        }
    }

    private static SessionStore encrypted(RedisServer server) {
        return EncryptedStore.over(
                RedisStore.builder()
                        .uri(server.uri())
                        .timeout(Duration.ofSeconds(10))
                        .connect(),
                KEYS);
    }

    static Stream<Backend> backends() {
        return RedisServers.available().stream().map(Backend::start);
    }

    private final Backend backend;

    EncryptedRedisStoreContractTest(Backend backend) {
        this.backend = backend;
    }

    @Override
    protected SessionStore open() {
        return encrypted(backend.server());
    }

    @Override
    public SessionStore store() {
        return backend.store();
    }

    @Override
    public SessionStore secondStore() {
        return backend.secondStore();
    }
}
