package io.sojourn.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A connection of the application's own client, which stays the application's: its options, its server, its end. */
final class GivenLink implements Link {

    private final RedisClient client;
    private final Nodes nodes;
    private volatile @Nullable StatefulRedisConnection<String, byte[]> connection;
    private volatile @Nullable Node node;

    GivenLink(RedisClient client, Nodes nodes) {
        this.client = client;
        this.nodes = nodes;
    }

    @Override
    public CompletionStage<?> connect() {
        // Only the client knows its URI, and it connects to that by blocking.
        return CompletableFuture.supplyAsync(() -> client.connect(ClientSetup.CODEC))
                .thenAccept(this::established);
    }

    private void established(StatefulRedisConnection<String, byte[]> connected) {
        node = watched(connected, nodes);
        connection = connected;
    }

    /** The node at the other end, of which the listeners of these nodes will hear. */
    static Node watched(StatefulRedisConnection<String, byte[]> connected, Nodes nodes) {
        Node only = new Node(connected);
        connected.addListener(new RedisConnectionStateListener() {

            @Override
            public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
                nodes.up(only);
            }

            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
                nodes.down(only);
            }
        });
        connected.addListener(nodes.watch(only));
        nodes.up(only);
        return only;
    }

    @Override
    public @Nullable RedisClusterAsyncCommands<String, byte[]> commands() {
        StatefulRedisConnection<String, byte[]> current = connection;
        return current == null ? null : current.async();
    }

    @Override
    public @Nullable Node node(String key) {
        Node only = node;
        return only != null && only.isConnected() ? only : null;
    }

    @Override
    public void demoted() {
        // Whether to look elsewhere is for the application to say.
    }

    @Override
    public boolean isBorrowed() {
        return true;
    }

    @Override
    public void close() {
        StatefulRedisConnection<String, byte[]> current = connection;
        if (current != null) {
            current.close();
        }
    }
}
