package io.sojourn.redis.topology;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.sojourn.redis.connection.MaskedRedisUri;
import io.sojourn.redis.connection.OpenChannels;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Knows from the sentinels who the master is. It subscribes to all of them, so it hears of a switch from the first one that
 * announces it, and it asks all of them when a connection is to be made. Without the subscription a store would stay with an
 * old master that is alive, since only a connection that is lost makes it ask; and sentinels take up to ten seconds to tell an
 * old master that it is none any more, in which it takes writes that are lost.
 */
final class SentinelWatch implements AutoCloseable {

    private static final String SWITCH = "+switch-master";
    private static final long PAUSE_MILLIS = 500;

    /** For so long after a switch a sentinel that has not heard of it may still name the old master. */
    private static final long SPREADING_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * A switch that a sentinel has announced.
     *
     * @param at by {@link System#nanoTime}
     */
    private record Switch(String to, long at) {}

    private final List<RedisURI> sentinels;
    private final String masterName;
    private final Consumer<String> masterIs;
    private final RedisClient client;
    private volatile @Nullable Switch announced;
    private volatile boolean closed;

    /**
     * Starts to watch.
     *
     * @param masterIs hears host and port, as {@link OpenChannels#address} writes them, of whom a sentinel calls the master
     */
    SentinelWatch(
            List<RedisURI> sentinels,
            String masterName,
            ClientResources resources,
            ClientOptions options,
            Consumer<String> masterIs) {
        this.sentinels = List.copyOf(sentinels);
        this.masterName = masterName;
        this.masterIs = masterIs;
        this.client = RedisClient.create(resources);
        client.setOptions(options.mutate().autoReconnect(false).build());
        this.sentinels.forEach(this::subscribe);
    }

    private void subscribe(RedisURI sentinel) {
        if (closed) {
            return;
        }
        CompletionStage<?> unused = client.connectPubSubAsync(StringCodec.UTF8, sentinel)
                .thenCompose(connection -> listen(connection, sentinel)
                        .thenCompose(subscribed -> ask(sentinel).thenAccept(this::named))
                        .whenComplete((asked, failure) -> {
                            if (failure != null) {
                                close(connection);
                            }
                        }))
                .whenComplete((asked, failure) -> {
                    if (failure != null) {
                        subscribeLater(sentinel);
                    }
                });
    }

    private void subscribeLater(RedisURI sentinel) {
        if (!closed) {
            CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> subscribe(sentinel));
        }
    }

    private CompletionStage<?> listen(StatefulRedisPubSubConnection<String, String> connection, RedisURI sentinel) {
        connection.addListener(new RedisPubSubAdapter<String, String>() {
            @Override
            public void message(String channel, String message) {
                String[] words = message.split(" ", -1);
                if (channel.equals(SWITCH) && words.length == 5 && words[0].equals(masterName)) {
                    switched(OpenChannels.address(words[3], Integer.parseInt(words[4])));
                }
            }
        });
        return connection
                .async()
                .subscribe(SWITCH)
                .thenRun(() -> connection.addListener(new RedisConnectionStateListener() {
                    @Override
                    public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
                        subscribeLater(sentinel);
                    }
                }));
    }

    /** Each sentinel announces the same switch when it hears of it; the first one counts. */
    private void switched(String to) {
        Switch known = announced;
        if (known == null || !known.to().equals(to)) {
            announced = new Switch(to, System.nanoTime());
        }
        masterIs.accept(to);
    }

    /** A sentinel names the master without being the first to know of a switch. */
    private void named(String master) {
        String recent = recentlyAnnounced();
        masterIs.accept(recent == null ? master : recent);
    }

    private @Nullable String recentlyAnnounced() {
        Switch known = announced;
        return known != null && System.nanoTime() - known.at() < SPREADING_NANOS ? known.to() : null;
    }

    /**
     * Host and port of the master: of a switch that was announced just now, or else what most sentinels say. Fails if none
     * answers.
     */
    CompletionStage<String> master() {
        String recent = recentlyAnnounced();
        if (recent != null) {
            return CompletableFuture.completedFuture(recent);
        }
        SentinelPoll poll = new SentinelPoll(sentinels.size());
        for (RedisURI sentinel : sentinels) {
            CompletionStage<?> unused = ask(sentinel).whenComplete(poll::answered);
        }
        return poll.result().thenApply(master -> {
            String since = recentlyAnnounced();
            return since == null ? master : since;
        });
    }

    private CompletionStage<String> ask(RedisURI sentinel) {
        RedisURI known = new MaskedRedisUri();
        known.setTimeout(sentinel.getTimeout());
        known.setSentinelMasterId(masterName);
        known.getSentinels().add(sentinel);
        return client.connectSentinelAsync(StringCodec.UTF8, known)
                .thenCompose(connection -> connection
                        .async()
                        .getMasterAddrByName(masterName)
                        .thenApply(this::address)
                        .whenComplete((done, failure) -> {
                            close(connection);
                        }));
    }

    private String address(@Nullable Object answer) {
        if (answer instanceof InetSocketAddress inet) {
            return OpenChannels.address(inet.getHostString(), inet.getPort());
        }
        throw new RedisException("The sentinels know no master by the name " + masterName);
    }

    private static void close(StatefulConnection<?, ?> connection) {
        Object unused = connection.closeAsync();
    }

    @Override
    public void close() {
        closed = true;
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
