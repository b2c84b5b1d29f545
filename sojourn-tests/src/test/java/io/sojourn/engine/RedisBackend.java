package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.redis.NearCache;
import io.sojourn.redis.NearCacheStats;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Redis, under a prefix of its own. */
final class RedisBackend implements Backend, AutoCloseable {

    private final String prefix = "history-" + ProcessHandle.current().pid() + "-" + System.nanoTime();

    private final RedisStore store;

    private final RedisProbe probe = RedisProbe.connect(RedisServers.sharedUri());

    /** With time to answer: these tests are not about deadlines. */
    private RedisBackend(UnaryOperator<RedisStore.Builder> options) {
        store = options.apply(RedisStore.builder()
                        .uri(RedisServers.sharedUri())
                        .prefix(prefix)
                        .timeout(Duration.ofSeconds(10)))
                .connect();
    }

    RedisBackend() {
        this(store -> store);
    }

    static RedisBackend withNearCache() {
        return new RedisBackend(store -> store.nearCache(NearCache.create()));
    }

    NearCacheStats cache() {
        return store.nearCacheStats().orElseThrow();
    }

    @Override
    public SessionStore store() {
        return store;
    }

    private Set<String> keys() {
        return probe.keys().stream().filter(key -> key.startsWith(prefix)).collect(Collectors.toSet());
    }

    @Override
    public void expireAll() {
        keys().forEach(key -> probe.call("PEXPIREAT", key, "1"));
        store.ping(); // What is kept near is told of it by then.
    }

    @Override
    public void assertHoldsExactly(Map<SessionId, ModelSession> sessions, Collection<SessionId> ids) {
        assertEveryKeyEnds();
        assertThat(keys().stream().filter(key -> !key.contains(":@")))
                .containsExactlyInAnyOrderElementsOf(
                        sessions.keySet().stream().map(id -> prefix + ":" + id).collect(Collectors.toSet()));
        sessions.forEach((id, session) -> {
            Set<String> fields = new HashSet<>(session.parts());
            fields.addAll(Set.of("v", "t"));
            assertThat(probe.hash(prefix + ":" + id).keySet()).isEqualTo(fields);
            assertThat(probe.ttlMillis(prefix + ":" + id))
                    .isBetween(1L, session.idleTimeout().toMillis() + 60_000);
        });
        expireAll();
    }

    void assertEveryKeyEnds() {
        assertThat(keys()).allSatisfy(key -> assertThat(probe.ttlMillis(key)).isPositive());
    }

    @Override
    public void close() {
        expireAll();
        probe.close();
        store.close();
    }
}
