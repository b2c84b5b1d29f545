package io.sojourn.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.sojourn.StoreUnavailableException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The one connection of a store, and all that must be told Lettuce so that a session store behaves: refuse while
 * disconnected instead of queueing, a deadline on every command, a bound on what is under way, no command sent twice, and a
 * short pause before each new try to connect.
 */
final class Connection implements AutoCloseable {

    private static final Logger LOG = System.getLogger("io.sojourn.redis");

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    /** More than this under way on one connection means that the server has stopped answering. */
    private static final int MAX_UNDER_WAY = 20_000;

    /** Between two tries to connect: this, and up to as much again, so that a fleet does not come back all at once. */
    private static final int RECONNECT_PAUSE_MILLIS = 50;

    private static final Duration SHORTEST_HANDSHAKE = Duration.ofSeconds(2);

    private static final Duration SHORTEST_SILENCE = Duration.ofSeconds(2);

    /** A try ends by itself within twice the timeout; a cold machine may need longer only to load the classes. */
    private static final int LONGEST_TRY_SECONDS = 10;

    private final Duration timeout;
    private final String where;
    private final RedisClient client;
    private final @Nullable RedisURI uri;

    /** Ours to shut down, with the client; null if the client is the caller's. */
    private final @Nullable ClientResources resources;

    private final CountDownLatch firstTry = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean complained = new AtomicBoolean();
    private volatile @Nullable StatefulRedisConnection<String, byte[]> connection;
    private volatile String lastFailure = "still connecting";

    /**
     * How long the first words on a new connection may take. Nobody waits for them, and in a process that has just started
     * they may take longer than any later answer: classes are loaded, and the first keys are exchanged.
     */
    static Duration handshakeTimeout(Duration timeout) {
        return timeout.compareTo(SHORTEST_HANDSHAKE) < 0 ? SHORTEST_HANDSHAKE : timeout;
    }

    Connection(RedisURI uri, Duration timeout) {
        this.uri = uri;
        this.where = uri.getHost() + ":" + uri.getPort();
        this.timeout = timeout;
        this.resources = DefaultClientResources.builder()
                .reconnectDelay(new ReconnectDelay())
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .nettyCustomizer(new Watch(silenceLimit(timeout)))
                .build();
        this.client = RedisClient.create(resources, uri);
        client.setOptions(options(timeout));
    }

    /** A connection of the caller's client, which stays his: its options, its server, its end. */
    Connection(RedisClient client, Duration timeout) {
        this.uri = null;
        this.where = "the server of the given client";
        this.timeout = timeout;
        this.resources = null;
        this.client = client;
    }

    /** Whether the caller's client may let a command wait for longer than our timeout. */
    boolean isBorrowed() {
        return resources == null;
    }

    private static ClientOptions options(Duration timeout) {
        return ClientOptions.builder()
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true) // What was sent and not answered is not sent again.
                .requestQueueSize(MAX_UNDER_WAY)
                .timeoutOptions(TimeoutOptions.enabled(timeout))
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(timeout)
                        .keepAlive(KeepAliveOptions.builder()
                                .enable()
                                .idle(Duration.ofSeconds(5))
                                .interval(Duration.ofSeconds(1))
                                .count(3)
                                .build())
                        .build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .build();
    }

    /** Connects, and goes on trying in the background; returns after the first try. */
    void open() {
        tryToConnect();
        try {
            boolean unused = firstTry.await(LONGEST_TRY_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tryToConnect() {
        if (closed.get()) {
            return;
        }
        CompletionStage<?> unused = connect().whenComplete((connected, failure) -> {
            if (failure == null) {
                established(connected);
            } else {
                complain(failure);
                CompletableFuture.delayedExecutor(pause(), TimeUnit.MILLISECONDS)
                        .execute(this::tryToConnect);
            }
            firstTry.countDown();
        });
    }

    private CompletionStage<StatefulRedisConnection<String, byte[]>> connect() {
        return uri == null
                ? CompletableFuture.supplyAsync(() -> client.connect(CODEC)) // Only the client knows its URI.
                : client.connectAsync(CODEC, uri);
    }

    private void established(StatefulRedisConnection<String, byte[]> connected) {
        Listener listener = new Listener();
        connected.addListener(listener);
        listener.leaveScripts(connected);
        connection = connected;
        if (closed.get()) {
            connected.close();
        } else if (complained.compareAndSet(true, false)) {
            LOG.log(Level.INFO, "Connected to {0}", this);
        }
    }

    private void complain(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        lastFailure = String.valueOf(root.getMessage());
        if (complained.compareAndSet(false, true)) {
            LOG.log(Level.WARNING, "No connection to {0} ({1}); trying on", this, lastFailure);
        }
    }

    /** Commands on the connection; throws at once if there has never been one. */
    RedisAsyncCommands<String, byte[]> commands() {
        StatefulRedisConnection<String, byte[]> current = connection;
        if (closed.get()) {
            throw new StoreUnavailableException("The store at " + this + " is closed", null);
        }
        if (current == null) {
            throw new StoreUnavailableException("There is no connection to " + this + " yet: " + lastFailure, null);
        }
        return current.async();
    }

    Duration timeout() {
        return timeout;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        StatefulRedisConnection<String, byte[]> current = connection;
        if (resources == null) {
            if (current != null) {
                current.close();
            }
        } else {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
            Object unused = resources.shutdown(0, 2, TimeUnit.SECONDS);
        }
    }

    /** Host and port; no user and no password. */
    @Override
    public String toString() {
        return where;
    }

    private static long pause() {
        return (long) RECONNECT_PAUSE_MILLIS + ThreadLocalRandom.current().nextInt(RECONNECT_PAUSE_MILLIS);
    }

    /** Some missed deadlines in a row, and nothing in between. */
    private static Duration silenceLimit(Duration timeout) {
        Duration some = timeout.multipliedBy(4);
        return some.compareTo(SHORTEST_SILENCE) < 0 ? SHORTEST_SILENCE : some;
    }

    private record Watch(Duration limit) implements NettyCustomizer {
        @Override
        public void afterChannelInitialized(Channel channel) {
            channel.pipeline().addFirst(new Silence(limit));
        }
    }

    private static final class ReconnectDelay extends Delay {
        @Override
        public Duration createDelay(long attempt) {
            return Duration.ofMillis(pause());
        }
    }

    /** Leaves the scripts with every server that is connected to, and says when the connection comes and goes. */
    private final class Listener implements RedisConnectionStateListener {

        @Override
        public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
            if (complained.compareAndSet(true, false)) {
                LOG.log(Level.INFO, "Connected to {0} again", Connection.this);
            }
            StatefulRedisConnection<String, byte[]> ours = connection;
            if (ours != null) {
                leaveScripts(ours);
            }
        }

        void leaveScripts(StatefulRedisConnection<String, byte[]> ours) {
            Script.ALL.forEach(script -> script.leaveWith(ours.async()));
        }

        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
            if (!closed.get() && complained.compareAndSet(false, true)) {
                LOG.log(Level.WARNING, "Lost the connection to {0}; trying to connect again", Connection.this);
            }
        }
    }
}
