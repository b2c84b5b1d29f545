package io.sojourn.testkit.support;

import io.sojourn.testkit.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * One connection through a {@link TcpProxy}. Each direction has a thread that reads and one that writes, so that a delay puts
 * off what is delivered and not what is taken.
 */
public final class ProxiedConnection {

    /** Some bytes, and when they may be delivered; none are the end of the stream. */
    private static final class Parcel {

        final byte[] bytes;
        final long dueNanos;

        Parcel(byte[] bytes, long dueNanos) {
            this.bytes = bytes;
            this.dueNanos = dueNanos;
        }
    }

    private final Socket client;
    private final Socket server;
    private final Supplier<Conditions> conditions;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean forgotten;
    private volatile Runnable atEnd = () -> {};

    public ProxiedConnection(Socket client, Socket server, Supplier<Conditions> conditions) {
        this.client = client;
        this.server = server;
        this.conditions = conditions;
    }

    public static void inBackground(Runnable work) {
        Thread thread = new Thread(work, "sojourn-tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    public void start(Runnable whenItEnds) {
        atEnd = whenItEnds;
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        } catch (IOException e) {
            cut();
            return;
        }
        carry(client, server, () -> conditions.get().losesRequests());
        carry(server, client, () -> conditions.get().losesReplies());
    }

    private void carry(Socket from, Socket to, Supplier<Boolean> loses) {
        BlockingQueue<Parcel> onTheirWay = new LinkedBlockingQueue<>();
        inBackground(() -> take(from, onTheirWay, loses));
        inBackground(() -> deliver(to, onTheirWay));
    }

    private void take(Socket from, BlockingQueue<Parcel> onTheirWay, Supplier<Boolean> loses) {
        byte[] buffer = new byte[16_384];
        try {
            int count = from.getInputStream().read(buffer);
            while (count >= 0) {
                if (!forgotten && !loses.get()) {
                    onTheirWay.add(new Parcel(Arrays.copyOf(buffer, count), due()));
                }
                count = from.getInputStream().read(buffer);
            }
            if (!forgotten) {
                onTheirWay.add(new Parcel(new byte[0], due()));
            }
        } catch (IOException e) {
            cut();
        }
    }

    private long due() {
        return System.nanoTime() + conditions.get().delay().toNanos();
    }

    private void deliver(Socket to, BlockingQueue<Parcel> onTheirWay) {
        try {
            while (true) {
                Parcel parcel = onTheirWay.take();
                TimeUnit.NANOSECONDS.sleep(parcel.dueNanos - System.nanoTime());
                if (parcel.bytes.length == 0) {
                    end(to);
                    return;
                }
                if (!forgotten) {
                    to.getOutputStream().write(parcel.bytes);
                }
            }
        } catch (IOException e) {
            cut();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cut();
        }
    }

    /** One side says no more; when both have, the connection is over. */
    private void end(Socket to) throws IOException {
        if (!to.isOutputShutdown() && !to.isClosed()) {
            to.shutdownOutput();
        }
        if (client.isOutputShutdown() && server.isOutputShutdown()) {
            over();
        }
    }

    public void forget() {
        forgotten = true;
    }

    public void endReplies() {
        try {
            end(client);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void cut() {
        try {
            client.setSoLinger(true, 0);
            server.setSoLinger(true, 0);
        } catch (IOException e) {
            // One of them is closed already.
        }
        over();
    }

    private void over() {
        if (ended.compareAndSet(false, true)) {
            try (client;
                    server) {
                atEnd.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
