package io.sojourn.redis;

import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.util.stream.Stream;

/** Arguments for classes that run once on every kind of server. */
final class Servers {

    private Servers() {}

    /** A server of each kind that is at hand, started when its turn comes; JUnit closes it after it. */
    static Stream<RedisServer> each() {
        return RedisServers.available().stream().map(RedisServers::start);
    }
}
