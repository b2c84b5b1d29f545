package io.sojourn.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.protocol.PushHandler;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One connection to one server: a fixed one, or the one that the sentinels name as the master at each (re)connect. */
final class ServerLink implements Link {

    /** A server that is and stays a replica is not left more often than this. */
    private static final long BETWEEN_LEAVES_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final RedisURI uri;
    private final ClientResources resources;
    private final RedisClient client;
    private final AtomicLong leftAt = new AtomicLong(System.nanoTime() - BETWEEN_LEAVES_NANOS);
    private final @Nullable SentinelWatch sentinels;
    private volatile @Nullable StatefulRedisConnection<String, byte[]> connection;

    ServerLink(RedisURI uri, ClientSetup setup, Nodes nodes) {
        this.uri = uri;
        this.resources = setup.resources();
        this.client = new Client(resources, uri, nodes);
        ClientSetup.tellOfFailedReconnects(resources, nodes);
        ClientOptions options = setup.options();
        client.setOptions(options);
        if (uri.getSentinels().isEmpty()) {
            sentinels = null;
        } else {
            nodes.addListener(new MastersOnly());
            sentinels = new SentinelWatch(
                    uri.getSentinels(), uri.getSentinelMasterId(), resources, options, this::masterIs);
        }
    }

    /** Leaves a server that is not the master (any more), to ask the sentinels anew. */
    private void masterIs(String address) {
        if (connection instanceof NodeConnection current
                && current.node().isConnected()
                && !current.node().toString().equals(address)) {
            current.node().leave();
        }
    }

    @Override
    public CompletionStage<?> connect() {
        return client.connectAsync(ClientSetup.CODEC, uri)
                .thenCompose(NodeConnection::whenActive)
                .thenAccept(connected -> connection = connected);
    }

    @Override
    public @Nullable RedisClusterAsyncCommands<String, byte[]> commands() {
        StatefulRedisConnection<String, byte[]> current = connection;
        return current == null ? null : current.async();
    }

    @Override
    public @Nullable Node node(String key) {
        return connection instanceof NodeConnection current && current.node().isConnected() ? current.node() : null;
    }

    @Override
    public void demoted() {
        if (connection instanceof NodeConnection current) {
            demoted(current.node());
        }
    }

    private void demoted(Node node) {
        long now = System.nanoTime();
        long last = leftAt.get();
        if (now - last >= BETWEEN_LEAVES_NANOS && leftAt.compareAndSet(last, now)) {
            node.leave();
        }
    }

    @Override
    public void close() {
        if (sentinels != null) {
            sentinels.close();
        }
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        Object unused = resources.shutdown(0, 2, TimeUnit.SECONDS);
    }

    /** Sentinels may be late: a server that says of itself that it is a replica is left before it gets a command. */
    private final class MastersOnly implements NodeListener {
        @Override
        public void connected(Node node) {
            if (node.isReplica()) {
                demoted(node);
            }
        }
    }

    private static final class Client extends RedisClient {

        private final Nodes nodes;

        Client(ClientResources resources, RedisURI uri, Nodes nodes) {
            super(resources, uri);
            this.nodes = nodes;
        }

        @Override
        @SuppressWarnings("unchecked") // There is one codec for sessions, and it tells the types.
        protected <K, V> StatefulRedisConnectionImpl<K, V> newStatefulRedisConnection(
                RedisChannelWriter writer, PushHandler push, RedisCodec<K, V> codec, Duration timeout) {
            return codec == ClientSetup.CODEC
                    ? (StatefulRedisConnectionImpl<K, V>) new NodeConnection(
                            writer, push, timeout, getOptions().getJsonParser(), nodes)
                    : super.newStatefulRedisConnection(writer, push, codec, timeout);
        }
    }
}
