package io.sojourn.scene;

import io.sojourn.histories.Flush;
import io.sojourn.redis.RedisStoreBuilder;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.awaitility.Awaitility;

/** Servers that are in trouble all the time. */
interface Servers extends AutoCloseable {

    /** One trouble; all is right again when its method returns. */
    interface Trouble {
        void happen() throws Exception;
    }

    /** Every server, those that are down as well. */
    List<RedisServer> all();

    /** Those that tell of all keys: a replica of a cluster tells of none. */
    default List<RedisServer> withKeys() {
        return all();
    }

    String uri();

    /** Where a node of the application connects to; not all nodes may be on the same side of a network that is cut. */
    default String uri(int node) {
        return uri();
    }

    /** The clock of a node of the application. */
    default InstantSource clock(int node) {
        return InstantSource.system();
    }

    /** A store that waits for replicas before it acknowledges a write: for all that may take over. */
    default RedisStoreBuilder durable(RedisStoreBuilder store) {
        return store;
    }

    /** Whether the server at a port may have had a session at any time. */
    default boolean mayHold(String session, int port) {
        return true;
    }

    /** When all keys of a server were deleted. */
    default List<Flush> flushes() {
        return List.of();
    }

    List<Trouble> troubles();

    @Override
    void close();

    static void pause(long millis) {
        Duration time = Duration.ofMillis(millis);
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }
}
