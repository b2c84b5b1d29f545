package io.sojourn.redis.connection;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.protocol.CommandExpiryWriter;
import io.lettuce.core.protocol.DefaultEndpoint;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.protocol.RedisCommand;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.List;

/**
 * One connection to one server, over which sessions travel: the only one of a single server, or one of a cluster's. When it
 * is lost it is made again, and stays the same node.
 */
public final class Node {

    private final StatefulRedisConnection<String, byte[]> connection;
    private volatile boolean connected;
    private volatile String address = "a server";

    public Node(StatefulRedisConnection<String, byte[]> connection) {
        this.connection = connection;
    }

    /** Commands to this very server, wherever in a cluster their keys belong. */
    public RedisAsyncCommands<String, byte[]> commands() {
        return connection.async();
    }

    /**
     * Sends commands one after the other, as a rule in one packet. Those of other threads may come between them: Lettuce gives each command
     * to the connection by itself.
     */
    public void send(List<? extends RedisCommand<String, byte[], ?>> commands) {
        Collection<?> unused = connection.dispatch(commands);
    }

    /** Whether commands can be sent at this moment. */
    public boolean isConnected() {
        return connected;
    }

    /** Whether the server can tell something without having been asked; known as soon as it is connected. */
    public boolean speaksResp3() {
        return connection instanceof StatefulRedisConnectionImpl<?, ?> lettuce
                && lettuce.getConnectionState().getNegotiatedProtocolVersion() == ProtocolVersion.RESP3;
    }

    /** Whether the server said of itself, when it was connected to, that it is a replica; servers before RESP3 do not say. */
    public boolean isReplica() {
        return connection instanceof StatefulRedisConnectionImpl<?, ?> known
                && "replica".equals(known.getConnectionState().getRole());
    }

    /** Hears what the server tells without having been asked. One listener lasts over all connections of this node. */
    public void listen(PushListener listener) {
        connection.addListener(listener);
    }

    /** Cuts the connection, which is then made again: to whichever server is the right one by then. */
    public void leave() {
        if (connection instanceof RedisChannelHandler<?, ?> handler) {
            RedisChannelWriter writer = handler.getChannelWriter();
            while (writer instanceof CommandExpiryWriter wrapper) {
                writer = wrapper.getDelegate();
            }
            if (writer instanceof DefaultEndpoint endpoint) {
                endpoint.disconnect();
            }
        }
    }

    void connected(boolean now) {
        connected = now;
    }

    void foundAt(SocketAddress where) {
        address = OpenChannels.address(where);
    }

    /** Host and port as they were when it was last connected. */
    @Override
    public String toString() {
        return address;
    }
}
