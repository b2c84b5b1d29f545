package io.sojourn.servlet.balancer;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** A load balancer: a program in the foreground, in a directory of its own, on a free port of 127.0.0.1. */
final class Balancer implements AutoCloseable {

    private static final int ATTEMPTS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Ends the program when its own input ends, as it does at the latest with this JVM; ends when the program does. */
    private static final String GUARD = """
            trap '' HUP INT
            exec 3<&0
            "$@" 3<&- &
            program=$!
            { read -r line <&3; kill $program; } &
            wait $program
            """;

    private final Process process;
    private final int port;
    private final Path output;

    private Balancer(Process process, int port, Path output) {
        this.process = process;
        this.port = port;
        this.output = output;
    }

    /** Where the program is: on the PATH, or where Debian puts such programs. */
    static Optional<Path> program(String name) {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts it, and returns when it takes connections.
     *
     * @param configuration its configuration for a port
     * @param command how it is started; the configuration is the file {@code balancer.conf} in the directory
     */
    static Balancer start(Path directory, IntFunction<String> configuration, List<String> command) throws IOException {
        Path output = directory.resolve("output");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000); // Below the ports of outgoing connections.
            if (accepts(port)) {
                continue;
            }
            Files.writeString(directory.resolve("balancer.conf"), configuration.apply(port));
            ProcessBuilder builder = new ProcessBuilder("sh", "-c", GUARD, "balancer").directory(directory.toFile());
            builder.command().addAll(command);
            Balancer balancer = new Balancer(
                    builder.redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start(),
                    port,
                    output);
            if (balancer.isUp()) {
                return balancer;
            }
            balancer.close();
        }
        throw new AssertionError(command + " does not start: " + Files.readString(output));
    }

    /** Whether it takes connections. If not, it has ended: the port was taken in between, or it does not like its configuration. */
    private boolean isUp() {
        await().atMost(PATIENCE).until(() -> !process.isAlive() || accepts(port));
        return process.isAlive();
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** What it has written to its output so far. */
    String output() throws IOException {
        return Files.readString(output, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> all = process.descendants().toList();
        process.getOutputStream().close();
        try {
            await().atMost(PATIENCE).until(() -> !process.isAlive());
        } finally {
            all.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
