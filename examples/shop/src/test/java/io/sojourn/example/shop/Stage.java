package io.sojourn.example.shop;

import static org.awaitility.Awaitility.await;

import io.sojourn.example.shop.DemoProcess.Running;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Two nodes over a Redis that the test holds in its hands, and a look into it. */
record Stage(RedisServer redis, RedisProbe probe, Running shop) implements AutoCloseable {

    static Stage open(RedisBinary binary, String... arguments) {
        RedisServer redis = RedisServers.start(binary, "appendonly yes"); // so that a restart keeps what it holds
        String[] all = new String[arguments.length + 2];
        all[0] = "--redis";
        all[1] = redis.uri();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return new Stage(redis, redis.probe(), DemoProcess.open(2, all));
    }

    String node(int number) {
        return shop.node(number);
    }

    /** The key of the only session. */
    String onlyKey() {
        if (sessions().size() != 1) {
            throw new AssertionError("there should be one session, not " + probe.keys());
        }
        return sessions().iterator().next();
    }

    /** The keys of all sessions; those of indexes are left out. */
    Set<String> sessions() {
        return probe.keys().stream().filter(key -> !key.contains(":@")).collect(Collectors.toSet());
    }

    /** A visitor with a session. */
    Visitor visitor() {
        Visitor visitor = new Visitor();
        visitor.post(node(1) + "/api/visits");
        return visitor;
    }

    /** Starts a request, and returns when it has loaded its session, long before it saves it. */
    CompletableFuture<Reply> whileItDawdles(Supplier<Reply> request) {
        long before = loads();
        CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(request);
        await().pollInterval(Duration.ofMillis(10)).until(() -> loads() == before + 1);
        return reply;
    }

    private long loads() {
        return probe.commandStats().getOrDefault("hgetall", 0L);
    }

    @Override
    public void close() {
        shop.close();
        probe.close();
        redis.close();
    }
}
