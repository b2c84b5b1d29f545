package io.sojourn.redis.connection;

import io.netty.channel.Channel;
import io.sojourn.log.LogThrottle;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The channels of one client that are connected, or about to be: so that a server which is not the master any more can be left
 * even while a handshake with it is under way. Also keeps what the channels have told in the log, so that it is not repeated.
 */
public final class OpenChannels {

    private final Map<Channel, String> open = new ConcurrentHashMap<>();
    private final AtomicBoolean toldIdle = new AtomicBoolean();

    /** By server: one that goes on being silent is connected to every two seconds. */
    private final LogThrottle<String> silences = new LogThrottle<>(System::nanoTime);

    private final Consumer<String> whenSuspected;
    private volatile boolean heard;

    /**
     * Made for one client.
     *
     * @param whenSuspected hears the address of a server, on an event loop, when the server that was asked is silent for long,
     *     and when it then answers after all
     */
    public OpenChannels(Consumer<String> whenSuspected) {
        this.whenSuspected = whenSuspected;
    }

    void opened(Channel channel, SocketAddress remote) {
        open.put(channel, address(remote));
        Object unused = channel.closeFuture().addListener(closed -> open.remove(channel));
    }

    /** Host and port as they were asked for, {@code 127.0.0.1:6379}. */
    static String address(SocketAddress remote) {
        return remote instanceof InetSocketAddress inet
                ? inet.getHostString() + ":" + inet.getPort()
                : remote.toString();
    }

    /** Closes every channel to another address, connected or not, and tells whether there was one. */
    public boolean closeAllBut(Predicate<String> kept) {
        boolean found = false;
        for (Map.Entry<Channel, String> each : open.entrySet()) {
            if (!kept.test(each.getValue())) {
                found = true;
                Object unused = each.getKey().close();
            }
        }
        return found;
    }

    void suspected(Channel channel) {
        whenSuspected.accept(open.getOrDefault(channel, ""));
    }

    /** A server has answered something. */
    void heard() {
        heard = true;
    }

    /** Whether any server has ever answered: before that a process may be slow because it has just started. */
    public boolean haveHeard() {
        return heard;
    }

    boolean mayTellIdle() {
        return toldIdle.compareAndSet(false, true);
    }

    boolean mayTellSilence(String server) {
        return silences.isNews(server);
    }
}
