package io.sojourn.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.protocol.CommandExpiryWriter;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.DefaultEndpoint;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.sojourn.redis.connection.Node;
import java.lang.reflect.Field;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Does something on the thread of a store's connection when the next command of a kind is about to be written: those before it are on
 * their way to the server by then. What the work itself sends comes before that command, too.
 */
final class BeforeCommand extends ChannelOutboundHandlerAdapter {

    private final CommandType type;
    private final Runnable work;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private BeforeCommand(CommandType type, Runnable work) {
        this.type = type;
        this.work = work;
    }

    /** Where that key belongs, once; what is returned is complete when the work is done. */
    static CompletableFuture<Void> next(RedisStore store, String key, CommandType type, Runnable work) {
        Node node = Objects.requireNonNull(store.operations().connection().node(key));
        BeforeCommand before = new BeforeCommand(type, work);
        channel(node).pipeline().addLast(before);
        return before.done;
    }

    @SuppressWarnings("deprecation") // There is no other way to the connection.
    private static Channel channel(Node node) {
        RedisChannelWriter writer =
                ((RedisChannelHandler<?, ?>) node.commands().getStatefulConnection()).getChannelWriter();
        while (writer instanceof CommandExpiryWriter wrapper) {
            writer = wrapper.getDelegate();
        }
        try {
            Field channel = DefaultEndpoint.class.getDeclaredField("channel");
            channel.setAccessible(true);
            return (Channel) channel.get(writer);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Lettuce has its channel elsewhere", e);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof RedisCommand<?, ?, ?> command && command.getType() == type) {
            context.pipeline().remove(this);
            context.channel().unsafe().flush();
            try {
                work.run();
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        }
        ChannelFuture unused = context.write(message, promise);
    }
}
