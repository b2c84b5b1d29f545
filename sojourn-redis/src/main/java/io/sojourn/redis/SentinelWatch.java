package io.sojourn.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Hears from one of the sentinels who the master is: at once when that changes, and each time that a sentinel was connected
 * to. Without it a store would stay with an old master that is alive, since only a connection that is lost makes it ask; and
 * sentinels take up to ten seconds to tell an old master that it is none any more, in which it takes writes that are lost.
 */
final class SentinelWatch implements AutoCloseable {

    private static final String SWITCH = "+switch-master";
    private static final long PAUSE_MILLIS = 500;

    private final List<RedisURI> sentinels;
    private final String masterName;
    private final Consumer<String> masterIs;
    private final RedisClient client;
    private volatile boolean closed;

    /**
     * Starts to watch.
     *
     * @param masterIs hears host and port, {@code 127.0.0.1:6379}, of whom a sentinel calls the master
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
        // Another sentinel may be there when this one is not.
        client.setOptions(options.mutate().autoReconnect(false).build());
        subscribe(0);
    }

    private void subscribe(int turn) {
        if (closed) {
            return;
        }
        RedisURI sentinel = sentinels.get(turn % sentinels.size());
        CompletionStage<?> unused = client.connectPubSubAsync(StringCodec.UTF8, sentinel)
                .thenCompose(connection -> listen(connection, turn)
                        .thenCompose(subscribed -> ask(sentinel))
                        .whenComplete((asked, failure) -> {
                            if (failure != null) {
                                close(connection);
                            }
                        }))
                .whenComplete((asked, failure) -> {
                    if (failure != null) {
                        later(turn + 1);
                    }
                });
    }

    private void later(int turn) {
        if (!closed) {
            CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> subscribe(turn));
        }
    }

    private CompletionStage<?> listen(StatefulRedisPubSubConnection<String, String> connection, int turn) {
        connection.addListener(new RedisPubSubAdapter<String, String>() {
            @Override
            public void message(String channel, String message) {
                String[] words = message.split(" ", -1);
                if (channel.equals(SWITCH) && words.length == 5 && words[0].equals(masterName)) {
                    masterIs.accept(words[3] + ":" + words[4]);
                }
            }
        });
        return connection.async().subscribe(SWITCH).thenRun(() -> connection.addListener(new WhenLost(turn)));
    }

    /** Who is the master now, since a change before the subscription is not told again. */
    private CompletionStage<?> ask(RedisURI sentinel) {
        RedisURI known = RedisURI.builder(sentinel).build();
        known.setSentinelMasterId(masterName);
        known.getSentinels().add(sentinel);
        return client.connectSentinelAsync(StringCodec.UTF8, known)
                .thenCompose(connection -> connection
                        .async()
                        .getMasterAddrByName(masterName)
                        .thenAccept(address -> {
                            if (address instanceof InetSocketAddress inet) {
                                masterIs.accept(inet.getHostString() + ":" + inet.getPort());
                            }
                        })
                        .whenComplete((done, failure) -> {
                            close(connection);
                        }));
    }

    private static void close(StatefulConnection<?, ?> connection) {
        Object unused = connection.closeAsync();
    }

    @Override
    public void close() {
        closed = true;
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    private final class WhenLost implements RedisConnectionStateListener {

        private final int turn;

        WhenLost(int turn) {
            this.turn = turn;
        }

        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
            later(turn + 1);
        }
    }
}
