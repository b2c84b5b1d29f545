package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisProbe;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How many commands a request of a Spring Boot application with Spring Security sends to Redis. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandsTest {

    private final Nodes nodes = Nodes.start();
    private final RedisProbe probe = nodes.probe();

    @BeforeAll
    void loadTheScripts() {
        Browser browser = nodes.browser();
        for (int node = 0; node < 2; node++) {
            browser.signIn("bob", "secret");
            browser.submit("/public/set", "value=a");
            browser.submit("/logout");
            browser.get("/login");
        }
    }

    @AfterAll
    void stop() {
        probe.close();
        nodes.close();
    }

    /** A session is loaded by {@code HGETALL} and written by scripts. What a script calls is no further command. */
    private long commandsOf(Runnable request) {
        probe.resetStats();
        request.run();
        Map<String, Long> stats = probe.commandStats();
        return Stream.of("hgetall", "evalsha", "eval", "hmget")
                .mapToLong(name -> stats.getOrDefault(name, 0L))
                .sum();
    }

    @Test
    void pageThatNeedsNoSessionSendsNone() {
        Browser browser = nodes.browser();
        assertThat(commandsOf(() -> browser.get("/public/plain"))).isZero();
    }

    @Test
    void readingAndChangingAndLoginAndLogout() {
        Browser browser = nodes.browser();
        assertThat(commandsOf(() -> browser.get("/login"))).as("login page").isEqualTo(1);
        String csrf = browser.get("/login").csrf();
        assertThat(commandsOf(() -> browser.post("/login", "username=ada", "password=secret", "_csrf=" + csrf)))
                .as("sign-in")
                .isEqualTo(3);
        assertThat(commandsOf(() -> browser.get("/private"))).as("reading").isEqualTo(1);
        String token = browser.get("/csrf").body();
        assertThat(commandsOf(() -> browser.post("/public/set", "value=a", "_csrf=" + token)))
                .as("change")
                .isEqualTo(2);
        assertThat(commandsOf(() -> browser.post("/logout", "_csrf=" + token)))
                .as("logout: two that are awaited, and one that takes the session out of the index")
                .isBetween(2L, 3L);
    }
}
