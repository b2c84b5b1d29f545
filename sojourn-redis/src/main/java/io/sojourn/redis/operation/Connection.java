package io.sojourn.redis.operation;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.connection.ClientSetup;
import io.sojourn.redis.connection.FailureAdvice;
import io.sojourn.redis.connection.LettuceExceptions;
import io.sojourn.redis.connection.Node;
import io.sojourn.redis.connection.NodeListener;
import io.sojourn.redis.connection.NodeRegistry;
import io.sojourn.redis.connection.Redirection;
import io.sojourn.redis.connection.RedisEndpoint;
import io.sojourn.redis.connection.ShortLivedThread;
import io.sojourn.redis.connection.Topology;
import io.sojourn.redis.health.HealthMonitor;
import io.sojourn.redis.health.StartUpProbe;
import io.sojourn.redis.topology.ClusterTopology;
import io.sojourn.redis.topology.ServerTopology;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.StoreHealth.State;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a store speaks through: connects and goes on trying, knows the nodes that are connected to, and ends all of it. How
 * the servers are laid out is the concern of its {@link Topology}.
 */
public final class Connection implements AutoCloseable {

    private static final Logger LOG = System.getLogger("io.sojourn.redis");

    /** A try ends by itself within twice the timeout; a cold machine may need longer only to load the classes. */
    private static final int LONGEST_TRY_SECONDS = 10;

    /** A connection that only was too full is back by then, unless the server itself is busy with what it has to throw away. */
    private static final int LONGEST_WAIT_MILLIS = 2_000;

    private final Duration timeout;
    private final String where;
    private final NodeRegistry nodes;
    private final HealthMonitor monitor;
    private final boolean isCluster;
    private final Function<NodeRegistry, Topology> layout;
    private final List<NodeListener> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch firstTry = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    /** What the log has advised while there was no connection: each kind of failure is said once. */
    private final Set<String> advised = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean released = new AtomicBoolean();
    private volatile @Nullable StartUpProbe probe;

    /** Made by the thread that opens the connection, since Lettuce and Netty load a thousand classes for it; null before that. */
    private volatile @Nullable Topology topology;

    /** Whether another thread opens it: then whoever needs the connection waits for the first try. */
    private volatile boolean opening;

    /** What kept that thread from trying at all. */
    private volatile @Nullable Throwable broken;

    private volatile String lastFailure = "still connecting";

    private Connection(String where, Duration timeout, boolean isCluster, Function<NodeRegistry, Topology> layout) {
        this.where = where;
        this.timeout = timeout;
        this.nodes = new NodeRegistry(where);
        this.monitor = new HealthMonitor(where, InstantSource.system());
        nodes.addListener(monitor);
        this.isCluster = isCluster;
        this.layout = layout;
    }

    /**
     * To servers that may be laid out in any way.
     *
     * @throws IllegalArgumentException if the parts of the place do not go together
     */
    public static Connection to(RedisEndpoint endpoint, ClientSetup setup) {
        return to(endpoint, setup, endpoint.description());
    }

    /** To the same servers, for large sessions alone. */
    public static Connection toLarge(RedisEndpoint endpoint, ClientSetup setup) {
        return to(endpoint, setup, endpoint.description() + ", over which large sessions are loaded");
    }

    private static Connection to(RedisEndpoint endpoint, ClientSetup setup, String where) {
        List<RedisURI> uris = endpoint.uris(setup);
        boolean isCluster = endpoint.kind() == RedisEndpoint.Kind.CLUSTER;
        return new Connection(
                where,
                setup.timeout(),
                isCluster,
                nodes -> isCluster
                        ? new ClusterTopology(uris, host -> endpoint.clusterNode(host, setup), setup, nodes)
                        : new ServerTopology(uris.get(0), setup, nodes));
    }

    /** Hears of every connection that is made; to be added before {@link #open()}. */
    public void addListener(NodeListener listener) {
        listeners.add(listener);
    }

    /** Has the servers looked at; to be called before {@link #open()}. */
    public void addProbe(String prefix) {
        StartUpProbe added =
                new StartUpProbe(where, isCluster, prefix, nodes::isPlain, monitor, InstantSource.system());
        addListener(added);
        probe = added;
    }

    public boolean isCluster() {
        return isCluster;
    }

    /** Whether RESP2 is spoken, since the server or a proxy before it has not answered to RESP3, or by the setting. */
    public boolean isPlain() {
        return nodes.isPlain();
    }

    /** What the servers have said that they are; none without a probe. */
    public List<String> servers() {
        StartUpProbe asked = probe;
        return asked == null ? List.of() : asked.servers();
    }

    public StoreHealth health() {
        requireTried();
        return closed.get()
                ? new StoreHealth(State.DOWN, "The store at " + this + " is closed", null, null)
                : monitor.health();
    }

    /** As {@link #health}, after each server that is connected to has been asked for a sign of life. */
    public CompletionStage<StoreHealth> checkHealth() {
        if (closed.get()) {
            return CompletableFuture.completedFuture(health());
        }
        CompletableFuture<?>[] signs =
                nodes.connected().stream().map(this::ping).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(signs).handle((done, failure) -> health());
    }

    private CompletableFuture<?> ping(Node node) {
        long sent = System.nanoTime();
        try {
            return node.commands().ping().toCompletableFuture().whenComplete((pong, failure) -> {
                if (failure == null) {
                    answered();
                    monitor.measured(Duration.ofNanos(System.nanoTime() - sent));
                } else {
                    failed(failure, told("PING", failure));
                }
            });
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(null); // It was lost just now, which the health monitor knows.
        }
    }

    /** Connects, and goes on trying in the background; returns after the first try. */
    public void open() {
        Topology made = layout.apply(nodes);
        listeners.forEach(nodes::addListener); // Behind the layout's own, which leaves servers that get no command.
        topology = made;
        if (closed.get()) {
            release();
            return;
        }
        tryToConnect(made);
        waitForFirstTry();
    }

    private void waitForFirstTry() {
        try {
            boolean unused = firstTry.await(LONGEST_TRY_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Another thread is about to {@link #open()}: until its first try is over, operations wait instead of failing. */
    void opening() {
        opening = true;
    }

    /** That thread could not even try. */
    void broken(Throwable why) {
        broken = why;
        firstTry.countDown();
    }

    /** Returns at once, unless another thread is opening the connection at this moment. */
    private void requireTried() {
        if (opening) {
            waitForFirstTry();
            opening = false;
        }
        Throwable why = broken;
        if (why != null) {
            throw new IllegalStateException("The store at " + this + " could not be opened: " + why, why);
        }
    }

    private void tryToConnect(Topology to) {
        if (closed.get()) {
            return;
        }
        CompletionStage<?> unused = LettuceExceptions.attempt(to::connect).whenComplete((connected, failure) -> {
            if (failure != null) {
                complain(failure);
                CompletableFuture.delayedExecutor(ClientSetup.pauseMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> tryToConnect(to));
            } else if (closed.get()) {
                ShortLivedThread.start("sojourn-redis-close", to::close);
            } else {
                if (!advised.isEmpty()) {
                    LOG.log(Level.INFO, "Connected to {0}", this);
                }
                StartUpProbe asking = probe;
                if (asking != null) {
                    asking.opened();
                }
            }
            firstTry.countDown();
        });
    }

    private void complain(Throwable failure) {
        lastFailure = LettuceExceptions.words(LettuceExceptions.root(failure));
        monitor.notConnected(lastFailure);
        String advice = FailureAdvice.whenConnecting(lastFailure);
        if (!closed.get() && advised.add(advice)) {
            LOG.log(
                    Level.WARNING,
                    "No connection to {0} ({1}): {2}. Operations fail at once until there is one; connecting is tried"
                            + " again all the time",
                    this,
                    lastFailure,
                    advice);
        }
    }

    /** Commands, sent to where their keys belong; throws at once if there has never been a connection. */
    RedisClusterAsyncCommands<String, byte[]> commands() {
        if (closed.get()) {
            throw new StoreUnavailableException("The store at " + this + " is closed", null);
        }
        requireTried();
        String refusal = monitor.refusal();
        if (refusal != null) {
            throw new StoreUnavailableException(refusal, null);
        }
        RedisClusterAsyncCommands<String, byte[]> commands = opened().commands();
        if (commands == null) {
            throw notConnected();
        }
        return commands;
    }

    /**
     * Every master that has keys, in the order of their addresses.
     *
     * @throws StoreUnavailableException if one of them is not connected to at this moment, or if a proxy may lie in between,
     *     which may leave a command that it does not know without an answer
     */
    public List<Node> masters() {
        requireWhole();
        return opened().masters();
    }

    /**
     * The master that has a key. It is asked for often, so it does not look at the other masters.
     *
     * @throws StoreUnavailableException if it is not connected to at this moment; else as {@link #masters()}
     */
    public Node master(String key) {
        requireWhole();
        Node node = isCluster ? opened().node(key) : opened().masters().get(0);
        if (node == null) {
            throw new StoreUnavailableException("There is no connection to the master of this key", null);
        }
        return node;
    }

    private void requireWhole() {
        RedisClusterAsyncCommands<String, byte[]> unused = commands(); // Throws if there is none to be sent.
        if (nodes.isPlain()) {
            throw new StoreUnavailableException(
                    "The store speaks RESP2 to " + this
                            + ", as behind a proxy, and sends only what sessions need. Connect to"
                            + " the servers themselves, with RESP3",
                    null);
        }
    }

    /** Where commands for a key are sent at this moment; null if no connection is there. */
    @Nullable
    public Node node(String key) {
        requireTried();
        Topology opened = topology;
        return opened == null || closed.get() ? null : opened.node(key);
    }

    private Topology opened() {
        Topology opened = topology;
        if (opened == null) {
            throw notConnected();
        }
        return opened;
    }

    private StoreUnavailableException notConnected() {
        return new StoreUnavailableException("There is no connection to " + this + " yet: " + lastFailure, null);
    }

    /** Whether commands for a key can be sent again, after their connection was lost: as soon as they can, or after a while not. */
    public CompletionStage<Boolean> whenBack(String key) {
        return whenBack(
                key,
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(LONGEST_WAIT_MILLIS, timeout.toMillis())));
    }

    private CompletableFuture<Boolean> whenBack(String key, long until) {
        if (node(key) != null) {
            return CompletableFuture.completedFuture(true);
        }
        return closed.get() || System.nanoTime() - until > 0
                ? CompletableFuture.completedFuture(false)
                : CompletableFuture.supplyAsync(() -> key, CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS))
                        .thenCompose(again -> whenBack(again, until));
    }

    /** The node that a node of the cluster named; fails if there is no connection to it, and none can be made. */
    public CompletionStage<Node> node(Redirection elsewhere) {
        return opened().node(elsewhere);
    }

    /** What the caller of an operation is told that failed. */
    public SojournException told(String what, Throwable failure) {
        return LettuceExceptions.of(what, where, timeout, failure);
    }

    /** How long to wait for an answer. */
    Duration timeout() {
        return timeout;
    }

    void answered() {
        monitor.answered();
    }

    /** Takes note of how a command failed, and what its caller is told: a server that became a replica is left. */
    void failed(Throwable failure, SojournException told) {
        monitor.failed(LettuceExceptions.cause(failure), told);
        leaveReplica(failure);
    }

    /** Leaves it if that is how a command failed. */
    void leaveReplica(Throwable failure) {
        Topology opened = topology;
        if (opened != null && LettuceExceptions.isReadOnly(failure) && !closed.get()) {
            opened.demoted();
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            firstTry.countDown();
            nodes.close();
            Object unused = ShortLivedThread.call("sojourn-redis-close", () -> {
                release();
                return this;
            });
        }
    }

    /** Closes what has been made, once: it may be made at this moment by the thread that opens the connection. */
    private void release() {
        Topology made = topology;
        if (made != null && released.compareAndSet(false, true)) {
            made.close();
        }
    }

    /** Where the servers are; no user and no password. */
    @Override
    public String toString() {
        return where;
    }
}
