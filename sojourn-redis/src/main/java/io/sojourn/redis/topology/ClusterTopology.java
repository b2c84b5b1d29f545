package io.sojourn.redis.topology;

import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.json.JsonParser;
import io.lettuce.core.protocol.PushHandler;
import io.lettuce.core.resource.ClientResources;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.RedisProtocol;
import io.sojourn.redis.connection.ClientSetup;
import io.sojourn.redis.connection.Node;
import io.sojourn.redis.connection.NodeConnection;
import io.sojourn.redis.connection.NodeListener;
import io.sojourn.redis.connection.NodeRegistry;
import io.sojourn.redis.connection.OpenChannels;
import io.sojourn.redis.connection.Redirection;
import io.sojourn.redis.connection.RedisEndpoint;
import io.sojourn.redis.connection.Topology;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to each master of a cluster. Lettuce finds the node for a key and follows the cluster when it answers that
 * a slot has moved. But it refuses commands for a node that it is only about to connect to; so each node that may be asked
 * is connected to before it is: at the start, and before a new view of the cluster counts.
 */
public final class ClusterTopology implements Topology {

    /** A master is replaced within the cluster's node timeout (15 s by default) and an election. */
    private static final long TAKEOVER_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final long BETWEEN_LOOKS_MILLIS = 100;

    private final ClientResources resources;
    private final Client client;
    private final ClusterLayouts layouts;
    private final AtomicBoolean looking = new AtomicBoolean();

    /** Until when another master may take over, by {@link System#nanoTime}. */
    private volatile long lookUntil = System.nanoTime();

    private volatile boolean closed;
    private final Duration timeout;
    private final NodeRegistry nodes;

    /** Those that were connected to as masters, by host and port. */
    private final Map<String, Node> met = new ConcurrentHashMap<>();

    private volatile @Nullable StatefulRedisClusterConnection<String, byte[]> connection;

    @SuppressWarnings("this-escape") // Nothing is called before something has been sent.
    public ClusterTopology(
            List<RedisURI> seeds, Function<RedisEndpoint.Host, RedisURI> uris, ClientSetup setup, NodeRegistry nodes) {
        this.layouts = new ClusterLayouts(nodes, uris);
        this.resources = setup.resources(new OpenChannels(address -> suspected()));
        this.timeout = setup.timeout();
        this.nodes = nodes;
        nodes.plain(setup.protocol() == RedisProtocol.RESP2);
        this.client = new Client(resources, seeds);
        nodes.addListener(new NodeListener() {
            @Override
            public void lost(Node node) {
                suspected();
            }
        });
        client.setOptions(setup.clusterOptions());
        ClientSetup.tellOfFailedReconnects(resources, nodes);
    }

    @Override
    public CompletionStage<?> connect() {
        return client.refreshPartitionsAsync()
                .thenCompose(done -> client.connectAsync(ClientSetup.CODEC))
                .thenCompose(connected -> {
                    connection = connected;
                    return meet(connected.getPartitions());
                });
    }

    /** A master is silent or lost: the others are asked often, so that whichever takes over is known at once. */
    private void suspected() {
        lookUntil = System.nanoTime() + TAKEOVER_NANOS;
        if (connection != null && looking.compareAndSet(false, true)) {
            look();
        }
    }

    private void look() {
        if (closed || System.nanoTime() - lookUntil > 0) {
            looking.set(false);
            return;
        }
        CompletionStage<?> unusedRefresh = client.refreshPartitionsAsync().whenComplete((done, failure) -> {
            Future<?> unused =
                    resources.eventExecutorGroup().schedule(this::look, BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS);
        });
    }

    /** Connects to every master; completes when that is done or has failed, and never fails itself. */
    private CompletableFuture<Void> meet(Partitions view) {
        StatefulRedisClusterConnection<String, byte[]> current = connection;
        if (current == null) {
            return CompletableFuture.completedFuture(null);
        }
        view.stream().filter(node -> node.getSlots().isEmpty()).forEach(this::noteWithoutSlots);
        return CompletableFuture.allOf(view.stream()
                        .filter(node -> node.is(RedisClusterNode.NodeFlag.UPSTREAM)
                                && !node.getSlots().isEmpty()
                                && !node.is(RedisClusterNode.NodeFlag.FAIL))
                        .map(RedisClusterNode::getUri)
                        .map(uri -> current.getConnectionAsync(uri.getHost(), uri.getPort())
                                .thenCompose(NodeConnection::whenActive)
                                .thenAccept(master -> met(uri, master)))
                        .toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> null);
    }

    private void met(RedisURI uri, StatefulRedisConnection<String, byte[]> master) {
        if (master instanceof NodeConnection ours) {
            met.put(address(uri), ours.node());
        }
    }

    /** That a server is away which has no slots (any more) is no harm: another one has taken over. */
    private void noteWithoutSlots(RedisClusterNode node) {
        Node known = met.get(address(node.getUri()));
        if (known != null) {
            nodes.unneeded(known);
        }
    }

    private static String address(RedisURI uri) {
        return uri.getHost() + ":" + uri.getPort();
    }

    @Override
    public @Nullable RedisClusterAsyncCommands<String, byte[]> commands() {
        StatefulRedisClusterConnection<String, byte[]> current = connection;
        return current == null ? null : current.async();
    }

    @Override
    public @Nullable Node node(String key) {
        StatefulRedisClusterConnection<String, byte[]> current = connection;
        RedisClusterNode master =
                current == null ? null : current.getPartitions().getMasterBySlot(SlotHash.getSlot(key));
        if (current == null || master == null) {
            return null;
        }
        return connected(current, master.getUri());
    }

    private static @Nullable Node connected(StatefulRedisClusterConnection<String, byte[]> cluster, RedisURI uri) {
        return cluster.getConnectionAsync(uri.getHost(), uri.getPort()).getNow(null) instanceof NodeConnection found
                        && found.node().isConnected()
                ? found.node()
                : null;
    }

    @Override
    public List<Node> masters() {
        StatefulRedisClusterConnection<String, byte[]> current = connection;
        if (current == null) {
            throw new StoreUnavailableException("There is no connection to the cluster yet", null);
        }
        return current.getPartitions().stream()
                .filter(node -> node.is(RedisClusterNode.NodeFlag.UPSTREAM)
                        && !node.getSlots().isEmpty())
                .map(RedisClusterNode::getUri)
                .sorted(Comparator.comparing(ClusterTopology::address))
                .map(uri -> {
                    Node master = connected(current, uri);
                    if (master == null) {
                        throw new StoreUnavailableException(
                                "There is no connection to the master " + address(uri) + " at this moment", null);
                    }
                    return master;
                })
                .toList();
    }

    @Override
    public CompletionStage<Node> node(Redirection elsewhere) {
        StatefulRedisClusterConnection<String, byte[]> current = connection;
        if (current == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("not connected yet"));
        }
        if (!elsewhere.asking()) {
            Object unused = client.refreshPartitionsAsync();
        }
        return current.getConnectionAsync(elsewhere.host(), elsewhere.port())
                .thenCompose(NodeConnection::whenActive)
                .thenApply(found -> ((NodeConnection) found).node());
    }

    @Override
    public void demoted() {
        Object unused = client.refreshPartitionsAsync();
    }

    @Override
    public void close() {
        closed = true;
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        ClientSetup.shutDown(resources);
    }

    /** Lettuce's client for clusters, with nodes of ours, which meets the masters of a new layout before that counts. */
    private final class Client extends RedisClusterClient {

        Client(ClientResources resources, List<RedisURI> seeds) {
            super(resources, seeds);
        }

        @Override
        protected CompletableFuture<Partitions> loadPartitionsAsync() {
            return layouts.read(connection == null ? null : getPartitions())
                    .thenCompose(known ->
                            known == null ? super.loadPartitionsAsync() : CompletableFuture.completedFuture(known))
                    .toCompletableFuture()
                    .thenCompose(view -> meet(view).thenApply(done -> view));
        }

        @Override
        @SuppressWarnings("unchecked") // There is one codec for sessions, and it tells the types.
        protected <K, V> StatefulRedisConnectionImpl<K, V> newStatefulRedisConnection(
                RedisChannelWriter writer,
                PushHandler push,
                RedisCodec<K, V> codec,
                Duration limit,
                Supplier<JsonParser> parser) {
            return codec == ClientSetup.CODEC
                    ? (StatefulRedisConnectionImpl<K, V>) new NodeConnection(writer, push, limit, parser, nodes)
                    : super.newStatefulRedisConnection(writer, push, codec, limit, parser);
        }
    }
}
