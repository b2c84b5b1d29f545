package io.sojourn.redis;

import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.stream.Stream;

/** Arguments for classes that run once on every kind of server, and a store there. */
final class Servers {

    private Servers() {}

    /** A store that waits long for its answers: a machine may stand still, and deadlines are tried elsewhere. */
    static RedisStore connectTo(String uri) {
        return RedisStore.builder().uri(uri).timeout(Duration.ofSeconds(10)).connect();
    }

    /** A server of each kind that is at hand, started when its turn comes; JUnit closes it after it. */
    static Stream<RedisServer> each() {
        return RedisServers.available().stream().map(RedisServers::start);
    }
}
