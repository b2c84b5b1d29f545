package io.sojourn.redis;

import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisLayout;
import io.sojourn.testkit.RedisLayout.Kind;
import io.sojourn.testkit.contract.SessionStoreContract;
import java.time.Duration;

/** The contract of the store on servers that are laid out in some way. */
abstract class LayoutContract extends SessionStoreContract {

    /** Servers and two stores on them, for all tests; JUnit closes it after them. */
    record Backend(RedisLayout servers, RedisStore store, RedisStore secondStore) implements AutoCloseable {

        static Backend of(Kind kind, RedisBinary binary) {
            RedisLayout servers = RedisLayout.start(kind, binary);
            return new Backend(servers, patient(servers), patient(servers));
        }

        @Override
        public void close() {
            secondStore.close();
            store.close();
            servers.close();
        }

        @Override
        public String toString() {
            return servers.toString();
        }
    }

    /** What a store does is the question here, not how soon: five megabytes take their time on a busy machine. */
    static RedisStore patient(RedisLayout servers) {
        RedisStoreBuilder store = RedisStore.builder().uri(servers.uri()).timeout(Duration.ofSeconds(10));
        servers.authority()
                .ifPresent(
                        trusted -> store.tls(RedisTls.builder().trust(trusted).build()));
        return store.connect();
    }

    private final Backend backend;

    LayoutContract(Backend backend) {
        this.backend = backend;
    }

    @Override
    protected SessionStore open() {
        return patient(backend.servers());
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
