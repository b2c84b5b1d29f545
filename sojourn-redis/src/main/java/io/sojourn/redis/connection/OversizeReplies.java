package io.sojourn.redis.connection;

import io.lettuce.core.protocol.DecodeBufferPolicies;
import io.lettuce.core.protocol.DecodeBufferPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sojourn.log.SettingName;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Closes a connection on which a reply arrives that is larger than any session may be, in one value or in many: all replies wait behind
 * it, and it would take the memory of this process. Lettuce makes a new connection, and loads that waited are repeated with care.
 */
public final class OversizeReplies implements DecodeBufferPolicy {

    private static final Logger LOG = System.getLogger("io.sojourn.redis");

    private final DecodeBufferPolicy usual = DecodeBufferPolicies.ratio(3); // As Lettuce has it.
    private final long maxBytes;

    /** By event loop, which reads one channel at a time: Lettuce does not tell the policy of which channel a buffer is. */
    private final Map<Thread, Handler> reading = new ConcurrentHashMap<>();

    public OversizeReplies(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public void afterPartialDecode(ByteBuf buffer) {
        usual.afterPartialDecode(buffer);
    }

    @Override
    public void afterCommandDecoded(ByteBuf buffer) {
        usual.afterCommandDecoded(buffer);
        nextReply(buffer);
    }

    @Override
    public void afterDecoding(ByteBuf buffer) {
        usual.afterDecoding(buffer);
        nextReply(buffer);
    }

    private void nextReply(ByteBuf buffer) {
        Handler handler = reading.get(Thread.currentThread());
        if (handler != null) {
            handler.received = buffer.readableBytes();
        }
    }

    /** To be put before Lettuce's own handlers. */
    void watch(Channel channel) {
        Object unused = channel.pipeline().addFirst(new Handler());
    }

    private final class Handler extends ChannelInboundHandlerAdapter {

        /** Bytes of the reply that is not whole yet. */
        private long received;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf bytes) {
                received += bytes.readableBytes();
            }
            reading.put(Thread.currentThread(), this);
            try {
                context.fireChannelRead(message);
            } finally {
                reading.remove(Thread.currentThread());
            }
            if (received > maxBytes && context.channel().isActive()) {
                received = 0;
                LOG.log(
                        Level.WARNING,
                        "{0} sends a reply of more than {1} bytes (maxLoadBytes); the connection is closed and made anew. If the"
                                + " application stores sessions of this size, raise "
                                + SettingName.REDIS_MAX_LOAD_BYTES
                                + "; else something else wrote to the key of a session",
                        context.channel().remoteAddress(),
                        String.valueOf(maxBytes));
                Object unused = context.close();
            }
        }
    }
}
