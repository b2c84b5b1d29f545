package io.sojourn.redis;

import io.sojourn.log.SettingName;
import io.sojourn.redis.connection.RedisUris;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionStoreProvider;
import io.sojourn.spi.text.SettingReader;
import io.sojourn.spi.text.TextSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens a {@link RedisStore} for {@code redis:}, {@code rediss:}, {@code redis-socket:}, {@code redis-sentinel:},
 * {@code redis-cluster:} and the latter two over TLS, {@code rediss-…}. Found as a service; not to be used itself. Its
 * settings are explained in {@code docs/redis.md}.
 */
public final class RedisStoreProvider implements SessionStoreProvider {

    private static final String DURABILITY_REPLICAS = "durabilityReplicas";
    private static final String DURABILITY_WAIT = "durabilityWait";
    private static final String NEAR_CACHE = "nearCache";
    private static final String NEAR_CACHE_BYTES = "nearCacheMaxBytes";
    private static final String NEAR_CACHE_STALENESS = "nearCacheMaxStaleness";
    private static final String NEAR_CACHE_WHILE_DOWN = "nearCacheStaleWhileDown";

    /** For the service loader. */
    public RedisStoreProvider() {}

    @Override
    public Set<String> schemes() {
        return RedisUris.schemes();
    }

    @Override
    public Set<String> settings() {
        return TextSettings.namesAskedFor(settings -> read(settings, RedisStore.builder()));
    }

    @Override
    public SessionStore open(String uri, TextSettings settings) {
        RedisStoreBuilder store = RedisStore.builder().uri(uri);
        read(settings, store);
        return store.connect();
    }

    private static void read(TextSettings settings, RedisStoreBuilder store) {
        settings.use("prefix", SettingReader::text, store::prefix);
        settings.use("timeout", SettingReader::duration, store::timeout);
        settings.use("redisDatabase", SettingReader::number, store::database);
        settings.use("startupProbe", SettingReader::flag, store::startupProbe);
        settings.use("redisClientName", SettingReader::text, store::clientName);
        settings.use("redisProtocol", SettingReader.constant(RedisProtocol.class), store::protocol);
        settings.use("redisMaxLoadBytes", SettingReader::bytes, bytes -> store.maxLoadBytes(bytes));
        credentials("redis", settings).ifPresent(whom -> store.credentials(() -> whom));
        credentials("redisSentinel", settings).ifPresent(store::sentinelCredentials);
        tls(settings).ifPresent(store::tls);
        durability(store, settings);
        cache(store, settings);
    }

    private static void cache(RedisStoreBuilder store, TextSettings settings) {
        NearCache.Builder cache = NearCache.builder();
        settings.use(NEAR_CACHE_BYTES, SettingReader::bytes, bytes -> cache.maxBytes(bytes));
        settings.use(NEAR_CACHE_STALENESS, SettingReader::duration, cache::maxStaleness);
        settings.use(NEAR_CACHE_WHILE_DOWN, SettingReader::duration, cache::staleWhileDown);
        if (settings.read(NEAR_CACHE, SettingReader::flag).orElse(false)) {
            store.nearCache(cache.build());
        } else if (!settings.has(NEAR_CACHE)) {
            for (String alone : List.of(NEAR_CACHE_BYTES, NEAR_CACHE_STALENESS, NEAR_CACHE_WHILE_DOWN)) {
                Optional<String> unused = settings.read(alone, RedisStoreProvider::refuseWithoutCache);
            }
        }
    }

    private static String refuseWithoutCache(String text) {
        throw new IllegalArgumentException("there is no near cache to set up; set " + SettingName.asText(NEAR_CACHE)
                + " to true, or leave this out");
    }

    private static void durability(RedisStoreBuilder store, TextSettings settings) {
        Duration wait = settings.read(DURABILITY_WAIT, SettingReader::duration).orElse(null);
        settings.use(DURABILITY_REPLICAS, SettingReader::number, replicas -> {
            if (wait == null) {
                throw new IllegalArgumentException(
                        "for how long to wait is missing; set " + SettingName.asText(DURABILITY_WAIT) + ", too");
            }
            store.durability(replicas, wait);
        });
    }

    /** A password is often handed over apart from the URI, which is no secret then. */
    private static Optional<Credentials> credentials(String whose, TextSettings settings) {
        Optional<String> user = settings.read(whose + "User", SettingReader::text);
        Optional<String> password = settings.read(whose + "Password", SettingReader::text);
        if (user.isPresent() && password.isEmpty()) {
            throw new IllegalArgumentException(SettingName.asText(whose + "User") + " is set, but not "
                    + SettingName.asText(whose + "Password") + "; it takes both");
        }
        return password.map(secret -> new Credentials(user.orElse(null), secret));
    }

    private static Optional<RedisTls> tls(TextSettings settings) {
        String trustPassword = text(settings, "redisTrustPassword");
        String keyPassword = text(settings, "redisKeyPassword");
        Path key = settings.read("redisKey", Path::of).orElse(null);
        if (!settings.has("redisTrust") && !settings.has("redisKeyStore") && !settings.has("redisCertificate")) {
            return Optional.empty();
        }
        RedisTls.Builder tls = RedisTls.builder();
        settings.use("redisTrust", Path::of, file -> tls.trust(file, trustPassword));
        settings.use("redisKeyStore", Path::of, file -> tls.keyStore(file, keyPassword == null ? "" : keyPassword));
        settings.use("redisCertificate", Path::of, file -> {
            if (key == null) {
                throw new IllegalArgumentException(
                        "its private key is missing; set " + SettingName.asText("redisKey") + ", too");
            }
            tls.certificate(file, key, keyPassword);
        });
        return Optional.of(tls.build());
    }

    private static @Nullable String text(TextSettings settings, String name) {
        return settings.read(name, SettingReader::text).orElse(null);
    }
}
