package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.spring.boot.app.TestApplication;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestContextManager;

/** The context of a test that is annotated with {@code @DirtiesContext} leaves no thread and no connection when it is closed. */
class ClosedContextTest {

    private static final RedisServer REDIS = RedisServers.start();

    @SpringBootTest(
            classes = TestApplication.class,
            webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
            properties = {"sojourn.redis.near-cache.enabled=true", "spring.main.banner-mode=off"})
    @ContextConfiguration(initializers = ChosenServer.class)
    @DirtiesContext
    static class Dirty {

        @Autowired
        private @Nullable SessionManager sessions;

        @DynamicPropertySource
        static void redis(DynamicPropertyRegistry registry) {
            registry.add("spring.data.redis.port", REDIS::port);
        }
    }

    @AfterAll
    static void stop() {
        REDIS.close();
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("sojourn") || name.startsWith("lettuce"))
                .collect(Collectors.toSet());
    }

    private static long connections() {
        try (RedisProbe probe = REDIS.probe()) {
            return String.valueOf(probe.call("CLIENT", "LIST")).lines().count() - 1;
        }
    }

    @RepeatedTest(2)
    void nothingIsLeft() throws Exception {
        Set<String> ofOtherTests = threads(); // Whose contexts are cached.
        TestContextManager manager = new TestContextManager(Dirty.class);
        Dirty test = new Dirty();
        manager.beforeTestClass();
        manager.prepareTestInstance(test);
        SessionManager sessions = test.sessions;
        assertThat(sessions).isNotNull();
        Session session = sessions.create();
        session.set("key", "value");
        sessions.save(session);
        assertThat(sessions.find(session.token())).isPresent();
        assertThat(connections()).isPositive();
        assertThat(threads()).hasSizeGreaterThan(ofOtherTests.size());
        manager.afterTestClass();
        Awaitility.await().untilAsserted(() -> {
            assertThat(connections()).isZero();
            assertThat(ofOtherTests).containsAll(threads());
        });
    }
}
