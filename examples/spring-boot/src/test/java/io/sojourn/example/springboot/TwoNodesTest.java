package io.sojourn.example.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

class TwoNodesTest {

    private static final RedisServer redis = RedisServers.start();

    private static ConfigurableApplicationContext one;
    private static ConfigurableApplicationContext two;

    @BeforeAll
    static void start() {
        one = node();
        two = node();
    }

    private static ConfigurableApplicationContext node() {
        return SpringApplication.run(
                ShopApplication.class,
                "--server.address=127.0.0.1",
                "--server.port=0",
                "--shop.redis=" + redis.uri(),
                "--spring.main.banner-mode=off");
    }

    private static int port(ConfigurableApplicationContext node) {
        return Integer.parseInt(Objects.requireNonNull(node.getEnvironment().getProperty("local.server.port")));
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        redis.close();
    }

    private final Visitor visitor = new Visitor();

    @Test
    void signInOnOneNodeGoOnOnTheOther() throws Exception {
        assertThat(visitor.post(port(one), "/login?user=ada")).isIn(302, 303);
        visitor.post(port(two), "/cart?item=tea");
        visitor.post(port(one), "/cart?item=biscuits");
        assertThat(visitor.get(port(two), "/cart")).isEqualTo("ada has [tea, biscuits]");
    }

    @Test
    void signOutOnOneNodeEndsItOnTheOtherAlsoForACopiedCookie() throws Exception {
        visitor.post(port(one), "/login?user=ada");
        Visitor thief = visitor.copy();
        assertThat(thief.get(port(two), "/cart")).isEqualTo("ada has []");
        visitor.post(port(two), "/logout");
        assertThat(visitor.get(port(one), "/cart")).isEqualTo("nobody has []");
        assertThat(thief.get(port(one), "/cart")).isEqualTo("nobody has []");
    }

    @Test
    void visitorWhoOnlyLooksLeavesNothingInRedis() throws Exception {
        try (RedisProbe probe = redis.probe()) {
            int before = probe.keys().size();
            assertThat(visitor.get(port(one), "/cart")).isEqualTo("nobody has []");
            assertThat(probe.keys()).hasSize(before);
        }
    }
}
