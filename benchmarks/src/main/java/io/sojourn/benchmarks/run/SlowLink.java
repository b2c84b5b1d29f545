package io.sojourn.benchmarks.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * A way to the server on which every answer takes a while longer. How long an operation takes on it tells how often the
 * operation waits, whatever it sends at once and over however many connections.
 */
public final class SlowLink implements AutoCloseable {

    private final int target;
    private final Duration delay;
    private final ServerSocket door;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    /** A way to a server on this machine. */
    public SlowLink(int targetPort, Duration delay) {
        this.target = targetPort;
        this.delay = delay;
        try {
            this.door = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    /** Where it begins. */
    public String uri() {
        return "redis://127.0.0.1:" + door.getLocalPort();
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Step step) {
        Thread thread = new Thread(
                () -> {
                    try {
                        step.run();
                    } catch (IOException | InterruptedException e) {
                        // One side has hung up.
                    }
                },
                "slow-link");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = door.accept();
            Socket server = new Socket("127.0.0.1", target);
            open.add(client);
            open.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            start(() -> copy(client.getInputStream(), server.getOutputStream()));
            DelayQueue<Piece> onTheWay = new DelayQueue<>();
            start(() -> collect(server.getInputStream(), onTheWay));
            start(() -> deliver(onTheWay, client.getOutputStream()));
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[65_536];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            to.write(buffer, 0, n);
        }
    }

    private record Piece(byte[] bytes, long dueNanos) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(dueNanos, ((Piece) other).dueNanos);
        }
    }

    private void collect(InputStream from, DelayQueue<Piece> onTheWay) throws IOException {
        byte[] buffer = new byte[65_536];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            onTheWay.add(new Piece(Arrays.copyOf(buffer, n), System.nanoTime() + delay.toNanos()));
        }
    }

    private static void deliver(DelayQueue<Piece> onTheWay, OutputStream to) throws IOException, InterruptedException {
        while (true) {
            to.write(onTheWay.take().bytes);
        }
    }

    @Override
    public void close() {
        try {
            door.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
