package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Each list of rights in the pages is tried by a test, here or elsewhere. */
class ListedRightsTest {

    private static final Path DOCS = Path.of("..", "docs");

    private static final Pattern LIST =
            Pattern.compile("ACL SETUSER .*\\+[a-z]|\\| (`~` and their prefix, )?`\\+[a-z]|(needs?|and) `\\+[a-z]");

    /** For each list of rights in a page, the test that runs with a user who has just these rights. */
    @Test
    void listsAreThoseThatATestTries() throws IOException {
        List<String> found;
        try (Stream<Path> pages = Files.walk(DOCS);
                Stream<Path> others = Files.list(Path.of(".."))) {
            found = Stream.concat(pages, others)
                    .filter(page -> page.toString().endsWith(".md"))
                    .flatMap(page -> lines(page).stream()
                            .filter(line -> LIST.matcher(line).find())
                            .map(line -> page.getFileName().toString()))
                    .sorted()
                    .toList();
        }
        assertThat(found)
                .containsExactly(
                        "TROUBLESHOOTING.md", // RightsTest
                        "admin.md", // AdminRightsTest of sojourn-admin
                        "admin.md", // Events of all nodes: AdminRightsTest
                        "admin.md", // What redis.md lists for endEvents, too: RightsTest
                        "command-line.md", // AdminRightsTest
                        "moving-from-spring-session.md", // SpringSessionMoveScenarios
                        "operations.md", // +info and +time, which every list has.
                        "redis.md", // One server: RightsTest
                        "redis.md", // A cluster: RightsTest
                        "redis.md", // The near cache: RightsTest
                        "redis.md", // durability: below
                        "redis.md", // clientName: RightsTest
                        "redis.md", // endEvents: RightsTest
                        "redis.md", // endEventsOnEveryNode: RightsTest
                        "redis.md", // Sessions of ring-redis-session: connection_test.clj, which has them from ring.md.
                        "redis.md", // Sentinels: CredentialsTest
                        "ring.md", // connection_test.clj, and the four below
                        "ring.md",
                        "ring.md",
                        "ring.md",
                        "ring.md");
        assertThat(RightsTest.found(DOCS.resolve("ring.md"), "\\| the move, and names of your own \\| `([^`]+)`"))
                .isEqualTo(RightsTest.found(DOCS.resolve("redis.md"), "their prefix, `(\\+[^`]+)`"));
    }

    private static List<String> lines(Path page) {
        try {
            return Files.readAllLines(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void rightOfTheTableIsEnoughForDurability() {
        String rights = RightsTest.documented("one server") + " " + RightsTest.addition("`durability`");
        try (RedisServer server = RedisServers.start("repl-diskless-sync-delay 0", "user shop on >tea " + rights);
                RedisServer replica = RedisServers.start("replicaof 127.0.0.1 " + server.port());
                RedisProbe probe = server.probe();
                RedisStore durable = RedisStore.builder()
                        .uri(server.uri().replace("://", "://shop:tea@"))
                        .timeout(Duration.ofSeconds(10))
                        .durability(1, Duration.ofSeconds(10))
                        .connect()) {
            Awaitility.await()
                    .until(() ->
                            String.valueOf(probe.call("INFO", "replication")).contains("state=online"));
            SessionId id = newId();
            answer(new Calls(durable).create(id));
            assertThat(answer(new Calls(durable).load(id))).isPresent();
            try (RedisProbe copy = replica.probe()) {
                assertThat(copy.keys()).hasSize(1);
            }
            assertThat(String.valueOf(probe.call("ACL", "LOG"))).isEqualTo("[]");
        }
    }
}
