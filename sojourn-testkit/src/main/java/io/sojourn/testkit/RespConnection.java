package io.sojourn.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One socket that speaks RESP2, the first version of the
 * <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">Redis serialization protocol</a>. Not
 * thread-safe. After an exception the connection is out of step and only good for closing.
 */
final class RespConnection implements AutoCloseable {

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** Connects; the timeout is for the connect, and then for each wait for bytes of a reply. */
    RespConnection(String host, int port, Duration timeout) throws IOException {
        int millis = Math.toIntExact(timeout.toMillis());
        socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out = new BufferedOutputStream(socket.getOutputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** From now on waits for ever, as a connection must that is told things whenever they happen. */
    void waitForEver() throws IOException {
        socket.setSoTimeout(0);
    }

    /**
     * Sends one command and reads its reply: {@code byte[]} for a bulk string, {@code String} for a status, {@code Long},
     * {@code List} or null, and a {@link RedisReplyException} as a value for an error.
     */
    @Nullable
    Object call(byte[]... command) throws IOException {
        out.write(header('*', command.length));
        for (byte[] argument : command) {
            out.write(header('$', argument.length));
            out.write(argument);
            out.write('\r');
            out.write('\n');
        }
        out.flush();
        return read();
    }

    /** Waits for the next reply. */
    @Nullable
    Object read() throws IOException {
        int kind = in.read();
        String line = readLine();
        return switch (kind) {
            case '+' -> line;
            case '-' -> new RedisReplyException(line);
            case ':' -> Long.valueOf(line);
            case '$' -> readBulk(Integer.parseInt(line));
            case '*' -> readList(Integer.parseInt(line));
            default -> throw new IOException("not a RESP2 reply, it starts with byte " + kind);
        };
    }

    private byte @Nullable [] readBulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        in.skipNBytes(2);
        return bytes;
    }

    private @Nullable List<@Nullable Object> readList(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        List<@Nullable Object> list = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            list.add(read());
        }
        return list;
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
            line.write(next);
        }
        in.skipNBytes(1);
        return line.toString(StandardCharsets.UTF_8);
    }

    private static byte[] header(char kind, int number) {
        return (kind + Integer.toString(number) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
