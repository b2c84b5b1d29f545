package io.sojourn.example.jersey;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TwoNodesTest {

    private static final RedisServer redis = RedisServers.start();

    private static JerseyNode one;
    private static JerseyNode two;

    @BeforeAll
    static void start() throws Exception {
        one = new JerseyNode(redis.uri(), 0);
        two = new JerseyNode(redis.uri(), 0);
    }

    @AfterAll
    static void stop() throws Exception {
        one.close();
        two.close();
        redis.close();
    }

    private final Visitor visitor = new Visitor();

    @Test
    void signInOnOneNodeGoOnOnTheOther() throws Exception {
        assertThat(visitor.post(one.port(), "/login?user=ada")).isIn(302, 303);
        visitor.post(two.port(), "/cart?item=tea");
        visitor.post(one.port(), "/cart?item=biscuits");
        assertThat(visitor.get(two.port(), "/cart")).isEqualTo("ada has [tea, biscuits]");
    }

    @Test
    void signOutOnOneNodeEndsItOnTheOtherAlsoForACopiedCookie() throws Exception {
        visitor.post(one.port(), "/login?user=ada");
        Visitor thief = visitor.copy();
        assertThat(thief.get(two.port(), "/cart")).isEqualTo("ada has []");
        visitor.post(two.port(), "/logout");
        assertThat(visitor.get(one.port(), "/cart")).isEqualTo("nobody has []");
        assertThat(thief.get(one.port(), "/cart")).isEqualTo("nobody has []");
    }

    @Test
    void visitorWhoOnlyLooksLeavesNothingInRedis() throws Exception {
        try (RedisProbe probe = redis.probe()) {
            int before = probe.keys().size();
            assertThat(visitor.get(one.port(), "/cart")).isEqualTo("nobody has []");
            assertThat(probe.keys()).hasSize(before);
        }
    }
}
