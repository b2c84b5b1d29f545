package io.sojourn.example.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.testkit.RedisBinary;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** One session on two nodes, and much at the same time. */
@ParameterizedClass
@MethodSource("io.sojourn.testkit.RedisServers#available")
class FleetTest {

    private static final int THREADS = 32;

    @SuppressWarnings("NullAway.Init") // set before each invocation of the class
    private static Stage stage;

    FleetTest(RedisBinary binary) {
        assertThat(stage.redis().binary()).isEqualTo(binary);
    }

    @BeforeParameterizedClassInvocation
    static void open(RedisBinary binary) {
        stage = Stage.open(binary);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        stage.close();
    }

    @BeforeEach
    void forgetAll() {
        stage.probe().call("FLUSHALL");
        stage.probe().resetStats();
    }

    @Test
    void visitsCountOnWhicheverNodeAnswers() {
        Visitor visitor = new Visitor();
        for (int visit = 1; visit <= 6; visit++) {
            Reply reply = visitor.post(stage.node(1 + visit % 2) + "/api/visits");
            assertThat(reply.json())
                    .containsEntry("node", "node-" + (1 + visit % 2))
                    .containsEntry("new", visit == 1);
            assertThat(reply.attributes()).containsEntry("visits", visit);
        }
    }

    @Test
    void noAtomicVisitIsEverLost() {
        Visitor visitor = stage.visitor();
        List<Reply> replies = inParallel(1_999, i -> visitor.post(stage.node(1 + i % 2) + "/api/visits/atomic"));
        assertThat(replies).allMatch(reply -> reply.status() == 200);
        assertThat(visitor.get(stage.node(1) + "/api/session").attributes()).containsEntry("visits", 2_000);
    }

    @Test
    void parallelPutsOfDifferentAttributesAllSurvive() {
        Visitor visitor = stage.visitor();
        List<Reply> replies = inParallel(
                200, i -> visitor.put(stage.node(1 + i % 2) + "/api/attributes/item-" + i, "{\"number\":" + i + "}"));
        assertThat(replies).allMatch(reply -> reply.status() == 200);
        Map<String, Object> attributes =
                visitor.get(stage.node(1) + "/api/session").attributes();
        assertThat(attributes).hasSize(201);
        assertThat(attributes).allSatisfy((name, value) -> {
            if (!name.equals("visits")) {
                assertThat(value).isEqualTo(Map.of("number", Integer.valueOf(name.substring("item-".length()))));
            }
        });
    }

    @Test
    void lateSaveAfterLogoutLeavesNoKey() {
        Visitor visitor = stage.visitor();
        Visitor slow = new Visitor(visitor.token());
        CompletableFuture<Reply> late =
                stage.whileItDawdles(() -> slow.post(stage.node(2) + "/api/visits?delayMs=700"));
        assertThat(visitor.post(stage.node(1) + "/api/logout").status()).isEqualTo(204);
        assertThat(late.join().setCookie()).isEmpty();
        assertThat(stage.probe().keys()).isEmpty();
        assertThat(visitor.get(stage.node(2) + "/api/session").status()).isEqualTo(204);
    }

    @Test
    void requestInFlightDuringLoginKeepsItsChangeAndNobodyIsLoggedOut() {
        Visitor visitor = stage.visitor();
        Visitor slow = new Visitor(visitor.token());
        CompletableFuture<Reply> late =
                stage.whileItDawdles(() -> slow.put(stage.node(2) + "/api/attributes/late?delayMs=700", "\"kept\""));
        Reply login = visitor.post(stage.node(1) + "/api/login", "{\"user\":\"ada\"}");
        assertThat(login.json()).containsEntry("user", "ada");
        assertThat(login.setCookie()).isPresent();
        assertThat(late.join().status()).isEqualTo(200);
        assertThat(late.join().setCookie()).isEmpty();
        Reply after = visitor.get(stage.node(2) + "/api/session");
        assertThat(after.json()).containsEntry("user", "ada");
        assertThat(after.attributes()).containsEntry("visits", 1).containsEntry("late", "kept");
    }

    @Test
    void oldCookieOpensNothingAfterLoginAndDisplacesNothing() {
        Visitor visitor = stage.visitor();
        Visitor old = new Visitor(visitor.token());
        visitor.post(stage.node(1) + "/api/login", "{\"user\":\"ada\"}");
        assertThat(old.get(stage.node(2) + "/api/session").status()).isEqualTo(204);
        Reply visit = old.post(stage.node(2) + "/api/visits");
        assertThat(visit.json()).containsEntry("user", null);
        assertThat(visit.setCookie()).isEmpty();
        assertThat(visitor.get(stage.node(2) + "/api/session").json()).containsEntry("user", "ada");
    }

    @Test
    void stoppedAnsweringRedisCostsNoMoreThanTheDeadline() {
        Visitor visitor = stage.visitor();
        stage.redis().pause();
        try {
            for (int node = 1; node <= 2; node++) {
                Reply reply = visitor.get(stage.node(node) + "/api/session");
                assertThat(reply.status()).isEqualTo(503);
                assertThat(reply.took()).isLessThan(Duration.ofSeconds(1));
                assertThat(reply.header("Retry-After")).isPresent();
                assertThat(reply.json()).containsKey("error");
                Reply health = visitor.get(stage.node(node) + "/health");
                assertThat(health.body()).isEqualTo("ok");
                assertThat(health.took()).isLessThan(Duration.ofMillis(300));
                assertThat(health.header("Sessions"))
                        .hasValueSatisfying(state -> assertThat(state).isIn("degraded", "down"));
                Reply sessions = visitor.get(stage.node(node) + "/health/sessions");
                assertThat(sessions.took()).isLessThan(Duration.ofSeconds(1));
                assertThat(sessions.json()).extractingByKey("state").isIn("degraded", "down");
                assertThat(String.valueOf(sessions.json().get("reason"))).isNotEmpty();
            }
        } finally {
            stage.redis().resume();
        }
        assertBackWithinASecond(visitor);
    }

    @Test
    void sessionSurvivesRestartOfRedis() {
        Visitor visitor = stage.visitor();
        stage.redis().stop();
        Reply reply = visitor.get(stage.node(1) + "/api/session");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.took()).isLessThan(Duration.ofSeconds(1));
        stage.redis().restart();
        assertBackWithinASecond(visitor);
    }

    private static void assertBackWithinASecond(Visitor visitor) {
        for (int node = 1; node <= 2; node++) {
            String url = stage.node(node) + "/api/session";
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(Duration.ofSeconds(1))
                    .until(() -> visitor.get(url).status() == 200);
        }
    }

    @Test
    void whatCannotBeReadIsNoSessionAndGivesWayToTheNext() {
        Visitor visitor = stage.visitor();
        String key = stage.onlyKey();
        stage.probe().call("HSET", key, "r", "garbage");
        assertThat(visitor.get(stage.node(1) + "/api/session").status()).isEqualTo(204);
        stage.probe().call("DEL", key);
        stage.probe().call("SET", key, "of another type");
        assertThat(visitor.get(stage.node(1) + "/api/session").status()).isEqualTo(204);
        assertThat(visitor.post(stage.node(1) + "/api/visits").attributes()).containsEntry("visits", 1);
        assertThat(visitor.post(stage.node(2) + "/api/visits").attributes()).containsEntry("visits", 2);
    }

    private static List<Reply> inParallel(int count, IntFunction<Reply> request) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<CompletableFuture<Reply>> replies = IntStream.range(0, count)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> request.apply(i), threads))
                    .toList();
            return replies.stream().map(CompletableFuture::join).toList();
        } finally {
            threads.shutdown();
        }
    }
}
