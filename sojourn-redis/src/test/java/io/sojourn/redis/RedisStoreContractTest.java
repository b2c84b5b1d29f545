package io.sojourn.redis;

import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.SessionStoreContract;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("backends")
class RedisStoreContractTest extends SessionStoreContract {

    /** A server and two connections to it, for all tests; JUnit closes it after them. */
    record Backend(RedisServer server, RedisStore store, RedisStore secondStore) implements AutoCloseable {

        static Backend start(RedisBinary binary) {
            RedisServer server = RedisServers.start(binary);
            return new Backend(server, patient(server), patient(server));
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

    /** What a store does is the question here, not how soon: five megabytes take their time on a busy machine. */
    private static RedisStore patient(RedisServer server) {
        return RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(10))
                .connect();
    }

    static Stream<Backend> backends() {
        return RedisServers.available().stream().map(Backend::start);
    }

    private final Backend backend;

    RedisStoreContractTest(Backend backend) {
        this.backend = backend;
    }

    @Override
    protected SessionStore open() {
        return patient(backend.server());
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
