package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.agent.RuntimeHintsAgent;

/**
 * The hints for native images name every class, method and resource that this library uses by reflection. An application runs in
 * a JVM of its own under Spring's agent, which records those calls.
 */
@SuppressWarnings("removal") // Spring removes the agent once GraalVM has one.
class NativeHintsTest {

    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void eachReflectiveCallHasItsHint(String server, @TempDir Path folder) throws Exception {
        String agent = Path.of(RuntimeHintsAgent.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        Path log = folder.resolve("output.txt");
        try (RedisServer redis = RedisServers.start()) {
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Dspring.devtools.restart.enabled=false",
                            "-javaagent:" + agent + "=+io.sojourn",
                            "-cp",
                            System.getProperty("java.class.path"),
                            RecordedApplication.class.getName(),
                            server,
                            Integer.toString(redis.port())))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            boolean ended = process.waitFor(100, TimeUnit.SECONDS);
            process.destroyForcibly();
            String output = Files.readString(log);
            assertThat(ended).as(output).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            assertThat(output).contains(RecordedApplication.DONE);
        }
    }
}
