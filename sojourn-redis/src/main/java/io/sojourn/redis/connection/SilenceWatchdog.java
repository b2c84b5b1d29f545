package io.sojourn.redis.connection;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection on which something was sent and nothing at all came back for a while; Lettuce then makes a new one,
 * and calls fail at once until it is there. A machine that lost its power, or a firewall that forgot a connection, leaves a
 * connection behind that looks like a slow one: TCP itself would go on trying for a quarter of an hour. One for each channel,
 * used by its event loop alone.
 */
final class SilenceWatchdog extends ChannelDuplexHandler {

    private static final Logger LOG = System.getLogger("io.sojourn.redis");

    /** No setting of a server is shorter. */
    private static final long SHORTEST_IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * How long a connection may be silent.
     *
     * @param suspicious after this the servers' layout is looked at, since another master may have taken over
     * @param onReconnect a reconnect on which nothing has ever come back is given up after this
     * @param longest any other connection is given up after this
     */
    record Limits(Duration suspicious, Duration onReconnect, Duration longest) {}

    private final Limits limits;
    private final OpenChannels channels;
    private String server = "The server";
    private boolean used;
    private boolean heard;
    private boolean closedByUs;
    private boolean waiting;
    private boolean watched;
    private long since;

    /** That a server closes connections which are not used is said once for all channels of a client. */
    SilenceWatchdog(Limits limits, OpenChannels channels) {
        this.limits = limits;
        this.channels = channels;
    }

    @Override
    public void connect(
            ChannelHandlerContext context, SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        channels.opened(context.channel(), remote);
        Object unused = context.connect(remote, local, promise);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        server = String.valueOf(context.channel().remoteAddress()); // When it is closed, it is not known any more.
        context.fireChannelActive();
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        closedByUs = true;
        Object unused = context.close(promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        long idle = System.nanoTime() - since;
        if (used && !waiting && !closedByUs && idle > SHORTEST_IDLE_NANOS && channels.mayTellIdle()) {
            LOG.log(
                    Level.INFO,
                    "{0} closed a connection that was not used for {1} s. If it was not shut down, its setting timeout is"
                            + " above 0: set it to 0, or operations fail now and then",
                    server,
                    TimeUnit.NANOSECONDS.toSeconds(idle));
        }
        context.fireChannelInactive();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!waiting) {
            waiting = true;
            used = true;
            since = System.nanoTime();
            watch(context, limits.suspicious().toNanos());
        }
        Object unused = context.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (waiting && System.nanoTime() - since > limits.suspicious().toNanos()) {
            channels.suspected(context.channel()); // It has come back, perhaps as a server that has been replaced.
        }
        waiting = false;
        if (!heard) {
            heard = true;
            channels.heard();
        }
        context.fireChannelRead(message);
    }

    /** One look at a time: it is put off as long as there are replies, instead of being ordered anew for each request. */
    private void watch(ChannelHandlerContext context, long delayNanos) {
        if (!watched) {
            watched = true;
            Object unused = context.executor().schedule(() -> look(context), delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void look(ChannelHandlerContext context) {
        watched = false;
        if (!waiting || !context.channel().isActive()) {
            return;
        }
        long suspicious = limits.suspicious().toNanos();
        long silent = System.nanoTime() - since;
        Duration limit = !heard && channels.haveHeard() ? limits.onReconnect() : limits.longest();
        if (silent < suspicious) {
            watch(context, suspicious - silent);
        } else if (silent < limit.toNanos()) {
            channels.suspected(context.channel());
            watch(context, Math.min(suspicious, limit.toNanos() - silent));
        } else {
            if (channels.mayTellSilence(server)) {
                LOG.log(Level.WARNING, "{0} has been silent for {1} ms; connecting anew", server, limit.toMillis());
            }
            Object unused = context.close();
        }
    }
}
