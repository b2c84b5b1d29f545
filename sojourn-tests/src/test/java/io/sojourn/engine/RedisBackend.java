package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.redis.NearCache;
import io.sojourn.redis.RedisStore;
import io.sojourn.redis.RedisStoreBuilder;
import io.sojourn.redis.RedisTls;
import io.sojourn.spi.NearCacheStatus;
import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.RedisLayout;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Redis, under a prefix of its own. */
final class RedisBackend implements Backend, AutoCloseable {

    private final String prefix = "history-" + ProcessHandle.current().pid() + "-" + System.nanoTime();

    private final RedisStore store;

    private final Optional<RedisLayout> layout = RedisLayout.shared();

    /** One to each server that takes writes. */
    private final List<RedisProbe> probes = layout.map(servers ->
                    servers.masters().stream().map(RedisServer::probe).toList())
            .orElseGet(() -> List.of(RedisProbe.connect(RedisServers.sharedUri())));

    /** With time to answer: these tests are not about deadlines. */
    private RedisBackend(UnaryOperator<RedisStoreBuilder> options) {
        RedisStoreBuilder store = RedisStore.builder()
                .uri(layout.map(RedisLayout::uri).orElseGet(RedisServers::sharedUri))
                .prefix(prefix)
                .timeout(Duration.ofSeconds(10));
        layout.flatMap(RedisLayout::authority)
                .ifPresent(
                        trusted -> store.tls(RedisTls.builder().trust(trusted).build()));
        this.store = options.apply(store).connect();
    }

    RedisBackend() {
        this(store -> store);
    }

    static RedisBackend withNearCache() {
        return new RedisBackend(store -> store.nearCache(NearCache.create()));
    }

    NearCacheStatus cache() {
        return store.nearCache().orElseThrow();
    }

    @Override
    public SessionStore store() {
        return store;
    }

    /** All keys, and who can look at each. */
    private Map<String, RedisProbe> keys() {
        Map<String, RedisProbe> keys = new HashMap<>();
        for (RedisProbe probe : probes) {
            probe.keys().stream().filter(key -> key.startsWith(prefix)).forEach(key -> keys.put(key, probe));
        }
        return keys;
    }

    @Override
    public void expireAll() {
        Map<String, RedisProbe> keys = keys();
        keys.forEach((key, probe) -> probe.call("PEXPIREAT", key, "1"));
        // What is kept near is told of it before its server answers.
        keys.keySet()
                .forEach(key -> store.strings().get(key).toCompletableFuture().join());
    }

    @Override
    public void assertHoldsExactly(Map<SessionId, ModelSession> sessions, Collection<SessionId> ids) {
        assertEveryKeyEnds();
        Map<String, RedisProbe> keys = keys();
        assertThat(keys.keySet().stream().filter(key -> !key.contains(":@") && !isProhibition(key, keys)))
                .containsExactlyInAnyOrderElementsOf(
                        sessions.keySet().stream().map(id -> prefix + ":" + id).collect(Collectors.toSet()));
        sessions.forEach((id, session) -> {
            Set<String> fields = new HashSet<>(session.parts());
            fields.addAll(Set.of("v", "t"));
            String key = prefix + ":" + id;
            RedisProbe probe = Objects.requireNonNull(keys.get(key));
            assertThat(probe.hash(key).keySet()).isEqualTo(fields);
            assertThat(probe.ttlMillis(key)).isBetween(1L, session.idleTimeout().toMillis() + 60_000);
        });
        expireAll();
    }

    /** Of what was revoked while nobody knew whether it had been created. */
    private static boolean isProhibition(String key, Map<String, RedisProbe> keys) {
        return Objects.requireNonNull(keys.get(key)).hash(key).keySet().equals(Set.of("forbidden"));
    }

    void assertEveryKeyEnds() {
        assertThat(keys())
                .allSatisfy((key, probe) -> assertThat(probe.ttlMillis(key)).isPositive());
    }

    @Override
    public void close() {
        expireAll();
        probes.forEach(RedisProbe::close);
        store.close();
    }
}
