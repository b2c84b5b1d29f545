package io.sojourn.redis;

import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.contract.SessionStoreContract;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract, with a near cache in front of one store or both. */
@ParameterizedClass
@MethodSource("backends")
@Tag("slow")
class NearCacheContractTest extends SessionStoreContract {

    /** A server and two connections to it, for all tests; JUnit closes it after them. */
    record Backend(RedisServer server, SessionStore store, SessionStore secondStore) implements AutoCloseable {

        static Stream<Backend> of(RedisBinary binary) {
            return Stream.of(true, false).map(both -> {
                RedisServer server = RedisServers.start(binary);
                RedisStore second = both ? cached(server) : patient(server).connect();
                return new Backend(server, new Settled(cached(server)), both ? new Settled(second) : second);
            });
        }

        @Override
        public void close() {
            secondStore.close();
            store.close();
            server.close();
        }

        @Override
        public String toString() {
            return server.binary().name() + (secondStore instanceof RedisStore ? ", one cache" : ", two caches");
        }
    }

    private static RedisStoreBuilder patient(RedisServer server) {
        return RedisStore.builder().uri(server.uri()).timeout(Duration.ofSeconds(10));
    }

    private static RedisStore cached(RedisServer server) {
        return patient(server).nearCache(NearCache.create()).connect();
    }

    static Stream<Backend> backends() {
        return Backend.of(RedisServers.preferred()); // What differs between servers NearCacheTest tries on each.
    }

    private final Backend backend;

    NearCacheContractTest(Backend backend) {
        this.backend = backend;
    }

    @Override
    protected SessionStore open() {
        return new Settled(cached(backend.server()));
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
