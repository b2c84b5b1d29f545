package io.sojourn.example.shop;

import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.sojourn.Session;
import io.sojourn.StoreUnavailableException;
import io.sojourn.example.shop.settings.NodeSettings;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.http.HttpServletRequest;
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

    private final String uri;
    private final ReentrantLock opening = new ReentrantLock();
    private @Nullable PanelConnection connection;

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
        RedisClusterCommands<String, byte[]> redis = commands();
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

    private RedisClusterCommands<String, byte[]> commands() {
        opening.lock();
        try {
            PanelConnection open = connection;
            if (open == null) {
                open = PanelConnection.open(uri);
                connection = open;
            }
            return open.commands();
        } finally {
            opening.unlock();
        }
    }

    @Override
    public void close() {
        opening.lock();
        try {
            if (connection != null) {
                connection.close();
            }
        } finally {
            opening.unlock();
        }
    }
}
