package io.sojourn.redis;

import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.contract.SessionStoreContract;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract, for stores whose writes wait for a replica, without and with a near cache. */
@Tag("full")
@ParameterizedClass
@MethodSource("backends")
class DurableContractTest extends SessionStoreContract {

    /** A master and its replica, and two stores there, for all tests; JUnit closes it after them. */
    record Backend(
            RedisServer master, RedisServer replica, boolean cached, SessionStore store, SessionStore secondStore)
            implements AutoCloseable {

        static Backend of(boolean cached) {
            RedisServer master = RedisServers.start("repl-diskless-sync-delay 0");
            RedisServer replica = RedisServers.start("replicaof 127.0.0.1 " + master.port());
            Awaitility.await().until(() -> {
                try (var probe = master.probe()) {
                    return String.valueOf(probe.call("INFO", "replication")).contains("state=online");
                }
            });
            return new Backend(master, replica, cached, connect(master, cached), connect(master, cached));
        }

        @Override
        public void close() {
            secondStore.close();
            store.close();
            replica.close();
            master.close();
        }

        @Override
        public String toString() {
            return cached ? "with a near cache" : "without one";
        }
    }

    private static SessionStore connect(RedisServer server, boolean cached) {
        RedisStoreBuilder builder = RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(10))
                .durability(1, Duration.ofSeconds(5));
        return cached ? new Settled(builder.nearCache(NearCache.create()).connect()) : builder.connect();
    }

    static Stream<Backend> backends() {
        return Stream.of(false, true).map(Backend::of);
    }

    private final Backend backend;

    DurableContractTest(Backend backend) {
        this.backend = backend;
    }

    @Override
    protected SessionStore open() {
        return connect(backend.master(), backend.cached());
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
