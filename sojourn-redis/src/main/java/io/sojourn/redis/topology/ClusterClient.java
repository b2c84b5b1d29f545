package io.sojourn.redis.topology;

import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.json.JsonParser;
import io.lettuce.core.protocol.PushHandler;
import io.lettuce.core.resource.ClientResources;
import io.sojourn.redis.connection.ClientSetup;
import io.sojourn.redis.connection.NodeConnection;
import io.sojourn.redis.connection.NodeRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lettuce's client for clusters, with nodes of ours, and a word before a new view of the cluster counts. */
final class ClusterClient extends RedisClusterClient {

    private final NodeRegistry nodes;
    private final Supplier<CompletionStage<@Nullable Partitions>> quickly;
    private final Function<Partitions, CompletableFuture<Void>> beforeUse;

    /**
     * A client.
     *
     * @param quickly reads the layout from nodes that are connected to; completes with null if none of them tells
     * @param beforeUse is waited for before a new layout counts
     */
    ClusterClient(
            ClientResources resources,
            List<RedisURI> seeds,
            NodeRegistry nodes,
            Supplier<CompletionStage<@Nullable Partitions>> quickly,
            Function<Partitions, CompletableFuture<Void>> beforeUse) {
        super(resources, seeds);
        this.nodes = nodes;
        this.quickly = quickly;
        this.beforeUse = beforeUse;
    }

    @Override
    protected CompletableFuture<Partitions> loadPartitionsAsync() {
        return quickly.get()
                .thenCompose(
                        known -> known == null ? super.loadPartitionsAsync() : CompletableFuture.completedFuture(known))
                .toCompletableFuture()
                .thenCompose(view -> beforeUse.apply(view).thenApply(done -> view));
    }

    @Override
    @SuppressWarnings("unchecked") // There is one codec for sessions, and it tells the types.
    protected <K, V> StatefulRedisConnectionImpl<K, V> newStatefulRedisConnection(
            RedisChannelWriter writer,
            PushHandler push,
            RedisCodec<K, V> codec,
            Duration timeout,
            Supplier<JsonParser> parser) {
        return codec == ClientSetup.CODEC
                ? (StatefulRedisConnectionImpl<K, V>) new NodeConnection(writer, push, timeout, parser, nodes)
                : super.newStatefulRedisConnection(writer, push, codec, timeout, parser);
    }
}
