package io.sojourn.redis;

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
    private volatile @Nullable StatefulRedisConnection<String, byte[]> connection;

    ServerLink(RedisURI uri, ClientSetup setup, Nodes nodes) {
        this.uri = uri;
        this.resources = setup.resources();
        this.client = new Client(resources, uri, nodes);
        client.setOptions(setup.options());
    }

    @Override
    public CompletionStage<?> connect() {
        return client.connectAsync(ClientSetup.CODEC, uri).thenAccept(connected -> connection = connected);
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
        long now = System.nanoTime();
        long last = leftAt.get();
        if (now - last >= BETWEEN_LEAVES_NANOS
                && leftAt.compareAndSet(last, now)
                && connection instanceof NodeConnection current) {
            current.node().leave();
        }
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        Object unused = resources.shutdown(0, 2, TimeUnit.SECONDS);
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
