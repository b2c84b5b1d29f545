package io.sojourn.benchmarks.peer;

import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Redisson with all its defaults, the codec and the pool of connections included. */
final class RedissonClients {

    private RedissonClients() {}

    static RedissonClient connect(String uri) {
        Config config = new Config();
        config.useSingleServer().setAddress(uri);
        return Redisson.create(config);
    }
}
