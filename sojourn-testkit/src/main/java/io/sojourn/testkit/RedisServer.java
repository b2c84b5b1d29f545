package io.sojourn.testkit;

import io.sojourn.testkit.support.FreePorts;
import io.sojourn.testkit.support.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * A real Redis or Valkey server as a process of its own, on 127.0.0.1 and a free port, with an empty database. Made by
 * {@link RedisServers#start(String...)}.
 *
 * <p>It can be made to fail in the ways that servers fail: {@link #stop()} is an orderly shutdown, {@link #kill()} a crash,
 * {@link #pause()} a server that accepts connections and never answers. {@link #restart()} brings it back on the same port.
 *
 * <p>{@link #close()} ends the process, whatever state it is in, and removes its files. What is not closed ends with this
 * JVM, even when the JVM is killed.
 *
 * <p>Thread-safe.
 */
public final class RedisServer implements AutoCloseable {

    /** The address that every server listens on: 127.0.0.1. */
    public static final String HOST = "127.0.0.1";

    /** Among the options: the server also listens for TLS, on a second port. */
    static final String TLS = "# and a port for TLS";

    private static final String CONFIGURATION = "redis.conf";
    private static final int PORT_ATTEMPTS = 10;

    private final RedisBinary binary;
    private final List<String> arguments;
    private final Path directory;
    private final int port;
    private final int tlsPort;
    private final ReentrantLock lifecycle = new ReentrantLock();
    private volatile ServerProcess process;
    private boolean closed;

    private RedisServer(
            RedisBinary binary, List<String> arguments, Path directory, int port, int tlsPort, ServerProcess process) {
        this.binary = binary;
        this.arguments = arguments;
        this.directory = directory;
        this.port = port;
        this.tlsPort = tlsPort;
        this.process = process;
    }

    static RedisServer start(RedisBinary binary, List<String> options, IntSupplier ports) {
        return start(binary, options, List.of(), ports);
    }

    /** With arguments after the file on the command line, such as {@code --sentinel}. */
    static RedisServer start(RedisBinary binary, List<String> options, List<String> arguments, IntSupplier ports) {
        Path directory = Workspace.get().newDirectory("server");
        for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
            int port = ports.getAsInt();
            int tlsPort = options.contains(TLS) ? ports.getAsInt() : 0;
            boolean ready = false;
            try {
                writeConfiguration(directory, options, port, tlsPort);
                ServerProcess process = ServerProcess.launch(binary, directory, command(arguments), port);
                ready = process.awaitReady();
                if (ready) {
                    return new RedisServer(binary, arguments, directory, port, tlsPort, process);
                }
            } finally {
                if (!ready) {
                    FreePorts.release(port);
                    FreePorts.release(tlsPort);
                }
            }
        }
        throw new IllegalStateException(
                binary + " found its port taken " + PORT_ATTEMPTS + " times; who is taking every free port?");
    }

    private static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(CONFIGURATION));
        command.addAll(arguments);
        return command;
    }

    private static void writeConfiguration(Path directory, List<String> options, int port, int tlsPort) {
        List<String> lines = new ArrayList<>(List.of("save \"\"", "appendonly no"));
        lines.addAll(options);
        // Last, because the last line wins: without these the server could not be found, watched or removed.
        lines.addAll(List.of("bind " + HOST, "port " + port, "daemonize no", "dir ./", "logfile \"\""));
        if (tlsPort != 0) {
            lines.add("tls-port " + tlsPort);
        }
        try {
            Files.write(directory.resolve(CONFIGURATION), lines);
        } catch (IOException e) {
            throw new UncheckedIOException("could not write the configuration of a server", e);
        }
    }

    /** Where clients find it, such as {@code redis://127.0.0.1:12345}. Stays the same for the life of this object. */
    public String uri() {
        return "redis://" + HOST + ":" + port;
    }

    /** The port that it listens on, from 10000 to 19999. Stays the same for the life of this object. */
    public int port() {
        return port;
    }

    /**
     * Where clients find it over TLS, such as {@code rediss://127.0.0.1:12346}.
     *
     * @throws IllegalStateException if it was not started with {@link TestCertificates#serverOptions()}
     */
    public String tlsUri() {
        return "rediss://" + HOST + ":" + tlsPort();
    }

    /**
     * The port that it listens on for TLS, beside {@link #port()}.
     *
     * @throws IllegalStateException if it was not started with {@link TestCertificates#serverOptions()}
     */
    public int tlsPort() {
        if (!hasTls()) {
            throw new IllegalStateException(this + " was started without certificates");
        }
        return tlsPort;
    }

    boolean hasTls() {
        return tlsPort != 0;
    }

    /** The id of the process that runs, or that ran last; another one after each {@link #restart()}. */
    public long pid() {
        return process.pid();
    }

    /** The program that runs. */
    public RedisBinary binary() {
        return binary;
    }

    /** Whether it is Redis or Valkey. */
    public RedisBinary.Flavor flavor() {
        return binary.flavor();
    }

    /** The version of the program, such as {@code 7.0.15}. */
    public String version() {
        return binary.version();
    }

    Path directory() {
        return directory;
    }

    /** Whether the process exists; true for a paused one as well. */
    public boolean isRunning() {
        return process.isAlive();
    }

    /** What the server has logged since it was last started. */
    public String log() {
        return process.log();
    }

    /** A new connection to look at what the server holds; to be closed by the caller. It survives a restart. */
    public RedisProbe probe() {
        return RedisProbe.connect(uri());
    }

    /**
     * Shuts it down in order (SIGTERM), and returns when it is gone; kills it after 15 s. With the option
     * {@code appendonly yes} its data is there again after {@link #restart()}. Does nothing if it does not run.
     */
    public void stop() {
        change(() -> {
            if (process.isAlive()) {
                process.signal("CONT"); // a suspended process would not hear of its end
                process.terminate();
            }
        });
    }

    /** Ends it at once, as a crash does (SIGKILL), and returns when it is gone. Does nothing if it does not run. */
    public void kill() {
        change(() -> process.kill());
    }

    /**
     * Starts it again, on the same port and in the same directory, and returns when it answers. Shuts it down first, as
     * {@link #stop()} does, if it runs.
     *
     * @throws IllegalStateException if it is closed, if its port was taken while it was down, or if it does not come up;
     *     the message has its log
     */
    public void restart() {
        stop();
        change(() -> {
            if (closed) {
                throw new IllegalStateException(this + " is closed; start a new one");
            }
            process = ServerProcess.launch(binary, directory, command(arguments), port);
            if (!process.awaitReady()) {
                throw new IllegalStateException(
                        "port " + port + " was taken by another process while the server was down");
            }
        });
    }

    /**
     * Suspends it (SIGSTOP): the system still accepts connections for it, and nothing is answered until {@link #resume()}.
     *
     * @throws IllegalStateException if it does not run
     */
    public void pause() {
        change(() -> process.signal("STOP"));
    }

    /**
     * Lets a paused server go on (SIGCONT); it then answers what has arrived meanwhile.
     *
     * @throws IllegalStateException if it does not run
     */
    public void resume() {
        change(() -> process.signal("CONT"));
    }

    /** Ends it, running, paused or stopped, and removes its files. Does nothing when closed before. */
    @Override
    public void close() {
        change(() -> {
            if (!closed) {
                closed = true;
                process.kill();
                Workspace.get().delete(directory);
                FreePorts.release(port);
                FreePorts.release(tlsPort);
            }
        });
    }

    private void change(Runnable action) {
        lifecycle.lock();
        try {
            action.run();
        } finally {
            lifecycle.unlock();
        }
    }

    /** Which server, where, and its process id. */
    @Override
    public String toString() {
        return binary.name() + " at " + uri() + " (pid " + pid() + ")";
    }
}
