package io.sojourn.redis.connection;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.sojourn.StoreUnavailableException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** How a store reaches its data: over one connection to a server, or over one to each master of a cluster. */
public interface Topology extends AutoCloseable {

    /** Connects, once. After a success connections that are lost are made again without another call. */
    CompletionStage<?> connect();

    /** Commands, sent to where their keys belong; null before {@link #connect()} has succeeded. */
    @Nullable
    RedisClusterAsyncCommands<String, byte[]> commands();

    /** Where commands for a key are sent at this moment; null if no connection is there. */
    @Nullable
    Node node(String key);

    /**
     * Every master that has keys, in the order of their addresses.
     *
     * @throws StoreUnavailableException if one of them is not connected to at this moment
     */
    List<Node> masters();

    /** The node that a node of the cluster named; fails if there is no connection to it, and none can be made. */
    default CompletionStage<Node> node(Redirection elsewhere) {
        return CompletableFuture.failedFuture(new IllegalStateException("This is no cluster"));
    }

    /** The server said that it takes no writes, being a replica: looks for the master anew. */
    void demoted();

    @Override
    void close();
}
