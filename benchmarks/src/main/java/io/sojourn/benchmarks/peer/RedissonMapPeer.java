package io.sojourn.benchmarks.peer;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RMapAsync;
import org.redisson.api.RedissonClient;

/** A Redisson {@code RMap} a session; what belongs together is sent as one batch, which saves a round trip. */
public final class RedissonMapPeer implements Peer {

    private static final Duration TTL = Duration.ofMinutes(30);

    private final RedissonClient redisson;

    /** Connects. */
    public RedissonMapPeer(String uri) {
        redisson = RedissonClients.connect(uri);
    }

    @Override
    public String name() {
        return "redisson-rmap";
    }

    @Override
    public Set<Work> works() {
        return EnumSet.of(Work.A, Work.B, Work.C, Work.D, Work.F);
    }

    @Override
    public String create(Map<String, Object> attributes) {
        String key = "map-" + LettucePeer.newKey();
        RBatch batch = redisson.createBatch(BatchOptions.defaults());
        RMapAsync<String, Object> map = batch.getMap(key);
        map.putAllAsync(attributes);
        map.expireAsync(TTL);
        batch.execute();
        return key;
    }

    /** Loads the session, and lets it live on. */
    private void load(String key) {
        RBatch batch = redisson.createBatch(BatchOptions.defaults());
        RMapAsync<String, Object> map = batch.getMap(key);
        map.readAllMapAsync();
        map.expireAsync(TTL);
        if (!(batch.execute().getResponses().get(0) instanceof Map<?, ?> all) || all.isEmpty()) {
            throw new IllegalStateException("the session is gone");
        }
    }

    @Override
    public void read(String key) {
        load(key);
    }

    @Override
    public void change(String key, String value) {
        load(key);
        redisson.<String, Object>getMap(key).fastPut(Samples.CHANGED, value);
    }

    @Override
    public void revoke(String key) {
        if (redisson.getMap(key).readAllMap().isEmpty()) {
            throw new IllegalStateException("the session is gone");
        }
        redisson.getMap(key).delete();
    }

    @Override
    public void close() {
        redisson.shutdown();
    }
}
