package io.sojourn.zstd;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.contract.SessionStoreContract;
import io.sojourn.tink.EncryptedStore;
import io.sojourn.tink.SessionKeys;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("backends")
class CompressedEncryptedRedisStoreContractTest extends SessionStoreContract {

    private static final SessionKeys KEYS = newKeys();

    private static SessionKeys newKeys() {
        try {
            AeadConfig.register();
            return SessionKeys.of(KeysetHandle.generateNew(
                    PredefinedAeadParameters.XAES_256_GCM_192_BIT_NONCE, RegistryConfiguration.get()));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A server and two nodes on it, for all tests; JUnit closes it after them. */
    record Backend(RedisServer server, SessionStore store, SessionStore secondStore) implements AutoCloseable {

        static Backend start(RedisBinary binary) {
            RedisServer server = RedisServers.start(binary);
            return new Backend(server, both(server), both(server));
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

    private static SessionStore both(RedisServer server) {
        SessionStore redis = RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(10))
                .connect();
        return CompressedStore.builder(EncryptedStore.over(redis, KEYS))
                .threshold(5)
                .build();
    }

    static Stream<Backend> backends() {
        return RedisServers.available().stream().map(Backend::start);
    }

    private final Backend backend;

    CompressedEncryptedRedisStoreContractTest(Backend backend) {
        this.backend = backend;
    }

    @Override
    protected SessionStore open() {
        return both(backend.server());
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
