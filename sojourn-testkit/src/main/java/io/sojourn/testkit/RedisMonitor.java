package io.sojourn.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects every command that a server executes, from whomever, as {@code MONITOR} prints them, one a line: the time, the
 * database, the client's address and the quoted words. Made by {@link RedisProbe#monitor()}. Thread-safe.
 *
 * <p>The server leaves out passwords and some administrative commands by itself; bytes that cannot be printed it writes
 * as {@code \xff}.
 */
public final class RedisMonitor implements AutoCloseable {

    private static final Duration CATCH_UP_LIMIT = Duration.ofSeconds(10);

    private final RedisProbe probe;
    private final RespConnection connection;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> lines = new ArrayList<>();
    private final Set<String> markers = new HashSet<>();
    private long lastLineNanos = System.nanoTime();
    private @Nullable IOException ended;

    RedisMonitor(RedisProbe probe, RespConnection connection) {
        this.probe = probe;
        this.connection = connection;
        Thread reader = new Thread(this::collect, "sojourn-redis-monitor");
        reader.setDaemon(true);
        reader.start();
    }

    private void collect() {
        try {
            while (true) {
                add(String.valueOf(connection.read()));
            }
        } catch (IOException e) {
            lock.lock();
            try {
                ended = e;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void add(String line) {
        lock.lock();
        try {
            if (!markers.removeIf(line::contains)) {
                lines.add(line);
                lastLineNanos = System.nanoTime();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * What the server has executed between the making of this monitor (or {@link #clear()}) and this call, complete and in
     * order: a command of the probe's own, which is left out, tells how far the server's report has come.
     *
     * @throws IllegalStateException if the server reports no more, because it was restarted for example
     * @throws UncheckedIOException if it does not answer
     */
    public List<String> lines() {
        String marker = "sojourn-monitor-" + UUID.randomUUID();
        lock.lock();
        try {
            markers.add(marker);
            probe.call("ECHO", marker);
            if (!await(() -> !markers.contains(marker), System.nanoTime() + CATCH_UP_LIMIT.toNanos())) {
                throw new IllegalStateException("the server's report did not catch up within " + CATCH_UP_LIMIT);
            }
            return List.copyOf(lines);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until nothing was executed for a while, then tells what was executed. For work that goes on after the caller
     * has its answer.
     *
     * @param quiet how long nothing must have happened, counted from this call or from the last command after it
     * @param limit how long to wait for that
     * @throws IllegalStateException if it is not quiet within the limit, or if the server reports no more
     */
    public List<String> awaitQuiet(Duration quiet, Duration limit) {
        long start = System.nanoTime();
        lock.lock();
        try {
            while (true) {
                long last = lastLineNanos;
                long quietAt = Math.max(start, last) + quiet.toNanos();
                if (quietAt - start > limit.toNanos()) {
                    throw new IllegalStateException("the server was not left alone for " + quiet + " within " + limit
                            + "; lately: " + latest());
                }
                if (!await(() -> lastLineNanos != last, quietAt)) {
                    return List.copyOf(lines);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private List<String> latest() {
        return lines.subList(Math.max(0, lines.size() - 3), lines.size());
    }

    /** Waits until the condition holds; false if it does not at the time given. */
    private boolean await(BooleanSupplier condition, long nanoTime) {
        while (!condition.getAsBoolean()) {
            if (ended != null) {
                throw new IllegalStateException("the server reports no more: " + ended.getMessage(), ended);
            }
            long left = nanoTime - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                changed.awaitNanos(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for the server's report", e);
            }
        }
        return true;
    }

    /** Forgets all lines up to this call. */
    public void clear() {
        lock.lock();
        try {
            lines();
            lines.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Disconnects; what was collected is forgotten. */
    @Override
    public void close() {
        connection.close();
    }
}
