import io.sojourn.redis.RedisStoreProvider;
import io.sojourn.spi.SessionStoreProvider;

/** The session store in Redis or Valkey. */
// Lettuce is no module yet, but its jar names one (lettuce.core), so this name will stay.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.sojourn.redis {
    requires com.github.benmanes.caffeine;
    // Lettuce cannot say that it needs Netty's modules (the first brings the others), so they are named here.
    requires io.netty.handler;
    requires io.netty.resolver.dns;
    // These we see ourselves.
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires reactor.core; // In which Lettuce asks for credentials.
    requires transitive io.sojourn.core;
    requires transitive lettuce.core; // A client of the application's may be given to the builder.
    requires static transitive org.jspecify;

    exports io.sojourn.redis;

    provides SessionStoreProvider with
            RedisStoreProvider;
}
