package io.sojourn.spring.boot;

import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Two nodes with a Redis of their own. */
final class Nodes implements AutoCloseable {

    private final RedisServer redis = RedisServers.start();
    private final List<Node> nodes = new ArrayList<>();

    private Nodes() {}

    static Nodes start(String... properties) {
        Nodes all = new Nodes();
        String[] more = Arrays.copyOf(properties, properties.length + 2);
        more[properties.length] = "spring.data.redis.host=" + RedisServer.HOST;
        more[properties.length + 1] = "spring.data.redis.port=" + all.redis.port();
        try {
            all.nodes.add(Node.start(more));
            all.nodes.add(Node.start(more));
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
        return all;
    }

    Browser browser() {
        return new Browser(nodes);
    }

    Node one() {
        return nodes.get(0);
    }

    Node two() {
        return nodes.get(1);
    }

    RedisServer redis() {
        return redis;
    }

    RedisProbe probe() {
        return redis.probe();
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
        redis.close();
    }
}
