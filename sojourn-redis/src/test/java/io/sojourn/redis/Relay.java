package io.sojourn.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** Stands between a client and a server, as a firewall does, and can forget connections: they stay open, and swallow all. */
final class Relay implements AutoCloseable {

    private final int target;
    private final ServerSocket listening;
    private final UnaryOperator<byte[]> replies;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Set<Socket> forgotten = ConcurrentHashMap.newKeySet();
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();

    Relay(int target) {
        this(target, bytes -> bytes);
    }

    /** Listens at an address of this machine. */
    Relay(int target, InetAddress at) {
        this(target, at, bytes -> bytes);
    }

    /** Gives clients something else than the server has said; of the same length. */
    Relay(int target, UnaryOperator<byte[]> replies) {
        this(target, InetAddress.getLoopbackAddress(), replies);
    }

    private Relay(int target, InetAddress at, UnaryOperator<byte[]> replies) {
        this.target = target;
        this.replies = replies;
        try {
            listening = new ServerSocket(0, 0, at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    int accepted() {
        return accepted.size();
    }

    void forgetConnections() {
        forgotten.addAll(sockets);
    }

    void cutConnections() {
        for (Socket socket : new ArrayList<>(sockets)) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The same bytes with another text of the same length. */
    static byte[] replaced(byte[] bytes, String text, String by) {
        return new String(bytes, StandardCharsets.ISO_8859_1).replace(text, by).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(client, server));
                accepted.add(client);
                start(() -> copy(client, server, bytes -> bytes));
                start(() -> copy(server, client, replies));
            }
        } catch (IOException e) {
            close();
        }
    }

    private void copy(Socket from, Socket to, UnaryOperator<byte[]> change) {
        byte[] buffer = new byte[8_192];
        try {
            for (int n = from.getInputStream().read(buffer);
                    n >= 0;
                    n = from.getInputStream().read(buffer)) {
                if (!forgotten.contains(from)) {
                    to.getOutputStream().write(change.apply(Arrays.copyOf(buffer, n)));
                }
            }
            to.close();
        } catch (IOException e) {
            forgotten.add(from); // Closed by one of the two.
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : new ArrayList<>(sockets)) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
