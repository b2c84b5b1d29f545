package io.sojourn.example.shop.launcher;

import io.sojourn.example.shop.front.Machine;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.support.Workspace;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The Redis that was started for the demonstration. It keeps what it holds: a kill loses nothing. */
final class OwnRedis implements Machine, AutoCloseable {

    /**
     * Each command is in the append-only file before its answer is sent. The file outlives the process, and without "fsync" Redis
     * never puts a write off; it is lost only if the whole machine fails, which no tile makes it do.
     */
    private static final String[] OPTIONS = {
        "appendonly yes", "appendfsync no", "maxmemory 256mb", "maxmemory-policy noeviction"
    };

    private final RedisServer server;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean frozen;
    private volatile Consumer<String> told = line -> {};

    private OwnRedis(RedisServer server) {
        this.server = server;
    }

    /**
     * Starts it.
     *
     * @throws IllegalStateException if that cannot be
     */
    static OwnRedis launch() {
        return new OwnRedis(RedisServers.start(OPTIONS));
    }

    String uri() {
        return server.uri();
    }

    String product() {
        return server.binary().name();
    }

    /** Tells, from now on, in a line, what becomes of it. */
    void tell(Consumer<String> listener) {
        told = listener;
        watch();
    }

    /** Runs this before Redis ends because this process was told to end; it stops the nodes, which would log a lost connection. */
    void beforeEnd(Runnable stopClients) {
        Workspace.get().beforeEnd(stopClients);
    }

    private void watch() {
        ProcessHandle.of(server.pid()).ifPresent(process -> {
            CompletableFuture<Void> unused = process.onExit()
                    .thenRunAsync(
                            () -> told.accept("Redis has ended; the nodes answer 503 until it is started again."));
        });
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public String label() {
        return "Redis";
    }

    @Override
    public State state() {
        if (!server.isRunning()) {
            return State.DOWN;
        }
        return frozen ? State.FROZEN : State.UP;
    }

    @Override
    public void kill() {
        change(() -> {
            requireRunning();
            server.kill();
            frozen = false;
        });
    }

    @Override
    public void freeze() {
        change(() -> {
            requireRunning();
            server.pause();
            frozen = true;
        });
    }

    @Override
    public void start() {
        change(() -> {
            if (server.isRunning()) {
                server.resume();
            } else {
                server.restart();
                told.accept("Redis runs again, with all that it held.");
                watch();
            }
            frozen = false;
        });
    }

    private void requireRunning() {
        if (!server.isRunning()) {
            throw new IllegalStateException("Redis does not run");
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
