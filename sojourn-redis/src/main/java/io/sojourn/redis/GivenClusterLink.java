package io.sojourn.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.event.ClusterTopologyChangedEvent;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** A connection of the application's own client for a cluster, which stays the application's: its options, its view, its end. */
final class GivenClusterLink implements Link {

    private record Master(StatefulRedisConnection<String, byte[]> connection, Node node) {}

    private final RedisClusterClient client;
    private final Nodes nodes;

    /** By host and port. */
    private final Map<String, Master> masters = new ConcurrentHashMap<>();

    private volatile @Nullable StatefulRedisClusterConnection<String, byte[]> connection;
    private volatile @Nullable Disposable changes;

    GivenClusterLink(RedisClusterClient client, Nodes nodes) {
        this.client = client;
        this.nodes = nodes;
    }

    @Override
    public CompletionStage<?> connect() {
        return CompletableFuture.supplyAsync(() -> client.connect(ClientSetup.CODEC))
                .thenCompose(connected -> {
                    changes = client.getResources()
                            .eventBus()
                            .get()
                            .ofType(ClusterTopologyChangedEvent.class)
                            .subscribe(changed -> {
                                CompletableFuture<Void> unused = meet(connected);
                            });
                    return meet(connected).thenRun(() -> connection = connected);
                });
    }

    /** Connects to each master of the client's view; completes when that is done or has failed, and never fails itself. */
    private CompletableFuture<Void> meet(StatefulRedisClusterConnection<String, byte[]> cluster) {
        for (RedisClusterNode node : cluster.getPartitions()) {
            Master known = masters.get(address(node.getUri()));
            if (known != null && node.getSlots().isEmpty()) {
                nodes.unneeded(known.node());
            }
        }
        masters.entrySet().removeIf(one -> {
            boolean closed = !one.getValue().connection().isOpen();
            if (closed) {
                nodes.forget(one.getValue().node());
            }
            return closed;
        });
        return CompletableFuture.allOf(cluster.getPartitions().stream()
                        .filter(node -> !node.getSlots().isEmpty() && !node.is(RedisClusterNode.NodeFlag.FAIL))
                        .map(RedisClusterNode::getUri)
                        .map(uri -> cluster.getConnectionAsync(uri.getHost(), uri.getPort())
                                .thenAccept(connected -> met(address(uri), connected)))
                        .toArray(CompletableFuture<?>[]::new))
                .exceptionally(failure -> null);
    }

    private void met(String address, StatefulRedisConnection<String, byte[]> connected) {
        masters.computeIfAbsent(address, key -> new Master(connected, GivenLink.watched(connected, nodes)));
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
        RedisClusterNode owner =
                current == null ? null : current.getPartitions().getMasterBySlot(SlotHash.getSlot(key));
        Master master = owner == null ? null : masters.get(address(owner.getUri()));
        return master != null && master.node().isConnected() ? master.node() : null;
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
    public boolean isCluster() {
        return true;
    }

    @Override
    public void close() {
        Disposable listening = changes;
        if (listening != null) {
            listening.dispose();
        }
        StatefulRedisClusterConnection<String, byte[]> current = connection;
        if (current != null) {
            current.close();
        }
    }
}
