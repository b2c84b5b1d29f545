package io.sojourn.benchmarks.peer;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.GetExParams;

/** The same bytes as {@link LettucePeer}'s through Jedis and its pool, of as many connections as there are threads. */
@SuppressWarnings("deprecation") // SETEX is what is to be measured; SET with EX does the same.
public final class JedisPeer implements Peer {

    private static final long TTL_SECONDS = 1_800;

    private final RedisClient redis;
    private final Map<Map<String, Object>, byte[]> bytes = new IdentityHashMap<>();

    /** Connects with at most so many connections. */
    public JedisPeer(String host, int port, int connections) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(connections);
        pool.setMaxIdle(connections);
        redis = RedisClient.builder().hostAndPort(host, port).poolConfig(pool).build();
        List.of(Samples.TEN, Samples.THREE, Samples.LARGE).forEach(all -> bytes.put(all, StoredBytes.of(all)));
    }

    @Override
    public String name() {
        return "jedis";
    }

    @Override
    public Set<Work> works() {
        return EnumSet.of(Work.A, Work.B, Work.C, Work.D, Work.F);
    }

    @Override
    public String create(Map<String, Object> attributes) {
        String key = LettucePeer.newKey();
        redis.setex(bytes(key), TTL_SECONDS, bytes.get(attributes));
        return key;
    }

    @Override
    public void read(String session) {
        require(redis.get(bytes(session)));
    }

    @Override
    public void change(String session, String value) {
        byte[] key = bytes(session);
        byte[] stored = require(redis.getEx(key, new GetExParams().ex(TTL_SECONDS)));
        redis.setex(key, TTL_SECONDS, stored);
    }

    @Override
    public void revoke(String session) {
        byte[] key = bytes(session);
        require(redis.get(key));
        redis.unlink(key);
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] require(byte[] stored) {
        if (stored == null) {
            throw new IllegalStateException("the session is gone");
        }
        return stored;
    }

    @Override
    public void close() {
        redis.close();
    }
}
