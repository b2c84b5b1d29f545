package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.StoreHealth;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where Redis is and who we are: what a URI and the builder take, and that no password shows anywhere. */
class ConnectingTest {

    private static final RedisServer SERVER = RedisServers.start();

    private final RedisProbe probe = SERVER.probe();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @AfterEach
    void withoutPassword() {
        probe.call("CONFIG", "SET", "requirepass", "");
        probe.close();
    }

    private static void assertWorks(RedisStore store) {
        SessionId id = newId();
        assertThat(answer(new Calls(store).create(id))).isEqualTo(CommitResult.APPLIED);
        assertThat(answer(new Calls(store).delete(id))).isTrue();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "simple",
                "p@ss:w/o?r#d",
                "100%",
                "a+b c",
                "\u00e4\u6ce8\ud83d\uded2",
                "'\"\\",
                "[]{}",
                "%41",
                "&timeout=1h"
            })
    void aPasswordMayHoldAnyCharacter(String password) {
        probe.call("CONFIG", "SET", "requirepass", password);
        try (RedisStore store =
                RedisStore.connect("redis://:" + encoded(password) + "@127.0.0.1:" + SERVER.port() + "/0")) {
            assertWorks(store);
            assertThat(store.toString()).doesNotContain(password).contains("127.0.0.1:" + SERVER.port());
        }
        try (RedisStore store =
                RedisStore.builder().uri(SERVER.uri()).password(password).connect()) {
            assertWorks(store);
        }
    }

    @Test
    void connectionsHaveTheNameThatTheyAreGiven() {
        try (RedisServer server = RedisServers.start();
                RedisStore store = RedisStore.builder()
                        .uri(server.uri())
                        .clientName("shop-1")
                        .connect();
                RedisProbe probe = server.probe()) {
            store.ping();
            assertThat(String.valueOf(probe.call("CLIENT", "LIST"))).contains(" name=shop-1 ");
        }
        assertThatThrownBy(() -> RedisStore.builder().clientName("shop 1")).hasMessageContaining("clientName");
    }

    @Test
    void aUserMayBeNamedInTheUri() {
        probe.call("ACL", "SETUSER", "shop:1", "reset", "on", ">pa:ss", "~*", "+@all");
        try (RedisStore store = RedisStore.connect("redis://shop%3A1:pa%3Ass@127.0.0.1:" + SERVER.port())) {
            assertWorks(store);
        }
        probe.call("ACL", "DELUSER", "shop:1");
    }

    @Test
    void theDatabaseIsTheOneThatIsNamed() {
        SessionId id = newId();
        try (RedisStore inUri = RedisStore.connect(SERVER.uri() + "/7");
                RedisStore inBuilder =
                        RedisStore.builder().uri(SERVER.uri()).database(8).connect();
                RedisProbe seventh = RedisProbe.connect(SERVER.uri() + "/7")) {
            answer(new Calls(inUri).create(id));
            assertThat(seventh.keys()).containsExactly("sojourn:" + id);
            assertThat(probe.keys()).doesNotContain("sojourn:" + id);
            assertThat(answer(new Calls(inBuilder).load(id))).isEmpty();
        }
    }

    @Test
    void hostAndPortMayBeGivenApart() {
        try (RedisStore store =
                RedisStore.builder().host("127.0.0.1").port(SERVER.port()).connect()) {
            assertWorks(store);
        }
    }

    @Test
    void storesOfDifferentPrefixesDoNotMeet() {
        SessionId id = newId();
        try (RedisStore shop =
                        RedisStore.builder().uri(SERVER.uri()).prefix("shop").connect();
                RedisStore tagged = RedisStore.builder()
                        .uri(SERVER.uri())
                        .prefix("{shop}:v2")
                        .connect()) {
            answer(new Calls(shop).create(id));
            assertThat(answer(new Calls(tagged).load(id))).isEmpty();
            assertThat(answer(new Calls(tagged).create(id))).isEqualTo(CommitResult.APPLIED);
            assertThat(answer(new Calls(tagged).delete(id))).isTrue();
            assertThat(answer(new Calls(shop).load(id))).isPresent();
            assertThat(probe.keys()).contains("shop:" + id).doesNotContain("{shop}:v2:" + id);
        }
    }

    @Test
    void aTimeoutInTheUriCounts() {
        try (RedisStore store = RedisStore.connect(SERVER.uri() + "?timeout=150ms")) {
            SERVER.pause();
            assertThatThrownBy(() -> answer(new Calls(store).load(newId()))).hasMessageContaining("within 150 ms");
        } finally {
            SERVER.resume();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:6379",
                "http://localhost",
                "redis:localhost",
                "redis:/localhost",
                "redis://:s3cret@host with spaces",
                "redis://:s3cret%@host",
                "redis://:s3cret@host:99999",
                "redis://:s3cret@host:port",
                "redis://:s3cret@host/database",
                "rediss-sentinel://:s3cret@host",
                "redis://:s3cret@",
                "redis://:s3cret@host:6379/-1",
                "redis://:s3cret@host?timeout=soon",
                "redis://:s3cret@host?timeout=",
                "REDIS://:s3cret@host",
                "redis://:s3cret@host:",
                "redis://:s3cret@host:0x10",
                "redis://:s3cret@[::1",
                "redis://:s3cret@host1,host2",
                "redis-sentinel://:s3cret@host:26379",
                "redis-sentinel://:s3cret@host:26379/0#",
                "redis-cluster://:s3cret@host1,,host2",
                "redis-cluster://:s3cret@",
                "redis-cluster://:s3cret@host/zero",
                "redis-socket://s3cret",
                "redis-socket:///",
                "redis://"
            })
    void aUriThatMakesNoSenseIsRefusedWithoutRepeatingIt(String uri) {
        assertThatThrownBy(() -> RedisStore.connect(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(thrown -> {
                    assertThat(Throwables.getStackTrace(thrown)).doesNotContain("s3cret");
                    assertThat(thrown).hasMessageContaining("://");
                });
    }

    @Test
    void valuesOutOfRangeAreRefusedByName() {
        RedisStoreBuilder builder = RedisStore.builder();
        for (int port : new int[] {0, -1, 65_536}) {
            assertThatThrownBy(() -> builder.port(port))
                    .hasMessageContaining("port")
                    .hasMessageContaining("" + port);
        }
        assertThatThrownBy(() -> builder.database(-1)).hasMessageContaining("database");
        for (Duration timeout :
                List.of(Duration.ZERO, Duration.ofMillis(9), Duration.ofMinutes(11), Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> builder.timeout(timeout)).hasMessageContaining("timeout");
        }
        for (String prefix : List.of("", " ", "a b", "a\n", "\u00e4", "a\0")) {
            assertThatThrownBy(() -> builder.prefix(prefix)).hasMessageContaining("prefix");
        }
        assertThatCode(() -> builder.port(1)
                        .port(65_535)
                        .database(0)
                        .timeout(Duration.ofMillis(10))
                        .prefix("a"))
                .doesNotThrowAnyException();
    }

    @Test
    void aServerThatTurnsUsAwayIsNamedAndThePasswordIsNot() {
        probe.call("CONFIG", "SET", "requirepass", "another");
        try (RedisStore store = RedisStore.connect("redis://:s3cret@127.0.0.1:" + SERVER.port())) {
            assertThatThrownBy(store::ping)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("127.0.0.1:" + SERVER.port())
                    .satisfies(thrown ->
                            assertThat(Throwables.getStackTrace(thrown)).doesNotContain("s3cret"));
            assertThat(store.toString()).doesNotContain("s3cret");
        }
    }

    /** Such a server repeats what came with the command that it does not know. */
    @Test
    void aServerThatDoesNotKnowAuthDoesNotMakeUsSayThePassword() {
        try (RedisServer server =
                        RedisServers.start("rename-command AUTH nobody-calls-it-so", "rename-command HELLO nor-this");
                LogLines log = new LogLines(server.port());
                RedisStore store = RedisStore.connect("redis://shop:s3cret@127.0.0.1:" + server.port())) {
            assertThatThrownBy(store::ping)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("unknown command")
                    .satisfies(thrown ->
                            assertThat(Throwables.getStackTrace(thrown)).doesNotContain("s3cret"));
            assertThat(store.health().reason()).contains("unknown command").doesNotContain("s3cret");
            assertThat(log.lines())
                    .anySatisfy(line -> assertThat(line).contains("unknown command"))
                    .allSatisfy(line -> assertThat(line).doesNotContain("s3cret"));
        }
    }

    @Test
    void aServerThatIsNoClusterIsToldInOneLineWithWhatToDo() {
        try (LogLines log = new LogLines(SERVER.port());
                RedisStore store = RedisStore.connect("redis-cluster://127.0.0.1:" + SERVER.port())) {
            assertThat(store.health().reason())
                    .contains("This instance has cluster support disabled")
                    .doesNotContain("\n");
            assertThat(log.lines())
                    .anySatisfy(line -> assertThat(line)
                            .contains("the server is no cluster")
                            .contains("redis://"))
                    .allSatisfy(line -> assertThat(line).doesNotContain("\n"));
        }
    }

    @Test
    void theFirstOperationWaitsForAConnectionThatIsMadeInTheBackground() {
        try (RedisStore store = RedisStore.builder().uri(SERVER.uri()).connectInBackground()) {
            assertWorks(store);
        }
    }

    @Test
    void healthWaitsForAConnectionThatIsMadeInTheBackground() {
        try (RedisStore store = RedisStore.builder().uri(SERVER.uri()).connectInBackground()) {
            assertThat(store.health().state()).isEqualTo(StoreHealth.State.UP);
        }
        try (RedisStore store = RedisStore.builder().host("127.0.0.1").port(1).connectInBackground()) {
            assertThat(store.health().state()).isEqualTo(StoreHealth.State.DOWN);
            assertThat(store.health().reason()).contains("127.0.0.1:1").doesNotContain("still connecting");
        }
    }

    @Test
    void theFirstWriteWaitsForBothConnectionsThatDurabilityNeeds() {
        try (RedisStore store = RedisStore.builder()
                .uri(SERVER.uri())
                .durability(1, Duration.ofMillis(1))
                .connectInBackground()) {
            CompletableFuture<CommitResult> write = new Calls(store).create(newId());
            assertThatThrownBy(() -> answer(write)).hasMessageContaining("but 0 of 1");
        }
    }

    @Test
    void aStoreMayBeClosedWhileItConnects() {
        RedisStore store = RedisStore.builder().uri(SERVER.uri()).connectInBackground();
        store.close();
        assertThatThrownBy(store::ping).hasMessageContaining("closed");
        assertThat(store.health().reason()).contains("closed");
    }
}
