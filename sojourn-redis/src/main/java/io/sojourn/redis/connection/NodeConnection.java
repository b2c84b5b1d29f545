package io.sojourn.redis.connection;

import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisReactiveCommandsImpl;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.json.JsonParser;
import io.lettuce.core.protocol.PushHandler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lettuce's connection to one server, which tells when it becomes active, while commands of callers still wait: so what
 * belongs to a connection (scripts, tracking) goes ahead of them, after every reconnect, too.
 */
public final class NodeConnection extends StatefulRedisConnectionImpl<String, byte[]> {

    private final NodeRegistry nodes;
    private final Node node;
    private final CompletableFuture<Void> active = new CompletableFuture<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    @SuppressWarnings("this-escape") // The node keeps it, and asks for nothing before it is activated.
    public NodeConnection(
            RedisChannelWriter writer,
            PushHandler push,
            Duration timeout,
            Supplier<JsonParser> parser,
            NodeRegistry nodes) {
        super(writer, push, ClientSetup.CODEC, timeout, parser);
        this.nodes = nodes;
        this.node = new Node(this);
        addListener(nodes.watch(node));
    }

    /** The store speaks asynchronously. Lettuce would make a proxy class with some 800 methods at each start. */
    @Override
    protected @Nullable RedisCommands<String, byte[]> newRedisSyncCommandsImpl() {
        return null;
    }

    /** As above: it is the largest class of Lettuce. */
    @Override
    protected @Nullable RedisReactiveCommandsImpl<String, byte[]> newRedisReactiveCommandsImpl() {
        return null;
    }

    /**
     * The connection when commands can be sent: which may be a moment after Lettuce says that it has connected, if credentials were
     * fetched on another thread.
     */
    public static <T extends StatefulRedisConnection<?, ?>> CompletionStage<T> whenActive(T connection) {
        return connection instanceof NodeConnection ours
                ? ours.active.thenApply(done -> connection)
                : CompletableFuture.completedFuture(connection);
    }

    public Node node() {
        return node;
    }

    @Override
    public void activated() {
        super.activated();
        nodes.up(node);
        active.complete(null);
    }

    @Override
    public void deactivated() {
        super.deactivated();
        nodes.down(node);
    }

    /** Lettuce closes the nodes of a cluster twice, and complains about the second time. */
    @Override
    public CompletableFuture<Void> closeAsync() {
        nodes.forget(node);
        active.completeExceptionally(new RedisException("Connection closed"));
        if (closing.compareAndSet(false, true)) {
            Object unused = super.closeAsync().whenComplete((done, failure) -> closed.complete(null));
        }
        return closed;
    }
}
