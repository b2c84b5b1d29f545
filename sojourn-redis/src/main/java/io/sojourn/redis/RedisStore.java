package io.sojourn.redis;

import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.operation.Connection;
import io.sojourn.redis.operation.Operations;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.layer.ForwardingStore;
import java.time.Duration;
import java.util.List;

/**
 * Sessions in one Redis (6.2 or later) or Valkey server. Each session is one hash under
 * <code>&lt;prefix&gt;:&lt;id&gt;</code> with a time to live; each operation is one command on that key, sent over one
 * shared connection. Needs no right beyond the session keys: no {@code CONFIG}, {@code KEYS}, {@code SCAN} or
 * notifications.
 *
 * <p><b>When Redis is away.</b> Each call completes within {@link RedisStoreBuilder#timeout}, and at once while the connection is
 * known to be down. The store comes back by itself, a fraction of a second after Redis does. Nothing is queued while it is
 * down, and nothing that may have been sent is sent again.
 */
public final class RedisStore extends ForwardingStore {

    /** The prefix of all keys unless another is set: {@value}. */
    public static final String DEFAULT_PREFIX = "sojourn";

    /** 500 ms. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(500);

    /** 16 MiB. */
    public static final long DEFAULT_MAX_LOAD_BYTES = 16L << 20;

    private final Operations operations;
    private final String keyPrefix;

    RedisStore(SessionStore composed, Operations operations, String keyPrefix) {
        super(composed);
        this.operations = operations;
        this.keyPrefix = keyPrefix;
    }

    /**
     * A store at a URI; all else as {@link #builder()} has it:
     * <ul>
     *   <li>one server: {@code redis://localhost}, {@code redis://user:password@host:6379/0};
     *   <li>over TLS, trusting whom the JVM trusts: {@code rediss://host}; {@code rediss-} in the others;
     *   <li>a Unix domain socket: {@code redis-socket:///run/redis/redis.sock};
     *   <li>the master that sentinels know: {@code redis-sentinel://host1,host2,host3/0#name-of-the-master};
     *   <li>a cluster: {@code redis-cluster://host1,host2,host3}.
     * </ul>
     *
     * <p>Waits for the first try to connect, and does not throw if it fails: an application may
     * start before its Redis does. To insist, {@link #ping()}.
     *
     * @throws IllegalArgumentException if the URI makes no sense; the message does not repeat it
     * @throws IllegalStateException for a Unix domain socket, if Netty's native transport is missing; the message says what to add
     */
    public static RedisStore connect(String uri) {
        return builder().uri(uri).connect();
    }

    /** Begins with {@code redis://localhost:6379}. */
    public static RedisStoreBuilder builder() {
        return new RedisStoreBuilder();
    }

    /**
     * Asks the server for a sign of life.
     *
     * @throws StoreUnavailableException if there is none within the timeout
     */
    public void ping() {
        operations.ping();
    }

    /**
     * The same server and connection with other keys; closing either closes both.
     *
     * @throws IllegalArgumentException as {@link RedisStoreBuilder#prefix}
     */
    public RedisStore withPrefix(String prefix) {
        return builder().prefix(prefix).store(operations);
    }

    /** String values beside the sessions, over the same connection: for taking over what another store has written. */
    public RedisStrings strings() {
        return new RedisStrings(operations);
    }

    /** Hashes and sets beside the sessions, over the same connection: for taking over what another store has written. */
    public RedisCollections collections() {
        return new RedisCollections(operations);
    }

    /**
     * The masters that have keys, each to be asked by itself, in the order of their addresses: one, or all of a cluster. For tools
     * that look at servers and keys.
     *
     * @throws StoreUnavailableException if one of them is not connected to at this moment, or if the store speaks RESP2
     */
    public List<RedisNode> masters() {
        Connection connection = operations.connection();
        return connection.masters().stream()
                .map(node -> new RedisNode(node, connection))
                .toList();
    }

    /**
     * The master that has a key. For tools that look at servers and keys.
     *
     * @throws StoreUnavailableException as {@link #masters()}
     */
    public RedisNode master(String key) {
        Connection connection = operations.connection();
        return new RedisNode(connection.master(key), connection);
    }

    /** Whether the store is used as a cluster. */
    public boolean isCluster() {
        return operations.connection().isCluster();
    }

    /** What all keys begin with; a colon follows. See {@link RedisStoreBuilder#prefix}. */
    public String prefix() {
        return keyPrefix.substring(0, keyPrefix.length() - 1);
    }

    /** Where the store is, without user and password. */
    @Override
    public String toString() {
        return "RedisStore[" + operations.connection() + ", keys " + keyPrefix + "*]";
    }

    Operations operations() {
        return operations;
    }
}
