package io.sojourn.redis;

import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionStoreProvider;
import io.sojourn.spi.SettingReader;
import io.sojourn.spi.TextSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Opens a {@link RedisStore} for {@code redis:} and {@code rediss:}, with the settings {@code prefix}, {@code timeout},
 * {@code redisUser}, {@code redisPassword}, {@code redisDatabase} and those of the {@link NearCache}. Found as a service; not to be used itself.
 */
public final class RedisStoreProvider implements SessionStoreProvider {

    private static final String NEAR_CACHE = "nearCache";
    private static final String NEAR_CACHE_BYTES = "nearCacheMaxBytes";
    private static final String NEAR_CACHE_STALENESS = "nearCacheMaxStaleness";
    private static final String NEAR_CACHE_WHILE_DOWN = "nearCacheStaleWhileDown";

    /** For the service loader. */
    public RedisStoreProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss");
    }

    @Override
    public Set<String> settings() {
        return Set.of(
                "prefix",
                "timeout",
                "redisUser",
                "redisPassword",
                "redisDatabase",
                "startupProbe",
                NEAR_CACHE,
                NEAR_CACHE_BYTES,
                NEAR_CACHE_STALENESS,
                NEAR_CACHE_WHILE_DOWN);
    }

    @Override
    public SessionStore open(String uri, TextSettings settings) {
        RedisStore.Builder store = RedisStore.builder().uri(uri);
        settings.use("prefix", SettingReader::text, store::prefix);
        settings.use("timeout", SettingReader::duration, store::timeout);
        settings.use("redisDatabase", SettingReader::number, store::database);
        settings.use("startupProbe", SettingReader::flag, store::startupProbe);
        authenticate(store, settings);
        cache(store, settings);
        return store.connect();
    }

    private static void cache(RedisStore.Builder store, TextSettings settings) {
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
        throw new IllegalArgumentException(
                "there is no near cache to set up; set " + NEAR_CACHE + " to true, or leave this out");
    }

    /** A password is often handed over apart from the URI, which is no secret then. */
    private static void authenticate(RedisStore.Builder store, TextSettings settings) {
        Optional<String> user = settings.read("redisUser", SettingReader::text);
        Optional<String> password = settings.read("redisPassword", SettingReader::text);
        if (user.isPresent()) {
            store.user(
                    user.get(),
                    password.orElseThrow(() ->
                            new IllegalArgumentException("redisUser is set, but not redisPassword; it takes both")));
        } else {
            password.ifPresent(store::password);
        }
    }
}
