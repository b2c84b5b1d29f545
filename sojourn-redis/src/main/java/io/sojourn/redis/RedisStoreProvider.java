package io.sojourn.redis;

import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionStoreProvider;
import io.sojourn.spi.SettingReader;
import io.sojourn.spi.TextSettings;
import java.util.Optional;
import java.util.Set;

/**
 * Opens a {@link RedisStore} for {@code redis:} and {@code rediss:}, with the settings {@code prefix}, {@code timeout},
 * {@code redisUser}, {@code redisPassword} and {@code redisDatabase}. Found as a service; not to be used itself.
 */
public final class RedisStoreProvider implements SessionStoreProvider {

    /** For the service loader. */
    public RedisStoreProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss");
    }

    @Override
    public Set<String> settings() {
        return Set.of("prefix", "timeout", "redisUser", "redisPassword", "redisDatabase");
    }

    @Override
    public SessionStore open(String uri, TextSettings settings) {
        RedisStore.Builder store = RedisStore.builder().uri(uri);
        settings.use("prefix", SettingReader::text, store::prefix);
        settings.use("timeout", SettingReader::duration, store::timeout);
        settings.use("redisDatabase", SettingReader::number, store::database);
        authenticate(store, settings);
        return store.connect();
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
