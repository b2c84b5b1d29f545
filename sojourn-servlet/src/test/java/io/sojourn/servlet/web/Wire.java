package io.sojourn.servlet.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One request on a bare connection, to see when bytes arrive, or to send what no client would. */
public final class Wire implements AutoCloseable {

    private final Socket socket;
    private final Traffic traffic;

    Wire(int port, Traffic traffic, String path, String... headers) throws IOException {
        this.traffic = traffic;
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + Stream.of(headers).map(header -> header + "\r\n").collect(Collectors.joining())
                + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whether anything has arrived that was not read yet. */
    public boolean hasArrived() throws IOException {
        return socket.getInputStream().available() > 0;
    }

    /** All that arrives up to and with this text; waits ten seconds for each byte at most. */
    public String until(String text) throws IOException {
        StringBuilder arrived = new StringBuilder();
        while (arrived.indexOf(text) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("The connection was closed before the text came");
            }
            arrived.append((char) next);
        }
        return arrived.toString();
    }

    /** All that arrives until the server closes the connection. */
    public String rest() throws IOException {
        String rest = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        traffic.settle(0);
        return rest;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
