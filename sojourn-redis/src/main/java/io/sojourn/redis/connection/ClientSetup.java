package io.sojourn.redis.connection;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sojourn.redis.RedisProtocol;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that must be told Lettuce so that a session store behaves: refuse while disconnected instead of queueing, a deadline
 * on every command, a bound on what is under way, no command sent twice, a short pause before each new try to connect, and
 * a quick look at a cluster that may have changed.
 *
 * @param timeout how long to wait for an answer, and for a server to take a connection
 * @param tls whom to trust; null for whom the JVM trusts, or without TLS
 * @param protocol RESP2 where a proxy knows nothing else
 * @param oversize closes connections on which a value is too large
 */
public record ClientSetup(
        Duration timeout, @Nullable Consumer<SslContextBuilder> tls, RedisProtocol protocol, OversizeReplies oversize) {

    /** Which connections carry sessions is told by this very object. */
    public static final RedisCodec<String, byte[]> CODEC = new StringByteArrayCodec();

    /** More than this under way on one connection means that the server has stopped answering. */
    private static final int MAX_UNDER_WAY = 20_000;

    /** So many requests leave together at the most: enough for any number of threads, and far below any buffer. */
    private static final int FLUSH_AFTER = 64;

    /** Between two tries to connect: this, and up to as much again, so that a fleet does not come back all at once. */
    private static final int RECONNECT_PAUSE_MILLIS = 50;

    /** Before the first try, at the most: often another server has taken over already. */
    private static final int FIRST_PAUSE_MILLIS = 20;

    private static final Duration SHORTEST_HANDSHAKE = Duration.ofSeconds(2);

    private static final Duration SHORTEST_CLUSTER_HANDSHAKE = Duration.ofSeconds(1);

    private static final Duration SHORTEST_SILENCE = Duration.ofSeconds(2);

    private static final Duration SHORTEST_RECONNECT = Duration.ofMillis(250);

    /** What hints that a cluster has changed comes in crowds. */
    private static final Duration BETWEEN_REFRESHES = Duration.ofMillis(250);

    /** Changes are noticed by what the nodes answer; this is for those that nothing hints at. */
    private static final Duration REGULAR_REFRESH = Duration.ofSeconds(30);

    /** The same for a server of which is known already that it speaks RESP2 only. */
    public ClientSetup inResp2() {
        return new ClientSetup(timeout, tls, RedisProtocol.RESP2, oversize);
    }

    /**
     * How long the first words on a new connection may take. Nobody waits for them, and in a process that has just started
     * they may take longer than any later answer: classes are loaded, and the first keys are exchanged.
     */
    Duration handshakeTimeout() {
        return atLeast(SHORTEST_HANDSHAKE, timeout);
    }

    /** The same where several may be asked and one that does not answer holds up the others. */
    Duration clusterHandshakeTimeout() {
        return atLeast(SHORTEST_CLUSTER_HANDSHAKE, timeout);
    }

    public ClientResources resources(OpenChannels channels) {
        SilenceWatchdog.Limits limits =
                new SilenceWatchdog.Limits(timeout, atLeast(SHORTEST_RECONNECT, timeout), silenceLimit());
        return DefaultClientResources.builder()
                .reconnectDelay(new ReconnectDelay())
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .nettyCustomizer(new ChannelSetup(limits, channels, oversize))
                .build();
    }

    /** Lettuce itself says it at a level that nobody reads. */
    public static void tellOfFailedReconnects(ClientResources resources, NodeRegistry nodes) {
        Object unused = resources
                .eventBus()
                .get()
                .ofType(ReconnectFailedEvent.class)
                .subscribe(event -> nodes.notConnectedAgain(event.getCause()));
    }

    public ClientOptions options() {
        ClientOptions.Builder options = ClientOptions.builder();
        tell(options);
        return options.build();
    }

    public ClusterClientOptions clusterOptions() {
        ClusterClientOptions.Builder options = ClusterClientOptions.builder()
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .adaptiveRefreshTriggersTimeout(BETWEEN_REFRESHES)
                        .refreshTriggersReconnectAttempts(1)
                        .enablePeriodicRefresh(REGULAR_REFRESH)
                        .build());
        tell(options);
        return options.build();
    }

    private void tell(ClientOptions.Builder options) {
        if (protocol == RedisProtocol.RESP2) {
            options.protocolVersion(ProtocolVersion.RESP2);
        }
        options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true) // What was sent and not answered is not sent again.
                .decodeBufferPolicy(oversize)
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
                .sslOptions(sslOptions());
        if (LettuceVersion.HAS_MAINTENANCE_NOTIFICATIONS) {
            Maintenance.ignore(options);
        }
    }

    /** A class of its own: Lettuce before 7.0 knows nothing of it. */
    private static final class Maintenance {
        static void ignore(ClientOptions.Builder options) {
            ClientOptions.Builder unused = options.maintNotificationsConfig(MaintNotificationsConfig.disabled());
        }
    }

    private SslOptions sslOptions() {
        SslOptions.Builder options = SslOptions.builder().jdkSslProvider().handshakeTimeout(handshakeTimeout());
        if (tls != null) {
            options.sslContext(tls);
        }
        return options.build();
    }

    /** Ends the threads of the client, and waits for that; never to be called in one of them. */
    public static void shutDown(ClientResources resources) {
        try {
            boolean unused = resources.shutdown(0, 2, TimeUnit.SECONDS).await(3, TimeUnit.SECONDS);
            // Netty's thread for the whole JVM ends a second after its last task. Where Netty may be unloaded, that is
            // waited for.
            if (ClassLoaderLeaks.arePossible()) {
                ClassLoaderLeaks.loadClassesOfFinalizers();
                ClassLoaderLeaks.forgetRecords();
                boolean unusedToo = GlobalEventExecutor.INSTANCE.awaitInactivity(2, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            return; // That thread was never needed.
        }
    }

    public static long pauseMillis() {
        return (long) RECONNECT_PAUSE_MILLIS + ThreadLocalRandom.current().nextInt(RECONNECT_PAUSE_MILLIS);
    }

    /** Some missed deadlines in a row, and nothing in between. */
    private Duration silenceLimit() {
        return atLeast(SHORTEST_SILENCE, timeout.multipliedBy(4));
    }

    private static Duration atLeast(Duration least, Duration duration) {
        return duration.compareTo(least) < 0 ? least : duration;
    }

    /** Each connection is looked after, and what many threads send at the same moment leaves together. */
    private record ChannelSetup(SilenceWatchdog.Limits limits, OpenChannels channels, OversizeReplies oversize)
            implements NettyCustomizer {
        @Override
        public void afterChannelInitialized(Channel channel) {
            channel.pipeline()
                    .addFirst(new FlushConsolidationHandler(FLUSH_AFTER, true), new SilenceWatchdog(limits, channels));
            oversize.watch(channel);
        }
    }

    private static final class ReconnectDelay extends Delay {
        @Override
        public Duration createDelay(long attempt) {
            return Duration.ofMillis(
                    attempt <= 1 ? ThreadLocalRandom.current().nextInt(FIRST_PAUSE_MILLIS) : pauseMillis());
        }
    }
}
