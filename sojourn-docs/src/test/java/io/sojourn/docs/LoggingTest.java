package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/** What {@code docs/logging.md} says of Logback, Log4j and Spring Boot; and the first line has the version. */
class LoggingTest {

    /** A machine that is busy may take longer than users should wait. */
    private static final String PATIENT = "?timeout=30s";

    /** Has Sojourn log at the start, and writes a line of its own, in a process that has its own class path. */
    static class Program {

        public static void main(String[] arguments) throws IOException {
            try (RedisStore store = RedisStore.connect(arguments[0])) {
                store.ping();
                System.getLogger("io.sojourn.redis").log(System.Logger.Level.DEBUG, "The time is {0}.", "noon");
                System.in.read(); // Until the test has seen what it looks for.
            }
        }
    }

    /** The same in an application, for which nothing but the level is set up. */
    static class Application {

        public static void main(String[] arguments) throws IOException {
            SpringApplication application = new SpringApplication(Application.class);
            application.setWebApplicationType(WebApplicationType.NONE);
            try (ConfigurableApplicationContext context = application.run("--logging.level.io.sojourn=debug")) {
                assertThat(context.isActive()).isTrue();
                Program.main(arguments);
            }
        }
    }

    @TempDir
    Path folder;

    /** Waits for two lines of the program, which runs with the class path of this test, without some jars and with some more. */
    private void run(Class<?> program, String without, List<Path> more, List<String> options, String... expected)
            throws Exception {
        String path = Stream.concat(
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                                .filter(entry ->
                                        !Path.of(entry).getFileName().toString().matches(without)),
                        more.stream().map(Path::toString))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        try (RedisServer redis = RedisServers.start()) {
            command.addAll(List.of("-cp", path, program.getName(), redis.uri() + PATIENT));
            Path printed = folder.resolve("printed");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(printed.toFile())
                    .start();
            try {
                await().atMost(2, TimeUnit.MINUTES)
                        .failFast(() -> assertThat(process.isAlive())
                                .as(() -> text(printed))
                                .isTrue())
                        .untilAsserted(() -> {
                            for (String line : expected) {
                                assertThat(text(printed)).containsPattern("(?m)" + line);
                            }
                        });
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void bridgeThatThePageNamesSendsTheLinesToLog4j() throws Exception {
        Path built = Path.of(LoggingTest.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolveSibling("log4j");
        List<Path> jars;
        try (Stream<Path> files = Files.list(built)) {
            jars = files.sorted().toList();
        }
        Matcher version = Pattern.compile("<artifactId>log4j-jpl</artifactId>\\s*<version>([\\d.]+)<")
                .matcher(Page.named("docs/logging.md").text());
        assertThat(version.find()).isTrue();
        assertThat(jars)
                .extracting(jar -> jar.getFileName().toString())
                .contains("log4j-jpl-" + version.group(1) + ".jar");

        Path configuration = Files.writeString(folder.resolve("log4j2.xml"), """
                <Configuration>
                  <Appenders><Console name="console"><PatternLayout pattern="%p of %c: %m%n"/></Console></Appenders>
                  <Loggers>
                    <Logger name="io.sojourn" level="debug"/>
                    <Root level="warn"><AppenderRef ref="console"/></Root>
                  </Loggers>
                </Configuration>
                """);
        run(
                Program.class,
                "(slf4j|logback|log4j|jul-to|jcl-over).*",
                jars,
                List.of("-Dlog4j2.configurationFile=" + configuration),
                "^INFO of io\\.sojourn\\.redis: Sessions are in 127\\.0\\.0\\.1:",
                "^DEBUG of io\\.sojourn\\.redis: The time is noon\\.$");
    }

    @Test
    void springBootSendsTheLinesToLogbackWithoutABridgeAndSetsTheirLevel() throws Exception {
        run(
                Application.class,
                "slf4j-jdk-platform-logging.*",
                List.of(),
                List.of(),
                " INFO .* io\\.sojourn\\.redis +: Sessions are in 127\\.0\\.0\\.1:",
                "DEBUG .* io\\.sojourn\\.redis +: The time is noon\\.$");
    }

    @Test
    void bridgeThatThePageNamesSendsTheLinesToLogback() {
        assertThat(Page.named("docs/logging.md").text())
                .contains("<artifactId>slf4j-jdk-platform-logging</artifactId>");
        Logger logger = (Logger) LoggerFactory.getLogger("io.sojourn.redis");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try (RedisServer redis = RedisServers.start();
                RedisStore store = RedisStore.connect(redis.uri() + PATIENT)) {
            store.ping();
            String version = RedisStore.class.getPackage().getImplementationVersion();
            await().untilAsserted(() -> assertThat(List.copyOf(lines.list))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(line -> line.startsWith("Sessions are in 127.0.0.1:" + redis.port())
                            && (version == null || line.endsWith("; Sojourn " + version))));
        } finally {
            logger.detachAppender(lines);
        }
    }

    /** The build packs it before this test runs; an editor that runs the test from classes has none. */
    @Test
    void jarsNameTheirVersion() {
        boolean packed = RedisStore.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath()
                .endsWith(".jar");
        assertThat(RedisStore.class.getPackage().getImplementationVersion() != null)
                .isEqualTo(packed);
    }
}
