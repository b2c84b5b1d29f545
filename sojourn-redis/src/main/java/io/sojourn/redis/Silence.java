package io.sojourn.redis;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Closes a connection on which something was sent and nothing at all came back for a while; Lettuce then makes a new one,
 * and calls fail at once until it is there. A machine that lost its power, or a firewall that forgot a connection, leaves a
 * connection behind that looks like a slow one: TCP itself would go on trying for a quarter of an hour. One for each channel,
 * used by its event loop alone.
 */
final class Silence extends ChannelDuplexHandler {

    private static final Logger LOG = System.getLogger("io.sojourn.redis");

    /** No setting of a server is shorter. */
    private static final long SHORTEST_IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Again only after it had been gone for so long: a server that goes on being silent is connected to every two seconds. */
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** What has been said by all connections of a client. */
    static final class Said {

        private final AtomicBoolean idle = new AtomicBoolean();

        /** When each server was last silent, by {@link System#nanoTime}. */
        private final Map<String, Long> silentAt = new ConcurrentHashMap<>();

        boolean mayTellSilence(String server) {
            long now = System.nanoTime();
            Long before = silentAt.put(server, now);
            return before == null || now - before > QUIET_NANOS;
        }
    }

    private final long limitNanos;
    private final Said said;
    private String server = "The server";
    private boolean used;
    private boolean closedByUs;
    private boolean waiting;
    private boolean watched;
    private long since;

    /** That a server closes connections which are not used is said once by all that share what was said. */
    Silence(Duration limit, Said said) {
        limitNanos = limit.toNanos();
        this.said = said;
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
        if (used && !waiting && !closedByUs && idle > SHORTEST_IDLE_NANOS && said.idle.compareAndSet(false, true)) {
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
            watch(context, limitNanos);
        }
        Object unused = context.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        waiting = false;
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
        long left = limitNanos - (System.nanoTime() - since);
        if (!waiting || !context.channel().isActive()) {
            return;
        }
        if (left > 0) {
            watch(context, left);
            return;
        }
        if (said.mayTellSilence(server)) {
            LOG.log(
                    Level.WARNING,
                    "{0} has been silent for {1} ms; connecting anew",
                    server,
                    TimeUnit.NANOSECONDS.toMillis(limitNanos));
        }
        Object unused = context.close();
    }
}
