package io.sojourn.testkit;

import io.sojourn.testkit.support.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One life of a server: the process from its start until it ends. A server that is restarted has several. */
final class ServerProcess {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);
    private static final long POLL_MILLIS = 10;
    // In the words of glibc and macOS, or of musl.
    private static final Pattern PORT_TAKEN = Pattern.compile("bind: Address (already )?in use");
    private static final int LOG_TAIL = 2_000;

    private final RedisBinary binary;
    private final int port;
    private final Path log;
    private final int logStart;
    private final Process process;

    private ServerProcess(RedisBinary binary, int port, Path log, int logStart, Process process) {
        this.binary = binary;
        this.port = port;
        this.log = log;
        this.logStart = logStart;
        this.process = process;
    }

    /**
     * Starts the server in its directory, and does not wait for it.
     *
     * @param arguments the configuration file, which lies in the directory, and what follows it
     */
    static ServerProcess launch(RedisBinary binary, Path directory, List<String> arguments, int port) {
        Path log = directory.resolve("server.log");
        try {
            int logStart = Files.exists(log) ? (int) Files.size(log) : 0;
            List<String> command = new ArrayList<>(List.of(binary.path().toString()));
            command.addAll(arguments);
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            Workspace.get().guard(process);
            return new ServerProcess(binary, port, log, logStart, process);
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + binary, e);
        }
    }

    /**
     * Waits until the server answers.
     *
     * @return false if it ended because somebody else listens on its port
     * @throws IllegalStateException if it ended for another reason, or does not answer in time; the message has its log
     */
    boolean awaitReady() {
        long start = System.nanoTime();
        while (!isReady()) {
            if (endsWithin(Duration.ofMillis(POLL_MILLIS))) {
                if (PORT_TAKEN.matcher(log()).find()) {
                    return false;
                }
                throw new IllegalStateException(binary + " ended with exit code " + process.exitValue()
                        + " when started on port " + port + "; " + logTail());
            }
            if (System.nanoTime() - start > START_LIMIT.toNanos()) {
                kill();
                throw new IllegalStateException(
                        binary + " did not answer on port " + port + " within " + START_LIMIT + "; " + logTail());
            }
        }
        return true;
    }

    private boolean isReady() {
        try (RespConnection connection = new RespConnection(RedisServer.HOST, port, PROBE_TIMEOUT)) {
            Object pong = connection.call(ascii("PING"));
            if (pong instanceof RedisReplyException refusal) {
                return refusal.code().equals("NOAUTH"); // a password was among the options
            }
            // In the moment before our server fails to bind, the one who has its port may answer in its stead.
            return pong != null && pong.equals("PONG") && isOurs(connection.call(ascii("INFO"), ascii("server")));
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isOurs(@Nullable Object info) {
        return info instanceof byte[] text
                && Pattern.compile("^process_id:" + process.pid() + "\\r?$", Pattern.MULTILINE)
                        .matcher(new String(text, StandardCharsets.UTF_8))
                        .find();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM, and waits; a server that does not go by itself is killed. */
    void terminate() {
        process.toHandle().destroy();
        if (!endsWithin(STOP_LIMIT)) {
            kill();
        }
    }

    /** SIGKILL, which a suspended process obeys as well, and waits. */
    void kill() {
        process.toHandle().destroyForcibly();
        if (!endsWithin(STOP_LIMIT)) {
            throw new IllegalStateException("process " + pid() + " of " + binary + " survived SIGKILL");
        }
    }

    /** Sends a signal by its name, such as {@code STOP}; Java itself knows TERM and KILL only. */
    void signal(String name) {
        if (!process.isAlive()) {
            throw new IllegalStateException(binary + " does not run any more, so it cannot be sent SIG" + name);
        }
        try {
            // The shell's own kill: a slim system has no such program.
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("could not send SIG" + name + " to " + binary + ": " + said.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not run sh", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending SIG" + name, e);
        }
    }

    private boolean endsWithin(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + binary, e);
        }
    }

    /** What this process has printed so far. */
    String log() {
        try {
            byte[] all = Files.readAllBytes(log);
            return new String(all, logStart, all.length - logStart, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("could not read the log of " + binary, e);
        }
    }

    private String logTail() {
        String text = log();
        return "its log ends with:\n" + text.substring(Math.max(0, text.length() - LOG_TAIL));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
