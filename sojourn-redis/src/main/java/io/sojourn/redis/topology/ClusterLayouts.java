package io.sojourn.redis.topology;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.models.partitions.ClusterPartitionParser;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.sojourn.redis.connection.Node;
import io.sojourn.redis.connection.NodeRegistry;
import io.sojourn.redis.connection.RedisEndpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the layout of a cluster over the connections that exist ({@code CLUSTER NODES}). Lettuce connects to every node for
 * that, and waits for those that hang: a second, just when another one has taken over.
 */
record ClusterLayouts(NodeRegistry nodes, Function<RedisEndpoint.Host, RedisURI> uris) {

    /** A new master tells all others at once, so a few of them know enough. */
    private static final int ASKED = 3;

    private static final long PATIENCE_MILLIS = 150;

    /**
     * The layout with the newest master that one of the nodes knows; null if none tells in time.
     *
     * @param before the layout that counts now; null at the start, when the nodes are to be found by their seeds
     */
    CompletionStage<@Nullable Partitions> read(@Nullable Partitions before) {
        List<Node> connected = new ArrayList<>(before == null ? List.of() : nodes.connected());
        Collections.shuffle(connected, ThreadLocalRandom.current());
        List<CompletableFuture<@Nullable Partitions>> answers =
                connected.stream().limit(ASKED).map(ClusterLayouts::ask).toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> newest(answers, before));
    }

    private static CompletableFuture<@Nullable Partitions> ask(Node node) {
        try {
            return node.commands()
                    .clusterNodes()
                    .toCompletableFuture()
                    .<@Nullable Partitions>thenApply(ClusterPartitionParser::parse)
                    .completeOnTimeout(null, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    .exceptionally(failure -> null);
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(null); // It was lost just now.
        }
    }

    private @Nullable Partitions newest(
            List<CompletableFuture<@Nullable Partitions>> answers, @Nullable Partitions before) {
        Partitions newest = null;
        for (CompletableFuture<@Nullable Partitions> answer : answers) {
            Partitions one = answer.getNow(null);
            if (one != null && (newest == null || epoch(one) > epoch(newest))) {
                newest = one;
            }
        }
        if (newest == null || before == null) {
            return null;
        }
        for (RedisClusterNode node : newest) {
            node.setUri(uri(node, before));
        }
        newest.updateCache();
        return newest;
    }

    /** With each election a master gets a higher one. */
    private static long epoch(Partitions layout) {
        return layout.stream()
                .filter(node -> !node.getSlots().isEmpty())
                .map(RedisClusterNode::getConfigEpoch)
                .max(Comparator.naturalOrder())
                .orElse(0L);
    }

    /**
     * The address by which a node is connected to already, or else the one that it announces: a node that was found by its
     * seed may announce itself by another name.
     */
    private RedisURI uri(RedisClusterNode node, Partitions before) {
        RedisClusterNode known = before.getPartitionByNodeId(node.getNodeId());
        boolean isMoved = known != null
                && !node.is(RedisClusterNode.NodeFlag.MYSELF)
                && known.getUri().getPort() != node.getUri().getPort();
        return known != null && !isMoved
                ? known.getUri()
                : uris.apply(new RedisEndpoint.Host(
                        node.getUri().getHost(), node.getUri().getPort()));
    }
}
