package io.sojourn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Starts a JVM that starts servers and never closes them, and ends that JVM in every way there is. */
class JvmEndTest {

    @Test
    void aJvmThatEndsByItselfLeavesNothingAtThatMoment() throws Exception {
        Left left = run("exit", process -> {});
        assertThat(left.ports()).noneMatch(JvmEndTest::isOpen);
        assertThat(Files.exists(left.directory())).isFalse();
    }

    @Test
    void aJvmThatIsTerminatedLeavesNothingAtThatMoment() throws Exception {
        Left left = run("wait", Process::destroy);
        assertThat(left.ports()).noneMatch(JvmEndTest::isOpen);
        assertThat(Files.exists(left.directory())).isFalse();
    }

    @Test
    void aJvmThatIsKilledLeavesNothingEither() throws Exception {
        Left left = run("wait", Process::destroyForcibly);
        await().untilAsserted(() -> {
            assertThat(left.ports()).noneMatch(JvmEndTest::isOpen);
            assertThat(Files.exists(left.directory())).isFalse();
        });
    }

    private interface End {
        void accept(Process process);
    }

    private record Left(List<Integer> ports, Path directory) {}

    private static Left run(String mode, End end) throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        rootOf(RedisServers.class) + File.pathSeparator + rootOf(Leaver.class),
                        Leaver.class.getName(),
                        RedisServers.preferred().path().toString(),
                        mode)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = jvm.inputReader(StandardCharsets.UTF_8)) {
            List<Integer> ports = List.of(Integer.valueOf(out.readLine()), Integer.valueOf(out.readLine()));
            Path directory = Path.of(out.readLine());
            assertThat(directory.getFileName().toString()).startsWith("sojourn-testkit-");
            if (mode.equals("wait")) {
                assertThat(ports).allMatch(JvmEndTest::isOpen);
                assertThat(directory).isDirectory();
            }
            end.accept(jvm);
            assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Left(ports, directory);
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** Tells it by the port: a process that ended may linger in the list until somebody asks for its exit code. */
    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static Path rootOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** Starts a server that runs and one that is paused, says where, and leaves them alone. */
    static final class Leaver {

        private Leaver() {}

        public static void main(String[] arguments) throws IOException {
            RedisBinary binary = RedisBinary.of(Path.of(arguments[0]));
            RedisServer running = RedisServers.start(binary);
            RedisServer paused = RedisServers.start(binary);
            paused.pause();
            System.out.println(running.port() + "\n" + paused.port() + "\n"
                    + running.directory().getParent());
            if (arguments[1].equals("wait")) {
                System.in.read();
            }
        }
    }
}
