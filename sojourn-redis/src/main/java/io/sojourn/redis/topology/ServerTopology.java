package io.sojourn.redis.topology;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.protocol.PushHandler;
import io.lettuce.core.resource.ClientResources;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.RedisProtocol;
import io.sojourn.redis.connection.ClientSetup;
import io.sojourn.redis.connection.LettuceExceptions;
import io.sojourn.redis.connection.Node;
import io.sojourn.redis.connection.NodeConnection;
import io.sojourn.redis.connection.NodeListener;
import io.sojourn.redis.connection.NodeRegistry;
import io.sojourn.redis.connection.OpenChannels;
import io.sojourn.redis.connection.Topology;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One connection to one server: a fixed one, or the one that the sentinels name as the master at each (re)connect.
 *
 * <p>Behind sentinels, a switch that one of them announces ends every connection to another server at once, and every attempt
 * to make one. After the server was silent for longer than the timeout, no command is sent before a sentinel has been asked
 * whether it is still the master: it may have been suspended, and replaced meanwhile.
 */
public final class ServerTopology implements Topology {

    /** A server that is and stays a replica is not left more often than this. */
    private static final long BETWEEN_LEAVES_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = System.getLogger("io.sojourn.redis");

    private static final Pattern GREETING_REFUSED =
            Pattern.compile("(?i)(unsupported|unknown) command|not supported|NOAUTH|\\bHELLO\\b");

    /** Tells a connection that is only greeted from those that carry sessions; nothing is sent by it. */
    private static final RedisCodec<String, String> GREETING = StringCodec.UTF8;

    private final RedisURI uri;
    private final Duration timeout;
    private final NodeRegistry nodes;
    private final RedisProtocol protocol;
    private final ClientOptions options;
    private final ClientResources resources;
    private final OpenChannels channels = new OpenChannels(this::suspected);
    private final RedisClient client;
    private final Set<String> addressesOfSentinels;
    private final AtomicLong leftAt = new AtomicLong(System.nanoTime() - BETWEEN_LEAVES_NANOS);
    private final @Nullable SentinelWatch sentinels;

    /** How often the server was silent for long. */
    private final AtomicLong suspicions = new AtomicLong();

    /** Why no command may be sent at this moment; null if they may. */
    private volatile @Nullable String doubt;

    /** Whether RESP2 is spoken, and only what sessions need is sent. */
    private volatile boolean isPlain;

    private volatile @Nullable StatefulRedisConnection<String, byte[]> connection;

    @SuppressWarnings("this-escape") // Nothing is called before something has been sent.
    public ServerTopology(RedisURI uri, ClientSetup setup, NodeRegistry nodes) {
        this.uri = uri;
        this.timeout = setup.timeout();
        this.resources = setup.resources(channels);
        this.client = new Client(resources, uri, nodes);
        ClientSetup.tellOfFailedReconnects(resources, nodes);
        this.nodes = nodes;
        this.protocol = setup.protocol();
        this.options = setup.options();
        speak(false);
        addressesOfSentinels = uri.getSentinels().stream()
                .map(sentinel -> OpenChannels.address(sentinel.getHost(), sentinel.getPort()))
                .collect(Collectors.toUnmodifiableSet());
        if (uri.getSentinels().isEmpty()) {
            sentinels = null;
        } else {
            nodes.addListener(new MastersOnly());
            sentinels = new SentinelWatch(
                    uri.getSentinels(), uri.getSentinelMasterId(), resources, options, this::masterIs);
        }
    }

    /** Leaves every server that is not the master (any more). */
    private void masterIs(String address) {
        boolean left = channels.closeAllBut(open -> open.equals(address) || addressesOfSentinels.contains(open));
        if (left
                && connection instanceof NodeConnection current
                && current.node().isConnected()) {
            doubt = "the sentinels have named another master, " + address + "; connecting to it";
        }
    }

    /** The server was silent for long: nothing more is sent before a sentinel was asked, or none has answered in time. */
    private void suspected(String address) {
        SentinelWatch watch = sentinels;
        if (watch == null || addressesOfSentinels.contains(address)) {
            return;
        }
        long number = suspicions.incrementAndGet();
        doubt = "the server was silent, and the sentinels are asked whether it is still the master";
        CompletionStage<?> unused = watch.master()
                .toCompletableFuture()
                .copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((master, failure) -> {
                    if (suspicions.get() == number) {
                        doubt = null;
                    }
                    if (master != null) {
                        masterIs(master);
                    }
                });
    }

    /** Whether the greeting of RESP3 was refused, met by the wish for a password, or not answered at all. */
    private boolean isPerhapsProxy(Throwable failure) {
        Throwable root = LettuceExceptions.root(failure);
        String words = LettuceExceptions.words(root);
        return protocol == RedisProtocol.AUTO
                && sentinels == null
                && (root instanceof RedisCommandExecutionException
                        ? GREETING_REFUSED.matcher(words).find()
                        : !channels.haveHeard() && !isOutOfReach(root));
    }

    /** Whether no connection was made at all; one that was made and then reset may be a proxy's. */
    private static boolean isOutOfReach(Throwable root) {
        return root instanceof ConnectException
                || root instanceof NoRouteToHostException
                || root instanceof UnknownHostException;
    }

    private void speak(boolean plain) {
        boolean only = plain || protocol == RedisProtocol.RESP2;
        isPlain = only;
        nodes.plain(only);
        client.setOptions(
                only ? options.mutate().protocolVersion(ProtocolVersion.RESP2).build() : options);
    }

    private @Nullable NodeConnection usable() {
        return doubt == null
                        && connection instanceof NodeConnection current
                        && current.node().isConnected()
                ? current
                : null;
    }

    @Override
    public CompletionStage<?> connect() {
        boolean plain = isPlain;
        return open().whenComplete((done, failure) -> {
            if (failure != null) {
                speak(!plain && isPerhapsProxy(failure));
            } else if (plain && protocol == RedisProtocol.AUTO) {
                LOG.log(
                        Level.INFO,
                        "{0} is a proxy, or a server, that does not speak RESP3; the store speaks RESP2 and sends only"
                                + " what sessions need. Set the protocol to RESP2 to spare it the first try",
                        uri);
                // Not by the thread that is to tell that there is a connection.
                CompletableFuture.delayedExecutor(ClientSetup.pauseMillis(), TimeUnit.MILLISECONDS)
                        .execute(this::greetAgain);
            }
        });
    }

    private CompletionStage<Void> open() {
        return client.connectAsync(ClientSetup.CODEC, uri)
                .thenCompose(NodeConnection::whenActive)
                .thenAccept(connected -> connection = connected);
    }

    /**
     * A server that stood still when it was greeted looks like a proxy that knows no greeting. So it is greeted once more, on a
     * connection that carries no session. If it answers, the store goes on in RESP3 over a new connection. The old one is
     * closed when its last command has had the time for an answer.
     */
    private void greetAgain() {
        StatefulRedisConnection<String, byte[]> before = connection;
        channels.expectSilence(true);
        client.setOptions(options);
        CompletionStage<?> unused = LettuceExceptions.attempt(() -> client.connectAsync(GREETING, uri))
                .thenCompose(greeted -> {
                    close(greeted);
                    speak(false);
                    return open();
                })
                .whenComplete((done, failure) -> {
                    channels.expectSilence(false);
                    if (failure != null) {
                        speak(true);
                        return;
                    }
                    LOG.log(Level.INFO, "{0} speaks RESP3 after all, and the store does so from now on", uri);
                    CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .execute(() -> close(before));
                });
    }

    private static void close(@Nullable StatefulRedisConnection<?, ?> over) {
        Object unused = over == null ? null : over.closeAsync();
    }

    @Override
    public @Nullable RedisClusterAsyncCommands<String, byte[]> commands() {
        String why = doubt;
        if (why != null) {
            throw new StoreUnavailableException("No command is sent at this moment: " + why, null);
        }
        StatefulRedisConnection<String, byte[]> current = connection;
        return current == null ? null : current.async();
    }

    @Override
    public @Nullable Node node(String key) {
        NodeConnection current = usable();
        return current == null ? null : current.node();
    }

    @Override
    public List<Node> masters() {
        NodeConnection current = usable();
        if (current == null) {
            throw new StoreUnavailableException("There is no connection to " + uri + " at this moment", null);
        }
        return List.of(current.node());
    }

    @Override
    public void demoted() {
        if (connection instanceof NodeConnection current) {
            demoted(current.node());
        }
    }

    private void demoted(Node node) {
        long now = System.nanoTime();
        long last = leftAt.get();
        if (now - last >= BETWEEN_LEAVES_NANOS && leftAt.compareAndSet(last, now)) {
            node.leave();
        }
    }

    @Override
    public void close() {
        if (sentinels != null) {
            sentinels.close();
        }
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        ClientSetup.shutDown(resources);
    }

    /** Sentinels may be late: a server that says of itself that it is a replica is left before it gets a command. */
    private final class MastersOnly implements NodeListener {
        @Override
        public void connected(Node node) {
            doubt = null; // The sentinels were asked for it.
            if (node.isReplica()) {
                demoted(node);
            }
        }

        @Override
        public void lost(Node node) {
            doubt = null; // Nothing can be sent, and that is said in other words.
        }
    }

    private final class Client extends RedisClient {

        private final NodeRegistry nodes;

        Client(ClientResources resources, RedisURI uri, NodeRegistry nodes) {
            super(resources, uri);
            this.nodes = nodes;
        }

        /** Asked at each attempt to connect. */
        @Override
        protected Mono<SocketAddress> getSocketAddress(RedisURI where) {
            SentinelWatch watch = sentinels;
            return watch == null
                    ? super.getSocketAddress(where)
                    : Mono.fromCompletionStage(watch::master).map(Client::unresolved);
        }

        private static SocketAddress unresolved(String address) {
            int colon = address.lastIndexOf(':');
            String host = address.substring(0, colon);
            boolean hasBrackets = host.startsWith("[");
            return InetSocketAddress.createUnresolved(
                    hasBrackets ? host.substring(1, colon - 1) : host, Integer.parseInt(address.substring(colon + 1)));
        }

        @Override
        @SuppressWarnings("unchecked") // A connection that is only greeted is never asked for anything.
        protected <K, V> StatefulRedisConnectionImpl<K, V> newStatefulRedisConnection(
                RedisChannelWriter writer, PushHandler push, RedisCodec<K, V> codec, Duration timeout) {
            return (StatefulRedisConnectionImpl<K, V>) new NodeConnection(
                    writer, push, timeout, getOptions().getJsonParser(), codec == GREETING ? ofNoSessions() : nodes);
        }

        /** Nothing is sent to them but the greeting. */
        private static NodeRegistry ofNoSessions() {
            NodeRegistry apart = new NodeRegistry("");
            apart.plain(true);
            apart.close();
            return apart;
        }
    }
}
