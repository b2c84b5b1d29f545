package io.sojourn.redis.connection;

/** Hears of each node's connection. Called on Netty's threads: do not block. */
public interface NodeListener {

    /**
     * A connection has been made, or made again. What is sent to the node within this call reaches the server before any
     * command of a caller does.
     */
    default void connected(Node node) {}

    /** A connection was lost, or closed. */
    default void lost(Node node) {}

    /** A connection that was lost could not be made again; that is tried on. */
    default void notConnectedAgain(Throwable failure) {}

    /**
     * A node is not wanted any more, because it has left the cluster or has lost its slots; after {@link #lost} if it was
     * connected to. In the latter case it may be connected to again.
     */
    default void forgotten(Node node) {}
}
