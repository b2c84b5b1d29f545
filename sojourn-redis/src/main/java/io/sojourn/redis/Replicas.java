package io.sojourn.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.resource.ClientResources;
import io.sojourn.spi.StoredSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads from replicas. Which there are the masters tell, how far they are they tell themselves ({@link Followers}); so it is
 * the same on a cluster, behind sentinels and with one master. A replica that does not answer, or has nothing, costs
 * time and never an answer: the master is asked then.
 */
final class Replicas implements NodeListener, AutoCloseable {

    private static final long PAUSE_MILLIS = 500;

    private final Connection masters;
    private final ClientResources resources;
    private final RedisClient client;
    private final RecentWrites ours;
    private final Function<Place.Host, Replica> connector;
    private final Map<Node, Followers> followers = new ConcurrentHashMap<>();

    /**
     * Hears of each master that is connected to, so make it before the connection is opened.
     *
     * @param longestWrite how long a write may take
     */
    Replicas(Place place, ClientSetup setup, Connection masters, Duration longestWrite) {
        ClientSetup hasty = new ClientSetup(setup.timeout().dividedBy(4), setup.tls());
        this.masters = masters;
        this.resources = hasty.resources();
        this.client = RedisClient.create(resources);
        client.setOptions(hasty.options().mutate().autoReconnect(false).build());
        this.ours = new RecentWrites(ReadFrom.MAX_LAG.plus(longestWrite), System::nanoTime);
        boolean ofCluster = place.kind() == Place.Kind.CLUSTER;
        this.connector = host -> new Replica(place.replica(host, setup), client, ofCluster);
        masters.addListener(this);
        Object unused = resources
                .eventExecutorGroup()
                .scheduleWithFixedDelay(this::look, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void connected(Node node) {
        followers.computeIfAbsent(node, master -> new Followers(master, connector));
    }

    @Override
    public void forgotten(Node node) {
        Followers gone = followers.remove(node);
        if (gone != null) {
            gone.close();
        }
    }

    private void look() {
        for (Followers each : new ArrayList<>(followers.values())) {
            try {
                each.look();
            } catch (RuntimeException e) {
                // A connection was closed just now; whoever closed it knows.
            }
        }
    }

    /** The session under a key, from a replica if one may be asked. */
    CompletionStage<Optional<StoredSession>> load(
            String key, Supplier<CompletionStage<Optional<StoredSession>>> atMaster) {
        Replica replica = ours.contains(key) ? null : replica(key);
        return replica == null
                ? atMaster.get()
                : asked(replica, key)
                        .handle((found, failure) -> {
                            if (failure != null) {
                                replica.failed(failure);
                            }
                            return found != null && found.isPresent()
                                    ? CompletableFuture.completedFuture(found)
                                    : atMaster.get();
                        })
                        .thenCompose(Function.identity());
    }

    private @Nullable Replica replica(String key) {
        Node master = masters.node(key);
        Followers its = master == null ? null : followers.get(master);
        return its == null ? null : its.any();
    }

    private static CompletionStage<Optional<StoredSession>> asked(Replica replica, String key) {
        try {
            return replica.load(key);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A write, after which, and while it is under way, this store reads that key from the master. */
    <R> CompletionStage<R> around(String key, Supplier<CompletionStage<R>> write) {
        ours.add(key);
        return write.get().whenComplete((reply, failure) -> ours.add(key));
    }

    @Override
    public void close() {
        followers.values().forEach(Followers::close);
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        Object unused = resources.shutdown(0, 2, TimeUnit.SECONDS);
    }
}
