package io.sojourn.example.shop;

import static org.awaitility.Awaitility.await;

import io.sojourn.example.shop.launcher.ShopDemo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The demonstration, run as its users run it: a process with arguments and output. */
final class DemoProcess implements AutoCloseable {

    private static final Pattern NODE_PROCESS = Pattern.compile("\\(process (\\d+)\\)");

    private final List<String> output = new CopyOnWriteArrayList<>();
    private final Process process;
    private final CompletableFuture<Void> reader;
    private final Path temporary;

    private DemoProcess(Path temporary, Map<String, String> environment, List<String> arguments) {
        this.temporary = temporary;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                ShopDemo.class.getName()));
        command.addAll(arguments);
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        reader = CompletableFuture.runAsync(this::read, task -> {
            Thread thread = new Thread(task, "demo-output");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(output::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it, and does not wait. What it writes to disk, it writes into a directory of its own. */
    static DemoProcess run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private static DemoProcess run(Map<String, String> environment, String... arguments) {
        try {
            return new DemoProcess(Files.createTempDirectory("shop-test-"), environment, List.of(arguments));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it with that many nodes on ports that are free, and returns when it is open. */
    static Running open(int nodes, String... arguments) {
        return open(nodes, Map.of(), arguments);
    }

    /** The same with more in its environment. */
    static Running open(int nodes, Map<String, String> environment, String... arguments) {
        int port = freePorts(nodes); // and the one before, which is the shop's
        List<String> all = new ArrayList<>(List.of("--nodes", "" + nodes, "--port", "" + port));
        all.addAll(List.of(arguments));
        DemoProcess demo = run(environment, all.toArray(String[]::new));
        try {
            demo.awaitLine("Stop with Ctrl-C");
        } catch (RuntimeException e) {
            demo.close();
            throw e;
        }
        return new Running(
                demo,
                IntStream.range(port, port + nodes)
                        .mapToObj(each -> "http://127.0.0.1:" + each)
                        .toList(),
                "http://127.0.0.1:" + (port - 1));
    }

    /** A demonstration that is open, and the addresses of its nodes and of the balancer before them. */
    record Running(DemoProcess demo, List<String> nodes, String address) implements AutoCloseable {

        /** The address of a node, from 1. */
        String node(int number) {
            return nodes.get(number - 1);
        }

        @Override
        public void close() {
            demo.close();
        }
    }

    /** The first of so many, of which the one before is free, too. Below the range of outgoing connections, so that none of them takes the port in the meantime. */
    static int freePorts(int count) {
        while (true) {
            int first = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            if (IntStream.range(first - 1, first + count).allMatch(DemoProcess::isFree)) {
                return first;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    void awaitLine(String part) {
        await("\"" + part + "\" in the output").atMost(Duration.ofSeconds(60)).until(() -> {
            if (output.stream().anyMatch(line -> line.contains(part))) {
                return true;
            }
            if (!process.isAlive()) {
                throw new IllegalStateException("it ended: " + output);
            }
            return false;
        });
    }

    List<String> output() {
        return output;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** The nodes' processes, in order. */
    List<ProcessHandle> nodes() {
        return output.stream()
                .flatMap(line -> NODE_PROCESS.matcher(line).results())
                .map((MatchResult found) ->
                        ProcessHandle.of(Long.parseLong(found.group(1))).orElseThrow())
                .toList();
    }

    /** Everything that it has started, directly or not. */
    List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    /** The files that it has left. */
    List<Path> files() {
        try (var tree = Files.walk(temporary)) {
            return tree.filter(path -> !path.equals(temporary)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for its end, and gives its exit code. */
    int awaitExit() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("it does not end: " + output);
            }
            reader.get(5, TimeUnit.SECONDS);
            return process.exitValue();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.toHandle().destroy(); // Not process.destroy(), which closes its output as well.
        awaitExit();
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw new UncheckedIOException("it left files", e);
        }
    }
}
