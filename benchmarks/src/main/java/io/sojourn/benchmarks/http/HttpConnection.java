package io.sojourn.benchmarks.http;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One kept-alive connection that sends the same few requests again and again, for next to no processor time: the client
 * shares the machine with the servers. Not thread-safe.
 */
public final class HttpConnection implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final int port;
    private String cookie = "";

    /** Connects to a port of this machine. */
    public HttpConnection(int port) throws IOException {
        this.port = port;
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 16_384);
        out = socket.getOutputStream();
    }

    /** The bytes of a request with this connection's cookie. */
    public byte[] request(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAccept: */*\r\n" + cookie + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The bytes of a form that is sent with this connection's cookie. */
    public byte[] form(String path, String fields) {
        return ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                        + "\r\nAccept: */*\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                        + fields.length() + "\r\n" + cookie + "\r\n" + fields)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** From now on it sends no cookie. */
    public void forgetCookie() {
        cookie = "";
    }

    /** Sends a request, and gives the body of the answer, which must be 200; keeps a cookie that comes with it. */
    public String send(byte[] request) throws IOException {
        return send(request, "200");
    }

    /** As {@link #send(byte[])}, of an answer with another status. */
    public String send(byte[] request, String wanted) throws IOException {
        out.write(request);
        String status = line();
        if (!status.startsWith("HTTP/1.1 " + wanted)) {
            throw new IOException("the answer is: " + status);
        }
        int length = -1;
        for (String header = line(); !header.isEmpty(); header = line()) {
            char first = header.charAt(0);
            if (first == 'C' || first == 'c') {
                String lower = header.toLowerCase(Locale.ROOT);
                length = lower.startsWith("content-length:")
                        ? Integer.parseInt(header.substring(15).strip())
                        : length;
            } else if (header.startsWith("Set-Cookie: ")) {
                cookie = "Cookie: " + header.substring(12).split(";", 2)[0] + "\r\n";
            }
        }
        if (length < 0) {
            throw new IOException("an answer without a length");
        }
        return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    private final StringBuilder line = new StringBuilder();

    private String line() throws IOException {
        line.setLength(0);
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("the server has hung up");
            }
            if (octet != '\r') {
                line.append((char) octet);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
