package io.sojourn.redis;

import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.SessionStoreContract;
import io.sojourn.testkit.TestCertificates;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("backends")
class RedisStoreContractTest extends SessionStoreContract {

    /** Servers and two stores on them, for all tests; JUnit closes it after them. */
    record Backend(
            String name,
            Runnable stop,
            String uri,
            @Nullable RedisTls tls,
            RedisStore store,
            RedisStore secondStore) implements AutoCloseable {

        static Backend of(String name, Runnable stop, String uri, @Nullable RedisTls tls) {
            return new Backend(name, stop, uri, tls, patient(uri, tls), patient(uri, tls));
        }

        @Override
        public void close() {
            secondStore.close();
            store.close();
            stop.run();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** What a store does is the question here, not how soon: five megabytes take their time on a busy machine. */
    private static RedisStore patient(String uri, @Nullable RedisTls tls) {
        RedisStore.Builder store = RedisStore.builder().uri(uri).timeout(Duration.ofSeconds(10));
        return (tls == null ? store : store.tls(tls)).connect();
    }

    static Stream<Backend> backends() {
        RedisBinary preferred = RedisServers.preferred();
        return Stream.concat(
                RedisServers.available().stream().map(RedisStoreContractTest::server),
                Stream.of(overTls(preferred), cluster(preferred), sentinels(preferred)));
    }

    static Backend server(RedisBinary binary) {
        RedisServer server = RedisServers.start(binary);
        return Backend.of(binary.name(), server::close, server.uri(), null);
    }

    static Backend overTls(RedisBinary binary) {
        TestCertificates certificates = TestCertificates.make();
        RedisServer server = RedisServers.start(binary, certificates.serverOptions());
        RedisTls tls = RedisTls.builder().trust(certificates.authority()).build();
        return Backend.of(binary.name() + " over TLS", server::close, server.tlsUri(), tls);
    }

    static Backend cluster(RedisBinary binary) {
        RedisCluster cluster = RedisCluster.start(binary);
        return Backend.of(binary.name() + " cluster", cluster::close, cluster.uri(), null);
    }

    static Backend sentinels(RedisBinary binary) {
        RedisSentinels sentinels = RedisSentinels.start(binary);
        return Backend.of(binary.name() + " sentinels", sentinels::close, sentinels.uri(), null);
    }

    private final Backend backend;

    RedisStoreContractTest(Backend backend) {
        this.backend = backend;
    }

    @Override
    protected SessionStore open() {
        return patient(backend.uri(), backend.tls());
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
