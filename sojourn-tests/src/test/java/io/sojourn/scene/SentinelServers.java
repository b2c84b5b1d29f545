package io.sojourn.scene;

import io.sojourn.redis.RedisStoreBuilder;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.List;

/** A master with two replicas that its sentinels replace because it died, because it was silent, or because they are asked to. */
class SentinelServers implements Servers {

    final RedisSentinels sentinels;

    SentinelServers() {
        this(RedisServers.preferred());
    }

    SentinelServers(RedisBinary binary, String... options) {
        this.sentinels = RedisSentinels.start(binary, options);
    }

    @Override
    public List<RedisServer> all() {
        return sentinels.servers();
    }

    @Override
    public String uri() {
        return sentinels.uri();
    }

    @Override
    public RedisStoreBuilder durable(RedisStoreBuilder store) {
        return store.durability(2, Duration.ofMillis(500)); // Either of the two may take over.
    }

    private void replace(boolean kill) {
        RedisServer master = sentinels.master();
        if (kill) {
            master.kill();
        } else {
            master.pause();
        }
        RedisServer unused = sentinels.awaitOtherMaster(master);
        Servers.pause(kill ? 500 : 1_000);
        if (kill) {
            master.restart();
        } else {
            master.resume(); // It takes itself for the master for a moment.
        }
        sentinels.awaitWhole();
    }

    @Override
    public List<Trouble> troubles() {
        return List.of(() -> replace(true), () -> replace(false), () -> {
            RedisServer unused = sentinels.failOver();
            sentinels.awaitWhole();
        });
    }

    @Override
    public void close() {
        sentinels.close();
    }
}
