package io.sojourn.redis.connection;

import io.lettuce.core.protocol.DecodeBufferPolicies;
import io.lettuce.core.protocol.DecodeBufferPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Closes a connection on which a value arrives that is larger than any session may be: all replies wait behind it, and it would take
 * the memory of this process. Lettuce makes a new connection, and loads that waited are repeated with care.
 */
public final class OversizeReplies implements DecodeBufferPolicy {

    private static final Logger LOG = System.getLogger("io.sojourn.redis");

    private final DecodeBufferPolicy usual = DecodeBufferPolicies.ratio(3); // As Lettuce has it.
    private final long maxBytes;

    /** Event loops that have just met one: Lettuce does not tell the policy of which channel a buffer is. */
    private final Set<Thread> exceeded = ConcurrentHashMap.newKeySet();

    public OversizeReplies(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public void afterPartialDecode(ByteBuf buffer) {
        usual.afterPartialDecode(buffer);
        if (buffer.readableBytes() > maxBytes) {
            exceeded.add(Thread.currentThread());
        }
    }

    @Override
    public void afterCommandDecoded(ByteBuf buffer) {
        usual.afterCommandDecoded(buffer);
    }

    @Override
    public void afterDecoding(ByteBuf buffer) {
        usual.afterDecoding(buffer);
    }

    /** To be put before Lettuce's own handlers. */
    void watch(Channel channel) {
        Object unused = channel.pipeline().addFirst(new Handler());
    }

    private final class Handler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.fireChannelRead(message);
            if (exceeded.remove(Thread.currentThread()) && context.channel().isActive()) {
                LOG.log(
                        Level.WARNING,
                        "{0} sends a value of more than {1} bytes (maxLoadBytes); the connection is closed and made anew. If the"
                                + " application stores sessions of this size, raise maxLoadBytes; else something else wrote to the"
                                + " key of a session",
                        context.channel().remoteAddress(),
                        String.valueOf(maxBytes));
                Object unused = context.close();
            }
        }
    }
}
