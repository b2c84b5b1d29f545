package io.sojourn.redis.connection;

import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import io.sojourn.log.LogThrottle;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
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
    private volatile boolean silenceExpected;

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
                ? address(inet.getHostString(), inet.getPort())
                : remote.toString();
    }

    /**
     * Host and port, {@code 127.0.0.1:6379} or {@code [::1]:6379}. An address of IPv6 can be written in several ways, and here
     * it always has the same one: sentinels write {@code ::1}, and Java writes {@code 0:0:0:0:0:0:0:1}.
     */
    public static String address(String host, int port) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        if (bytes == null) {
            return host + ":" + port;
        }
        try {
            InetAddress literal = InetAddress.getByAddress(bytes);
            String text = NetUtil.toAddressString(literal);
            return (literal instanceof Inet6Address ? "[" + text + "]:" : text + ":") + port;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address has 4 bytes or 16, and this one has " + bytes.length, e);
        }
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

    /** Whether a proxy is greeted at this moment that has left a greeting without an answer before: that it is silent is no news. */
    public void expectSilence(boolean expected) {
        silenceExpected = expected;
    }

    boolean mayTellSilence(String server) {
        return !silenceExpected && silences.isNews(server);
    }
}
