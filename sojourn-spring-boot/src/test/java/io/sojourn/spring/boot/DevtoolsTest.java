package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spring Boot's devtools restart an application in its JVM with a new class loader when a class has changed. The user stays signed
 * in, and values in the session have the classes of the new loader.
 */
@EnabledIf(
        value = "io.sojourn.spring.boot.Node#isBoot4",
        disabledReason = "The tests on Spring Boot 3 have no devtools on their class path.")
class DevtoolsTest {

    private static final String TRIGGER = ".restart";

    /**
     * A process as a developer starts it. Devtools watch folders of the class path and reload the classes in them. An application
     * has this library in jars, which they leave alone; so its folders are excluded here.
     */
    private static Process start(RedisServer redis, Path folder) throws IOException {
        Path settings = Files.createDirectories(folder.resolve("META-INF")).resolve("spring-devtools.properties");
        Files.writeString(settings, "restart.exclude.libraries=.*/target(-quick)?/classes/\n");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(List.of(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        folder + File.pathSeparator + System.getProperty("java.class.path"),
                        DevtoolsApplication.class.getName(),
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--server.forward-headers-strategy=framework",
                        "--spring.main.banner-mode=off",
                        "--spring.data.redis.port=" + redis.port(),
                        "--sojourn.allowed-types=io.sojourn.spring.boot.app",
                        "--sojourn.redis.near-cache.enabled=true",
                        "--spring.devtools.livereload.enabled=false",
                        "--spring.devtools.restart.trigger-file=" + TRIGGER,
                        "--spring.devtools.restart.poll-interval=200ms",
                        "--spring.devtools.restart.quiet-period=100ms"))
                .redirectErrorStream(true)
                .start();
    }

    private static BlockingQueue<String> ports(Process process, List<String> output) {
        BlockingQueue<String> ports = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> {
            try (BufferedReader lines = process.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    output.add(line);
                    if (line.startsWith(DevtoolsApplication.PORT)) {
                        ports.add(line.substring(DevtoolsApplication.PORT.length()));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        reader.setDaemon(true);
        reader.start();
        return ports;
    }

    private static int next(BlockingQueue<String> ports, List<String> output) throws InterruptedException {
        return Integer.parseInt(Objects.requireNonNull(ports.poll(120, TimeUnit.SECONDS), output::toString));
    }

    @Test
    void sessionsOutliveARestartWithTheClassesOfTheNewLoader(@TempDir Path folder) throws Exception {
        try (RedisServer redis = RedisServers.start()) {
            Process process = start(redis, folder);
            List<String> output = new CopyOnWriteArrayList<>();
            try {
                BlockingQueue<String> ports = ports(process, output);
                Browser browser = Browser.at(next(ports, output));
                browser.signIn("ada", "secret");
                assertThat(browser.get("/private").body()).isEqualTo("hello ada");
                browser.submit("/public/cart", "item=tea");
                browser.submit("/public/order", "name=Ada");
                // The trigger alone does not count as a change.
                Files.writeString(folder.resolve("changed.properties"), "now");
                Files.writeString(folder.resolve(TRIGGER), "now");
                browser = browser.movedTo(next(ports, output));
                assertThat(browser.get("/private").body()).as(output.toString()).isEqualTo("hello ada");
                assertThat(browser.submit("/public/cart", "item=biscuits").body())
                        .as(output.toString())
                        .isEqualTo("[tea, biscuits]");
                browser.submit("/public/order", "street=Long Lane");
                assertThat(browser.get("/public/order").body()).isEqualTo("Ada, Long Lane");
                assertThat(output.toString())
                        .doesNotContain("ClassCastException")
                        .as("devtools' own default, of which the developer knows nothing")
                        .doesNotContain("server.servlet.session.persistent");
            } finally {
                process.destroy();
                process.waitFor();
            }
        }
    }
}
