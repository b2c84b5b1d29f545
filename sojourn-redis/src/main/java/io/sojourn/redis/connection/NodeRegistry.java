package io.sojourn.redis.connection;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.sojourn.log.LogThrottle;
import io.sojourn.redis.script.Script;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * All nodes that a store is connected to at this moment. Leaves the scripts with every server that is connected to, tells
 * listeners, and says in the log when a connection comes and goes.
 */
public final class NodeRegistry {

    private static final Logger LOG = System.getLogger("io.sojourn.redis");

    /** What is back so soon was no outage. */
    private static final long FLICKER_MILLIS = 1_000;

    private final Set<Node> connected = ConcurrentHashMap.newKeySet();

    /** Those that are wanted and away, and whether the log has said so. */
    private final Map<Node, Boolean> lost = new ConcurrentHashMap<>();

    private final LogThrottle<Node> losses = new LogThrottle<>(System::nanoTime);

    private final List<NodeListener> listeners = new CopyOnWriteArrayList<>();
    private final String where;
    private volatile boolean plain;
    private volatile boolean closing;

    public NodeRegistry(String where) {
        this.where = where;
    }

    /**
     * Whether only commands that sessions need may be sent. A proxy may leave others without an answer, and all later answers
     * would then be taken for those of other commands.
     */
    public void plain(boolean only) {
        plain = only;
    }

    public boolean isPlain() {
        return plain;
    }

    public void addListener(NodeListener listener) {
        listeners.add(listener);
    }

    public Collection<Node> connected() {
        return List.copyOf(connected);
    }

    /** From now on connections that end are no news. */
    public void close() {
        closing = true;
    }

    void up(Node node) {
        node.connected(true);
        connected.add(node);
        listeners.forEach(listener -> listener.connected(node));
        if (!plain) {
            Script.ALL.forEach(script -> script.leaveWith(node.commands()));
        }
    }

    void down(Node node) {
        node.connected(false);
        if (connected.remove(node)) {
            if (!closing && lost.putIfAbsent(node, false) == null) {
                tell(node);
            }
            listeners.forEach(listener -> listener.lost(node));
        }
    }

    /**
     * Says that a node is lost; soon after the last time only if it stays away. A server that closes connections again and
     * again (its setting {@code timeout}, a replica that is written to) would fill the log.
     */
    private void tell(Node node) {
        if (losses.isNews(node)) {
            say(node);
        } else {
            CompletableFuture.delayedExecutor(FLICKER_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> say(node));
        }
    }

    private void say(Node node) {
        lost.computeIfPresent(node, (away, said) -> {
            if (!said && !closing) {
                LOG.log(
                        Level.WARNING,
                        "Lost the connection to {0}{1}. Operations fail at once until it is back; connecting is tried again all the"
                                + " time",
                        where,
                        at(node));
            }
            return true;
        });
    }

    void notConnectedAgain(Throwable failure) {
        if (!closing) {
            listeners.forEach(listener -> listener.notConnectedAgain(failure));
        }
    }

    /** The node is not wanted any more, and its end no news: it has left the cluster. */
    void forget(Node node) {
        node.connected(false);
        lost.remove(node);
        losses.forget(node);
        if (connected.remove(node)) {
            listeners.forEach(listener -> listener.lost(node));
        }
        listeners.forEach(listener -> listener.forgotten(node));
    }

    /** Nothing lies at the node, for the time being: if it is not connected to, that is no harm. */
    public void unneeded(Node node) {
        if (!node.isConnected()) {
            listeners.forEach(listener -> listener.forgotten(node));
        }
    }

    /** For the log, which is to name the server; known a moment after the node is up. */
    RedisConnectionStateListener watch(Node node) {
        return new RedisConnectionStateListener() {
            @Override
            public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
                node.foundAt(address);
                if (Boolean.TRUE.equals(lost.remove(node))) {
                    LOG.log(Level.INFO, "Connected to {0} again{1}", where, at(node));
                }
            }
        };
    }

    /** Which of several; a single server need not be named twice. */
    private String at(Node node) {
        return where.equals(node.toString()) ? "" : " (" + node + ")";
    }
}
