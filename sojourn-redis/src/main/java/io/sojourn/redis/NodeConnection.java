package io.sojourn.redis;

import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.json.JsonParser;
import io.lettuce.core.protocol.PushHandler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lettuce's connection to one server, which tells when it becomes active, while commands of callers still wait: so what
 * belongs to a connection (scripts, tracking) goes ahead of them, after every reconnect, too.
 */
final class NodeConnection extends StatefulRedisConnectionImpl<String, byte[]> {

    private final Nodes nodes;
    private final Node node;

    @SuppressWarnings("this-escape") // The node keeps it, and asks for nothing before it is activated.
    NodeConnection(
            RedisChannelWriter writer, PushHandler push, Duration timeout, Supplier<JsonParser> parser, Nodes nodes) {
        super(writer, push, ClientSetup.CODEC, timeout, parser);
        this.nodes = nodes;
        this.node = new Node(this);
        addListener(nodes.watch(node));
    }

    Node node() {
        return node;
    }

    @Override
    public void activated() {
        super.activated();
        nodes.up(node);
    }

    @Override
    public void deactivated() {
        super.deactivated();
        nodes.down(node);
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        nodes.forget(node);
        return super.closeAsync();
    }
}
