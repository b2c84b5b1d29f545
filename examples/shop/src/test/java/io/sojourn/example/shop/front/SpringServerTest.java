package io.sojourn.example.shop.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.example.shop.front.Comparison.Command;
import io.sojourn.example.shop.front.Comparison.Cost;
import io.sojourn.example.shop.settings.WorkDirectory;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Spring Session sends for the clicks of the shop, by Redis's own account. */
@SuppressWarnings("NullAway.Init") // set before all tests
class SpringServerTest {

    private static final String ADA = "abcdefghijklmnopqrstuv";
    private static final int DEFAULT = 0;
    private static final int INDEXED = 1;

    private static final WorkDirectory DIRECTORY = WorkDirectory.create();
    private static RedisServer redis;
    private static RedisProbe probe;
    private static CommandTail commands;
    private static SpringServer server;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServers.start();
        probe = redis.probe();
        commands = new CommandTail(redis.uri());
        server = SpringServer.start(redis.uri(), DIRECTORY, HttpClient.newHttpClient(), commands);
    }

    @AfterAll
    static void stop() {
        server.close();
        commands.close();
        probe.close();
        redis.close();
        DIRECTORY.remove();
    }

    @BeforeEach
    void forgetAll() {
        server.forget();
    }

    private static List<Cost> repeat(String method, String path, String body, String before, String state)
            throws Exception {
        Click click =
                new Click(method, path, body, before, ADA, Click.nowMillis(), 1, Map.of(), new CompletableFuture<>());
        List<Cost> costs = server.repeat(click, state).costs();
        assertThat(costs)
                .extracting(Cost::repository)
                .containsExactly("RedisSessionRepository", "RedisIndexedSessionRepository");
        return costs;
    }

    private static List<String> names(Cost cost) {
        return cost.commands().stream().map(Command::command).toList();
    }

    /** The session of this test, as others have made it. */
    private static Set<String> keys(String repository) {
        Set<String> keys = probe.keys();
        keys.removeIf(key -> !key.startsWith("sojourn-demo-" + repository + ":"));
        return keys;
    }

    @Test
    void visitReadsTheSessionAndWritesIt() throws Exception {
        repeat("POST", "/api/visits", "", "", "{}");
        List<Cost> costs = repeat("POST", "/api/visits", "", ADA, "{}");
        assertThat(names(costs.get(DEFAULT))).startsWith("HGETALL").contains("HMSET");
        assertThat(names(costs.get(INDEXED)))
                .startsWith("HGETALL")
                .contains("HMSET", "SADD", "PEXPIRE")
                .hasSizeGreaterThan(names(costs.get(DEFAULT)).size());
        assertThat(costs).allSatisfy(cost -> {
            assertThat(cost.able()).isTrue();
            assertThat(cost.millis()).isPositive();
            assertThat(cost.commands())
                    .allSatisfy(command -> assertThat(command.afterMillis()).isBetween(0.0, cost.millis()));
        });
    }

    @Test
    void sessionThatIsUnknownIsPreparedAndThatIsNotCounted() throws Exception {
        List<Cost> costs = repeat(
                "PUT",
                "/api/attributes/cart",
                "[{\"id\":\"mug\",\"quantity\":1}]",
                ADA,
                "{\"attributes\":{\"visits\":7},\"user\":\"ada\"}");
        assertThat(names(costs.get(DEFAULT)).stream().filter("HGETALL"::equals)).hasSize(1);
        assertThat(keys("RedisSessionRepository"))
                .hasSize(1)
                .allSatisfy(key -> assertThat(probe.hash(key)).containsKeys("sessionAttr:visits", "sessionAttr:cart"));
        assertThat(keys("RedisIndexedSessionRepository"))
                .anyMatch(key -> key.endsWith("PRINCIPAL_NAME_INDEX_NAME:ada"));
    }

    @Test
    void onlyTheIndexedRepositoryEndsTheSessionsOfAUser() throws Exception {
        repeat("POST", "/api/visits", "", "", "{}");
        repeat("POST", "/api/login", "{\"user\":\"ada\"}", ADA, "{}");
        List<Cost> costs = repeat("POST", "/api/logout-others", "", ADA, "{\"devices\":3}");
        assertThat(costs).extracting(Cost::able).containsExactly(false, true);
        assertThat(names(costs.get(INDEXED))).contains("SMEMBERS", "SREM");
        assertThat(keys("RedisIndexedSessionRepository").stream().filter(key -> key.contains(":sessions:expires:")))
                .hasSize(1);
        repeat("POST", "/api/logout", "", ADA, "{}");
        assertThat(keys("RedisSessionRepository")).isEmpty();
    }

    @Test
    void sessionsExpireAndAllIsRemovedAtTheEnd() throws Exception {
        repeat("POST", "/api/visits", "", "", "{}");
        assertThat(probe.keys().stream().filter(key -> key.contains(":sessions:")))
                .hasSize(3)
                .allSatisfy(key -> assertThat(probe.ttlMillis(key)).isBetween(1L, 600_000L));
        server.forget();
        assertThat(probe.keys()).isEmpty();
    }

    @Test
    void redisThatDoesNotAnswerIsToldAsAFailure() throws Exception {
        repeat("POST", "/api/visits", "", "", "{}");
        redis.pause();
        try {
            assertThatThrownBy(() -> repeat("POST", "/api/visits", "", "", "{}"))
                    .isInstanceOf(IllegalStateException.class);
        } finally {
            redis.resume();
        }
    }
}
