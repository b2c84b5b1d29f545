package io.sojourn.spring.boot;

import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Two nodes with a Redis of their own. */
final class Nodes implements AutoCloseable {

    /** A machine may stand still for seconds; tests of deadlines set {@code sojourn.redis.timeout}, which goes before it. */
    static final String PATIENT = "spring.data.redis.timeout=20s";

    private final RedisServer redis = RedisServers.start();
    private final List<Node> nodes = new ArrayList<>();

    private Nodes() {}

    static Nodes start(String... properties) {
        return start(all -> Node.start(all), all -> Node.start(all), properties);
    }

    /** @param sources the application, and what it has besides */
    static Nodes start(List<Class<?>> sources, String... properties) {
        return start(all -> Node.start(sources, all), all -> Node.start(sources, all), properties);
    }

    /** Two nodes of the WebFlux application. */
    static Nodes startReactive(String... properties) {
        return start(Node::startReactive, Node::startReactive, properties);
    }

    /** A node of the servlet application, and one of the WebFlux application. */
    static Nodes startMixed(String... properties) {
        return start(all -> Node.start(all), Node::startReactive, properties);
    }

    private static Nodes start(Function<String[], Node> one, Function<String[], Node> two, String... properties) {
        Nodes all = new Nodes();
        String[] more = Arrays.copyOf(properties, properties.length + 3);
        more[properties.length] = "spring.data.redis.host=" + RedisServer.HOST;
        more[properties.length + 1] = "spring.data.redis.port=" + all.redis.port();
        more[properties.length + 2] = PATIENT;
        try {
            all.nodes.add(one.apply(more));
            all.nodes.add(two.apply(more));
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
