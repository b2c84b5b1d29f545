package io.sojourn.testkit;

import io.sojourn.testkit.support.Conditions;
import io.sojourn.testkit.support.ProxiedConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The network between a client and a server on this machine, which can be made to fail in the ways that networks do.
 *
 * <pre>{@code
 * try (RedisServer redis = RedisServers.start(); TcpProxy network = TcpProxy.to(redis)) {
 *     // the client connects to network.uri()
 *     network.loseReplies();
 * }
 * }</pre>
 *
 * <p>Faults last until {@link #heal()}, or until another is set; what a fault does to a connection that exists already is said
 * at each. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

    private final int target;
    private final int port;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ServerSocket listening;
    private volatile Conditions conditions = Conditions.GOOD;

    private TcpProxy(int target) {
        this.target = target;
        ServerSocket socket = listen(0);
        this.port = socket.getLocalPort();
        serve(socket);
    }

    /** Stands before a server. */
    public static TcpProxy to(RedisServer server) {
        return to(server.port());
    }

    /** Stands before whoever listens on a port of 127.0.0.1. */
    public static TcpProxy to(int targetPort) {
        return new TcpProxy(targetPort);
    }

    /** The port on 127.0.0.1 that clients connect to; stays the same. */
    public int port() {
        return port;
    }

    /** Where clients find it, such as {@code redis://127.0.0.1:12345}. */
    public String uri() {
        return "redis://" + RedisServer.HOST + ":" + port;
    }

    /** How many connections it has taken so far. */
    public int accepted() {
        return accepted.get();
    }

    /** How many connections are open through it at this moment, forgotten ones included. */
    public int open() {
        return connections.size();
    }

    /** Delivers everything later by so much, in both directions, on old and new connections; what is on its way keeps its order. */
    public void delay(Duration each) {
        conditions = conditions.delayedBy(each);
    }

    /** Delivers requests and loses replies, on old and new connections: the server does what it is told, and nobody hears of it. */
    public void loseReplies() {
        conditions = conditions.losing(false, true);
    }

    /** Loses requests on old and new connections; what the server says by itself arrives. */
    public void loseRequests() {
        conditions = conditions.losing(true, false);
    }

    /**
     * Forgets the connections that exist, as a firewall does: they stay open and swallow everything, in both directions, even
     * after {@link #heal()}. New ones work.
     */
    public void forgetConnections() {
        connections.forEach(ProxiedConnection::forget);
    }

    /** Cuts all connections (with a reset, as a crash does). New ones work. */
    public void cut() {
        connections.forEach(ProxiedConnection::cut);
    }

    /** Tells the clients that the server will say no more (FIN), and still delivers what they send. New connections work. */
    public void halfClose() {
        connections.forEach(ProxiedConnection::endReplies);
    }

    /** Takes no new connections: they are refused. Existing ones go on. */
    public void refuse() {
        lock.lock();
        try {
            if (listening != null) {
                closeQuietly(listening);
                listening = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** All as at the beginning: no delay, no loss, new connections are taken. Connections that were forgotten stay so. */
    public void heal() {
        conditions = Conditions.GOOD;
        lock.lock();
        try {
            if (listening == null) {
                serve(listen(port));
            }
        } finally {
            lock.unlock();
        }
    }

    private static ServerSocket listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + port, e);
        }
    }

    private void serve(ServerSocket socket) {
        lock.lock();
        try {
            listening = socket;
        } finally {
            lock.unlock();
        }
        ProxiedConnection.inBackground(() -> accept(socket));
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                Socket client = socket.accept();
                try {
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                    ProxiedConnection connection = new ProxiedConnection(client, server, () -> conditions);
                    accepted.incrementAndGet();
                    connections.add(connection);
                    connection.start(() -> connections.remove(connection));
                } catch (IOException e) {
                    client.close(); // The server is away, and a client behind it hears as much.
                }
            }
        } catch (IOException e) {
            closeQuietly(socket);
        }
    }

    /** Ends all connections, and takes no more. */
    @Override
    public void close() {
        refuse();
        cut();
    }

    private static void closeQuietly(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it stands, and before whom. */
    @Override
    public String toString() {
        return "proxy at port " + port + " before port " + target;
    }
}
