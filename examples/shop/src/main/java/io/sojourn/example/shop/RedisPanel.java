package io.sojourn.example.shop;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.sojourn.Session;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Shows what Redis holds for a session: it looks past Sojourn, over a connection of its own that is made when somebody first
 * asks. Nothing that it shows opens a session.
 */
final class RedisPanel implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private final String uri;
    private final ReentrantLock opening = new ReentrantLock();
    private @Nullable RedisClient client;
    private @Nullable StatefulRedisConnection<String, byte[]> connection;

    RedisPanel(NodeSettings node) {
        uri = node.redis();
    }

    /** Key, type, time to live, memory and fields; nothing if there is no session, or it is not stored. */
    Answer tell(HttpServletRequest request) {
        Delay delay = Delay.of(request);
        Optional<Session> session = SojournFilter.session(request);
        delay.await();
        if (session.isEmpty()) {
            return Answer.NOTHING;
        }
        String key = RedisStore.DEFAULT_PREFIX + ":" + session.get().id();
        try {
            Map<String, @Nullable Object> held = held(key);
            return held.isEmpty() ? Answer.NOTHING : Answer.ok(held);
        } catch (RedisException e) {
            throw new StoreUnavailableException("The panel got no answer from Redis", e);
        }
    }

    private Map<String, @Nullable Object> held(String key) {
        RedisCommands<String, byte[]> redis = commands();
        String type = redis.type(key);
        Map<String, @Nullable Object> held = new LinkedHashMap<>();
        if (type.equals("none")) {
            return held;
        }
        held.put("key", key);
        held.put("type", type);
        held.put("ttlMillis", redis.pttl(key));
        held.put("memoryBytes", redis.memoryUsage(key));
        held.put("fields", type.equals("hash") ? HashFields.describe(redis.hgetall(key)) : List.of());
        return held;
    }

    private RedisCommands<String, byte[]> commands() {
        opening.lock();
        try {
            StatefulRedisConnection<String, byte[]> open = connection;
            if (open == null) {
                RedisClient made = RedisClient.create(uri);
                made.setOptions(ClientOptions.builder()
                        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                        .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
                        .socketOptions(
                                SocketOptions.builder().connectTimeout(TIMEOUT).build())
                        .build());
                try {
                    open = made.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
                } finally {
                    if (open == null) {
                        made.shutdown(Duration.ZERO, Duration.ofSeconds(2));
                    }
                }
                open.setTimeout(TIMEOUT);
                client = made;
                connection = open;
            }
            return open.sync();
        } finally {
            opening.unlock();
        }
    }

    @Override
    public void close() {
        opening.lock();
        try {
            if (client != null) {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
            }
        } finally {
            opening.unlock();
        }
    }
}
