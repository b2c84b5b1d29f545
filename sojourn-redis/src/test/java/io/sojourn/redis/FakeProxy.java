package io.sojourn.redis;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Stands before a real server and knows fewer commands than it, as proxies do. */
final class FakeProxy implements AutoCloseable {

    /** What it does with a command that it does not know. */
    enum Manner {
        /** Answers {@code unsupported command}, as Envoy does. */
        REFUSES,
        /** Answers {@code NOAUTH} to everything before {@code AUTH}, and refuses the greeting after it, as Predixy does. */
        WANTS_AUTH_FIRST,
        /** Gives no answer at all, as twemproxy does. */
        IS_SILENT,
        /** Closes the connection. */
        CLOSES,
        /** Resets the connection. */
        RESETS
    }

    private final ServerSocket listening;
    private final int target;
    private final Manner manner;
    private final Set<String> unknown;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final Map<String, Runnable> before = new ConcurrentHashMap<>();
    private final ByteArrayOutputStream replies = new ByteArrayOutputStream();

    FakeProxy(int target, Manner manner, Set<String> unknown) {
        this.target = target;
        this.manner = manner;
        this.unknown = unknown;
        try {
            listening = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** The commands that it did not pass on. */
    List<String> refused() {
        return List.copyOf(refused);
    }

    /** Does something before it passes on the next command of that name. */
    void beforeNext(String command, Runnable work) {
        before.put(command, work);
    }

    /** All that the server has answered and that was passed on to clients. */
    String passedOn() {
        return replies.toString(StandardCharsets.ISO_8859_1);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(client, server));
                start(() -> requests(client, server));
                start(() -> replies(server, client));
            }
        } catch (IOException e) {
            closeAll();
        }
    }

    private void requests(Socket client, Socket server) {
        try (InputStream in = new BufferedInputStream(client.getInputStream())) {
            OutputStream out = server.getOutputStream();
            boolean authenticated = manner != Manner.WANTS_AUTH_FIRST;
            for (Request request = Request.read(in); request != null; request = Request.read(in)) {
                if (request.name().equals("AUTH")) {
                    authenticated = true;
                }
                Runnable work = before.remove(request.name());
                if (work != null) {
                    work.run();
                }
                if (!authenticated) {
                    refuse(out, request, "NOAUTH Authentication required.");
                } else if (unknown.contains(request.name()) && (manner == Manner.CLOSES || manner == Manner.RESETS)) {
                    refused.add(request.name());
                    if (manner == Manner.RESETS) {
                        client.setSoLinger(true, 0);
                    }
                    close(client);
                } else if (unknown.contains(request.name())) {
                    refuse(out, request, "ERR unsupported command '" + request.name() + "'");
                } else {
                    out.write(request.bytes());
                    out.flush();
                }
            }
        } catch (IOException e) {
            // Closed by one of the two.
        } finally {
            close(server);
        }
    }

    /** Lets the server say it, so that answers stay in the order of the requests. */
    private void refuse(OutputStream server, Request request, String words) throws IOException {
        refused.add(request.name());
        if (manner != Manner.IS_SILENT) {
            String script = "return redis.error_reply(ARGV[1])";
            server.write(("*4\r\n$4\r\nEVAL\r\n$" + script.length() + "\r\n" + script + "\r\n$1\r\n0\r\n$"
                            + words.length() + "\r\n" + words + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            server.flush();
        }
    }

    private void replies(Socket server, Socket client) {
        byte[] buffer = new byte[8_192];
        try {
            InputStream in = server.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                client.getOutputStream().write(buffer, 0, n);
                replies.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // Closed by one of the two.
        } finally {
            close(client);
        }
    }

    /** A command as it was sent: an array of strings. */
    @SuppressWarnings("ArrayRecordComponent") // No request is compared with another.
    private record Request(String name, byte[] bytes) {

        static @Nullable Request read(InputStream in) throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            String head = line(in, all);
            if (head.isEmpty()) {
                return null;
            }
            List<String> words = new ArrayList<>();
            for (int i = Integer.parseInt(head.substring(1)); i > 0; i--) {
                int length = Integer.parseInt(line(in, all).substring(1));
                byte[] word = in.readNBytes(length + 2);
                all.write(word);
                words.add(new String(word, 0, length, StandardCharsets.ISO_8859_1));
            }
            return new Request(words.get(0).toUpperCase(Locale.ROOT), all.toByteArray());
        }

        private static String line(InputStream in, ByteArrayOutputStream all) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c >= 0; c = in.read()) {
                all.write(c);
                if (c == '\n') {
                    return line.toString().strip();
                }
                line.append((char) c);
            }
            return "";
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void closeAll() {
        sockets.forEach(FakeProxy::close);
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        closeAll();
    }
}
