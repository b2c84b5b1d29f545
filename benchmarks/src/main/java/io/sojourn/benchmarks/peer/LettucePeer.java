package io.sojourn.benchmarks.peer;

import io.lettuce.core.GetExArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The floor: the same bytes in a plain string, over one shared connection, nothing encoded and nothing checked. No session
 * store can cost less.
 */
@SuppressWarnings("deprecation") // SETEX is what is to be measured; SET with EX does the same.
public final class LettucePeer implements Peer {

    private static final long TTL_SECONDS = 1_800;
    private static final GetExArgs EXTEND = GetExArgs.Builder.ex(TTL_SECONDS);

    private final RedisClient client;
    private final StatefulRedisConnection<String, byte[]> connection;
    private final RedisCommands<String, byte[]> redis;
    private final Map<Map<String, Object>, byte[]> bytes = new IdentityHashMap<>();

    /** Connects. */
    public LettucePeer(String uri) {
        client = RedisClient.create(uri);
        connection = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
        redis = connection.sync();
        List.of(Samples.TEN, Samples.THREE, Samples.LARGE).forEach(all -> bytes.put(all, StoredBytes.of(all)));
    }

    @Override
    public String name() {
        return "lettuce";
    }

    @Override
    public Set<Work> works() {
        return EnumSet.allOf(Work.class);
    }

    /** What is stored for a session of ten attributes. */
    public static byte[] bytesOfTen() {
        return StoredBytes.of(Samples.TEN);
    }

    static String newKey() {
        byte[] random = new byte[11];
        ThreadLocalRandom.current().nextBytes(random);
        return "plain:" + HexFormat.of().formatHex(random);
    }

    @Override
    public String create(Map<String, Object> attributes) {
        String key = newKey();
        redis.setex(key, TTL_SECONDS, bytes.get(attributes));
        return key;
    }

    @Override
    public String create(Map<String, Object> attributes, String principal) {
        String key = create(attributes);
        redis.sadd("index:" + principal, key.getBytes(StandardCharsets.US_ASCII));
        return key;
    }

    @Override
    public void read(String session) {
        require(redis.get(session));
    }

    @Override
    public void change(String session, String value) {
        byte[] stored = require(redis.getex(session, EXTEND));
        redis.setex(session, TTL_SECONDS, stored);
    }

    @Override
    public void revoke(String session) {
        require(redis.get(session));
        redis.unlink(session);
    }

    @Override
    public int list(String principal) {
        List<RedisFuture<byte[]>> all = new ArrayList<>();
        for (byte[] key : redis.smembers("index:" + principal)) {
            all.add(connection.async().get(new String(key, StandardCharsets.US_ASCII)));
        }
        all.forEach(reply -> {
            try {
                require(reply.get(10, TimeUnit.SECONDS));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        return all.size();
    }

    private static byte[] require(byte[] stored) {
        if (stored == null) {
            throw new IllegalStateException("the session is gone");
        }
        return stored;
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown();
    }
}
