package io.sojourn.example.shop.settings;

import io.sojourn.config.EnvironmentNames;
import io.sojourn.redis.RedisStore;
import io.sojourn.redis.RedisStoreProvider;
import io.sojourn.spi.text.TextSettings;
import io.sojourn.spi.text.TextSettings.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Opens the store: where it is says the URI, and all else the environment, such as {@code SOJOURN_REDIS_TRUST}. */
public final class RedisSettings {

    private RedisSettings() {}

    /**
     * Opens a store, whose calls wait for that long.
     *
     * @throws IllegalArgumentException if the URI or a variable makes no sense
     */
    public static RedisStore open(String uri, Duration timeout) {
        return open(uri, timeout, List.of());
    }

    /**
     * The same, whose connections have that name in {@code CLIENT LIST}.
     *
     * @throws IllegalArgumentException if the URI or a variable makes no sense
     */
    public static RedisStore openAs(String clientName, String uri, Duration timeout) {
        return open(uri, timeout, List.of(new Setting("redisClientName", clientName, "the name")));
    }

    private static RedisStore open(String uri, Duration timeout, List<Setting> more) {
        RedisStoreProvider provider = new RedisStoreProvider();
        List<Setting> settings =
                new ArrayList<>(EnvironmentNames.of(provider.settings()).settings(System.getenv()));
        settings.removeIf(
                setting -> setting.name().equals("timeout") || setting.name().equals("prefix"));
        settings.add(new Setting("timeout", timeout.toMillis() + "ms", "the timeout"));
        settings.addAll(more);
        return (RedisStore) provider.open(uri, TextSettings.of(settings));
    }
}
