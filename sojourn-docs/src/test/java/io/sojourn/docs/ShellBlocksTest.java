package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.config.EnvironmentNames;
import io.sojourn.config.SessionConfig;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.text.TextSettings;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.tink.EncryptedStore;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command of the pages is run by this test or by another one, or stands here with the reason why no test runs it. */
class ShellBlocksTest {

    private static final String HERE = "sojourn-docs/src/test/java/io/sojourn/docs/ShellBlocksTest.java";
    private static final String COMMAND_LINE = "sojourn-cli/src/test/java/io/sojourn/cli/";
    private static final String SHOP = "examples/shop/src/test/java/io/sojourn/example/shop/";
    private static final String RELEASE = ".ci/TryRelease.java"; // ./check runs it by ./release --try.

    /** How commands of a page that begin so are tried. */
    private record Rule(String page, String begins, String test, String reason) {

        boolean isFor(Page other, String command) {
            return other.name().equals(page) && command.startsWith(begins);
        }
    }

    /** The test reads the page and runs the command. */
    private static Rule read(String page, String begins, String test) {
        return new Rule(page, begins, test, "");
    }

    /** The test does the same, and does not read it from the page. */
    private static Rule same(String page, String begins, String test, String how) {
        return new Rule(page, begins, test, how);
    }

    private static Rule notRun(String page, String begins, String reason) {
        return new Rule(page, begins, "", reason);
    }

    private static final List<Rule> RULES = List.of(
            same(
                    "README.md",
                    "./demo",
                    SHOP + "DemoProcess.java",
                    "starts what the script starts, for all tests of the shop"),
            notRun("README.md", "./check", "It runs this test."),
            read("README.md", "mvn -q package", "sojourn-docs/src/test/java/io/sojourn/docs/StartTest.java"),
            read("README.md", "SOJOURN_REDIS_URI=", "sojourn-docs/src/test/java/io/sojourn/docs/StartTest.java"),
            notRun("CONTRIBUTING.md", "JAZZER_FUZZ=1 ./mvnw", "It looks for failing inputs until somebody stops it."),
            read("TROUBLESHOOTING.md", "ACL SETUSER", "sojourn-redis/src/test/java/io/sojourn/redis/RightsTest.java"),
            notRun("docs/benchmarks.md", "./bench", "It takes five minutes or twenty, and writes the pages anew."),
            read("docs/command-line.md", "mvn -q dependency:copy", RELEASE),
            read("docs/command-line.md", "mv sojourn-cli-all.jar", RELEASE),
            read("docs/command-line.md", "java -jar sojourn.jar --help", RELEASE),
            read("docs/command-line.md", "java -XX:", COMMAND_LINE + "CommandsOfThePageTest.java"),
            read("docs/command-line.md", "alias sojourn=", COMMAND_LINE + "CommandsOfThePageTest.java"),
            read("docs/command-line.md", "source <(", COMMAND_LINE + "CommandsOfThePageTest.java"),
            read("docs/command-line.md", "export SOJOURN_REDIS_URI=", COMMAND_LINE + "CommandsOfThePageTest.java"),
            read("docs/command-line.md", "read -rs", COMMAND_LINE + "CommandsOfThePageTest.java"),
            read("docs/command-line.md", "sojourn who", COMMAND_LINE + "CommandsOfThePageTest.java"),
            same(
                    "docs/console.md",
                    "sojourn console",
                    COMMAND_LINE + "ConsoleCommandTest.java",
                    "runs the jar with \"console\""),
            read("docs/encryption.md", "SOJOURN_ENCRYPTION_KEYSET_FILE=", HERE),
            read("docs/encryption.md", "java -cp …", HERE),
            read("docs/format.md", "redis-cli ", HERE),
            same(
                    "docs/servlet.md",
                    "SOJOURN_REDIS_URI=",
                    "sojourn-servlet/src/test/java/io/sojourn/servlet/war/WarTest.java",
                    "sets \"SOJOURN_REDIS_URI\" for a Tomcat"),
            read("docs/sessions.md", "curl ", SHOP + "DocumentedApiTest.java"),
            read("docs/sessions.md", "redis-cli ", SHOP + "DocumentedApiTest.java"),
            notRun("docs/spring-boot.md", "./mvnw ", "It is a part of the build that runs this test."),
            same(
                    "docs/spring-boot.md",
                    "java -jar ",
                    "examples/spring-boot/src/test/java/io/sojourn/example/springboot/TwoNodesTest.java",
                    "starts \"ShopApplication\" twice"),
            notRun(
                    "docs/start.md",
                    "docker ",
                    "There is no Docker where the tests run; they start a server of their own."),
            read("docs/start.md", "mvn ", RELEASE),
            read("docs/start.md", "cp ", RELEASE),
            read("docs/start.md", "SOJOURN_REDIS_URI=", RELEASE),
            read("docs/start.md", "clojure ", RELEASE),
            read("docs/start.md", "curl ", RELEASE),
            read("docs/start.md", "redis-cli ", HERE));

    @Test
    void everyCommandIsRunOrHasAReason() {
        List<String> without = new ArrayList<>();
        List<Rule> unused = new ArrayList<>(RULES);
        for (Page page : Page.all()) {
            for (String command : page.commands()) {
                List<Rule> rules =
                        RULES.stream().filter(rule -> rule.isFor(page, command)).toList();
                unused.removeAll(rules);
                if (rules.size() != 1) {
                    without.add(page.name() + ": " + command);
                }
            }
        }
        assertThat(without).isEmpty();
        assertThat(unused).isEmpty();
    }

    /** One that reads a page has its name; one that does the same has the words in quotation marks. */
    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        for (Rule rule : RULES) {
            if (rule.test().isEmpty()) {
                assertThat(rule.reason()).endsWith(".");
                continue;
            }
            String test = Files.readString(Page.PROJECT.resolve(rule.test()));
            if (rule.reason().isEmpty()) {
                assertThat(test).as(rule.test()).contains(Path.of(rule.page()).getFileName() + "\"");
            } else if (rule.reason().contains("\"")) {
                assertThat(test).as(rule.test()).contains(rule.reason().split("\"", -1)[1]);
            }
        }
    }

    private static String command(String page, String begins) {
        return Page.named(page).commands().stream()
                .filter(command -> command.startsWith(begins))
                .findFirst()
                .orElseThrow();
    }

    /** By bash, with the class path of this test. */
    private static String output(String command) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true);
        shell.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        shell.environment()
                .merge(
                        "PATH",
                        Path.of(System.getProperty("java.home"), "bin").toString(),
                        (all, java) -> java + ":" + all);
        Process process = shell.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
        return output;
    }

    @Test
    void keysetOfThePageOnEncryptionIsMadeAndEncrypts(@TempDir Path folder) throws Exception {
        String create = command("docs/encryption.md", "java -cp …")
                .replace(" -cp …", "")
                .replace("/etc/shop", folder.toString());
        assertThat(output(create)).startsWith("Made key ");
        assertThat(output(create.replace(" create ", " list "))).contains("primary");

        String[] setting =
                command("docs/encryption.md", "SOJOURN_ENCRYPTION_KEYSET_FILE=").split("=", 2);
        Map<String, String> environment =
                Map.of(setting[0], setting[1].replace("/etc/shop", folder.toString()), "SOJOURN_REDIS_URI", "memory:");
        TextSettings texts =
                TextSettings.of(EnvironmentNames.of(SessionConfig.names()).settings(environment));
        assertThat(new SessionConfig(texts).openStore()).isInstanceOf(EncryptedStore.class);
    }

    @Test
    void commandsOfRedisShowTheSession() throws Exception {
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "redis-cli")));
        assumeTrue(there, "Left out: redis-cli is not on the path");
        try (RedisServer redis = RedisServers.start();
                RedisStore store = RedisStore.connect(redis.uri())) {
            SessionManager sessions = SessionManager.create(store);
            Session session = sessions.create();
            session.set("visits", 1);
            sessions.save(session);
            String here = "redis-cli -p " + redis.port();
            assertThat(output(command("docs/start.md", "redis-cli ").replace("redis-cli", here)))
                    .isEqualToIgnoringNewLines("sojourn:" + session.id());
            String fields = command("docs/format.md", "redis-cli ")
                    .replace("redis-cli", here)
                    .replaceAll("sojourn:\\S+", "sojourn:" + session.id());
            assertThat(output(fields)).contains("\"r\"", "\"t\"", "\"v\"");
        }
    }
}
