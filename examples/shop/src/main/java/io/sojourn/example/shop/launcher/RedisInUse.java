package io.sojourn.example.shop.launcher;

import io.sojourn.StoreUnavailableException;
import io.sojourn.example.shop.settings.RedisSettings;
import io.sojourn.redis.RedisStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The Redis that the nodes share: one that was named, or one that was started for them.
 *
 * @param uri where it is; may hold a password
 * @param description the same for people, without the password
 * @param own the server that was started; null if it was there already
 */
record RedisInUse(String uri, String description, @Nullable OwnRedis own) implements AutoCloseable {

    /** Longer than a store waits that is in use: this process has only just begun. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** The Redis at that URI, if there is one; without a URI, a new one. */
    static RedisInUse of(@Nullable String uri) {
        return uri == null ? start() : named(uri);
    }

    private static RedisInUse named(String uri) {
        try (RedisStore store = RedisSettings.open(uri, PATIENCE)) {
            store.ping();
            return new RedisInUse(uri, "Redis at " + withoutPassword(uri), null);
        } catch (IllegalArgumentException e) {
            throw new CannotStartException("--redis: " + e.getMessage());
        } catch (StoreUnavailableException e) {
            throw new CannotStartException("Redis at " + withoutPassword(uri) + " does not answer: " + e.getMessage());
        }
    }

    private static RedisInUse start() {
        try {
            OwnRedis server = OwnRedis.launch();
            return new RedisInUse(server.uri(), server.product() + " at " + server.uri(), server);
        } catch (IllegalStateException e) {
            throw new CannotStartException("no Redis could be started: " + e.getMessage());
        }
    }

    /** The URI but for what stands before the last at sign. */
    static String withoutPassword(String uri) {
        return uri.replaceFirst("//.*@", "//***@");
    }

    /** Ends what was started. */
    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return description;
    }
}
