package io.sojourn.benchmarks.peer;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;

/** A Redisson {@code RBucket} a session, which holds a map of its attributes. */
public final class RedissonBucketPeer implements Peer {

    private static final Duration TTL = Duration.ofMinutes(30);

    private final RedissonClient redisson;

    /** Connects. */
    public RedissonBucketPeer(String uri) {
        redisson = RedissonClients.connect(uri);
    }

    @Override
    public String name() {
        return "redisson-rbucket";
    }

    @Override
    public Set<Work> works() {
        return EnumSet.of(Work.A, Work.B, Work.C, Work.D, Work.F);
    }

    @Override
    public String create(Map<String, Object> attributes) {
        String key = "bucket-" + LettucePeer.newKey();
        bucket(key).set(new HashMap<>(attributes), TTL);
        return key;
    }

    private RBucket<Map<String, Object>> bucket(String key) {
        return redisson.getBucket(key);
    }

    private static Map<String, Object> require(Map<String, Object> session) {
        if (session == null) {
            throw new IllegalStateException("the session is gone");
        }
        return session;
    }

    @Override
    public void read(String key) {
        require(bucket(key).getAndExpire(TTL));
    }

    @Override
    public void change(String key, String value) {
        Map<String, Object> session = require(bucket(key).getAndExpire(TTL));
        session.put(Samples.CHANGED, value);
        bucket(key).set(session, TTL);
    }

    @Override
    public void revoke(String key) {
        require(bucket(key).get());
        bucket(key).delete();
    }

    @Override
    public void close() {
        redisson.shutdown();
    }
}
