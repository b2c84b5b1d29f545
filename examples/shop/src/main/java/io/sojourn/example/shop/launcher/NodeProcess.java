package io.sojourn.example.shop.launcher;

import io.sojourn.example.shop.ShopNode;
import io.sojourn.example.shop.settings.NodeSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One node as a process of its own. What it prints appears here, each line with the node's name. */
final class NodeProcess {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int HEALTH_MILLIS = 2_000;

    // Small nodes that start fast: four of them share a laptop with everything else on it.
    private static final List<String> JVM_FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Xmx256m",
            // Otherwise a killed node leaves a file of performance data behind.
            "-XX:-UsePerfData",
            "-Djava.awt.headless=true");

    private final NodeSettings settings;
    private final Process process;
    private final Thread printer;
    private volatile String lastLine = "";

    private NodeProcess(NodeSettings settings, Process process) {
        this.settings = settings;
        this.process = process;
        this.printer = new Thread(this::print, settings.name() + "-output");
        printer.setDaemon(true);
        printer.start();
    }

    /** Starts it, and does not wait for it. */
    static NodeProcess start(NodeSettings settings) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_FLAGS);
        command.addAll(settings.jvmArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ShopNode.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(NodeSettings.REDIS_VARIABLE, settings.redis());
        try {
            return new NodeProcess(settings, builder.start());
        } catch (IOException e) {
            throw new CannotStartException("could not start " + settings.name() + ": " + e.getMessage());
        }
    }

    private void print() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                lastLine = line;
                System.out.println("[" + label() + "] " + line);
            }
        } catch (IOException e) {
            lastLine = "its output broke off: " + e.getMessage();
        }
    }

    /** Waits until it answers. */
    void awaitHealthy() throws InterruptedException {
        long start = System.nanoTime();
        while (!isHealthy()) {
            if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                printer.join(1_000);
                throw new CannotStartException(label() + " did not start: " + lastLine);
            }
            if (System.nanoTime() - start > START_LIMIT.toNanos()) {
                throw new CannotStartException(
                        label() + " did not answer at " + url() + " within " + START_LIMIT.toSeconds() + " s");
            }
        }
    }

    private boolean isHealthy() {
        try {
            HttpURLConnection health =
                    (HttpURLConnection) URI.create(url() + "health").toURL().openConnection(Proxy.NO_PROXY);
            health.setConnectTimeout(HEALTH_MILLIS);
            health.setReadTimeout(HEALTH_MILLIS);
            try {
                return health.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                health.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** For people, such as {@code node 1}. */
    String label() {
        return "node " + settings.number();
    }

    String url() {
        return "http://127.0.0.1:" + settings.port() + "/";
    }

    long pid() {
        return process.pid();
    }

    /** Calls back, in some thread, when it has ended, with how it did. */
    void onEnd(Consumer<String> told) {
        CompletableFuture<Void> unused = process.onExit().thenAcceptAsync(ended -> {
            int code = ended.exitValue();
            // As a shell counts: a signal's number above 128.
            told.accept(code > 128 ? "was ended by signal " + (code - 128) : "has ended with exit code " + code);
        });
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it at once (SIGKILL). */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Sends a signal by its name, such as {@code STOP}; Java itself knows TERM and KILL only. */
    void signal(String name) {
        try {
            // The shell's own kill: a slim system has no such program.
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("could not send SIG" + name + " to " + label());
            }
        } catch (IOException e) {
            throw new IllegalStateException("could not send SIG" + name + " to " + label(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Tells it to stop. */
    void terminate() {
        process.toHandle().destroy(); // Not process.destroy(), which closes its output as well.
    }

    /** Ends it unless it ends by itself before then. */
    void killAfter(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            process.destroyForcibly().waitFor();
        }
        printer.join(1_000); // So that its last words come before ours.
    }
}
