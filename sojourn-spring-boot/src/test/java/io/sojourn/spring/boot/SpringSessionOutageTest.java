package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spring.boot.SpringSessionNodes.Repository;
import io.sojourn.spring.boot.SpringSessionNodes.Serializer;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Redis is away during the move from Spring Session. */
@Tag("any-jdk") // The JDK changes nothing here.
class SpringSessionOutageTest {

    /** How long Spring Session waits for Redis, also while it is not connected. */
    private static final String SPRING_WAITS = "spring.data.redis.timeout=5s";

    /** A busy machine does not answer each command in half a second. Without a connection Sojourn does not wait. */
    private static final String PATIENT = "sojourn.redis.timeout=20s";

    private static final Duration BACK = Duration.ofSeconds(60);

    private static void assertUnavailable(Browser.Page page) {
        assertThat(page.status()).as(page.body()).isEqualTo(503);
        assertThat(page.location()).isEmpty();
        assertThat(page.response().headers().firstValue("Retry-After")).hasValue("1");
    }

    private static void awaitSignedIn(Browser browser) {
        Awaitility.await()
                .atMost(BACK)
                .untilAsserted(
                        () -> assertThat(browser.copy().get("/private").body()).isEqualTo("hello ada"));
    }

    private static Browser signedIn(Node node) {
        Browser browser = new Browser(List.of(node));
        browser.signIn("ada", "secret");
        SpringSessionNodes.awaitStored();
        return browser;
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "INDEXED"})
    void keepAnswers503WhileRedisIsStopped(Repository repository) {
        try (RedisServer redis = RedisServers.start("appendonly yes");
                Node node = new SpringSessionNodes(redis, repository, Serializer.JDK).keeping(SPRING_WAITS, PATIENT)) {
            Browser user = signedIn(node);
            redis.stop();
            assertUnavailable(user.copy().get("/private"));
            Browser visitor = new Browser(List.of(node));
            assertUnavailable(visitor.get("/login"));
            assertThat(visitor.get("/public/plain").body()).isEqualTo("plain");
            redis.restart();
            awaitSignedIn(user);
        }
    }

    @Test
    void keepGoesOnWithoutSessionIfTheOutagePolicySaysSo() {
        try (RedisServer redis = RedisServers.start("appendonly yes");
                Node node = new SpringSessionNodes(redis, Repository.PLAIN, Serializer.JDK)
                        .keeping(SPRING_WAITS, PATIENT, "sojourn.on-outage=without-session")) {
            Browser user = signedIn(node);
            redis.stop();
            Browser.Page page = user.get("/private");
            assertThat(page.status()).isEqualTo(302);
            assertThat(page.location()).endsWith("/login");
            redis.restart();
            awaitSignedIn(user);
        }
    }

    @Test
    void keepLeavesASessionWhereItIsIfRedisComesBackDuringARequest() {
        try (RedisServer redis = RedisServers.start();
                RedisProbe probe = redis.probe();
                Node node = new SpringSessionNodes(redis, Repository.PLAIN, Serializer.JDK)
                        .keeping(SPRING_WAITS, "sojourn.redis.timeout=2s")) {
            Browser user = signedIn(node);
            Set<String> before = probe.keys();
            AtomicBoolean isBack = new AtomicBoolean();
            redis.pause();
            SpringSessionNodes.Notes.BEHIND_THE_FILTER.set(() -> {
                redis.resume();
                assertThat(probe.call("PING")).isEqualTo("PONG");
                isBack.set(true);
            });
            Browser.Page page = user.get("/private");
            assertThat(isBack).isTrue();
            assertUnavailable(page);
            assertThat(probe.keys()).isEqualTo(before);
            awaitSignedIn(user);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "INDEXED"})
    void moveAnswers503WhileRedisIsStopped(Repository repository) {
        try (RedisServer redis = RedisServers.start("appendonly yes")) {
            SpringSessionNodes nodes = new SpringSessionNodes(redis, repository, Serializer.JDK);
            Browser user;
            try (Node old = nodes.old()) {
                user = signedIn(old);
            }
            try (Node node = nodes.moving(PATIENT)) {
                Browser later = user.movedTo(node.port());
                redis.stop();
                assertUnavailable(later.copy().get("/private"));
                redis.restart();
                awaitSignedIn(later);
            }
        }
    }
}
