package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisMonitor;
import io.sojourn.testkit.RedisProbe;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * How many commands a request of a Spring Boot application with Spring Security sends to Redis, as Redis itself sees them. A
 * session is loaded by {@code HGETALL} and written by scripts.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandsTest {

    private static final String LOADS = "HGETALL session";
    private static final String WRITES = "EVALSHA session";
    private static final String ENTERS = "EVALSHA index";

    /** The name of the command, and the key: the first argument, or the first one behind digest and number of keys. */
    private static final Pattern COMMAND =
            Pattern.compile("] \"(\\w+)\"(?: \"[0-9a-f]{40}\" \"\\d+\")?(?: \"([^\"]*)\")?");

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

    /** What has arrived at Redis when the answer is there. What a script calls is no further command. */
    private List<String> commandsOf(Runnable request) {
        try (RedisMonitor monitor = probe.monitor()) {
            request.run();
            return monitor.lines().stream()
                    .filter(line -> !line.contains(" lua] "))
                    .flatMap(CommandsTest::command)
                    .toList();
        }
    }

    private static Stream<String> command(String line) {
        return COMMAND.matcher(line).results().limit(1).map(CommandsTest::words);
    }

    private static String words(MatchResult command) {
        String key = command.group(2);
        return command.group(1).toUpperCase(Locale.ROOT)
                + (key == null ? "" : key.contains(":@") ? " index" : " session");
    }

    @Test
    void pageThatNeedsNoSessionSendsNone() {
        Browser browser = nodes.browser();
        assertThat(commandsOf(() -> browser.get("/public/plain"))).isEmpty();
    }

    @Test
    void readingAndChangingAndLoginAndLogout() {
        Browser browser = nodes.browser();
        assertThat(commandsOf(() -> browser.get("/login"))).as("login page").containsExactly(WRITES);
        String csrf = browser.get("/login").csrf();
        assertThat(commandsOf(() -> browser.post("/login", "username=ada", "password=secret", "_csrf=" + csrf)))
                .as("sign-in")
                .containsExactly(LOADS, ENTERS, WRITES);
        assertThat(commandsOf(() -> browser.get("/private"))).as("reading").containsExactly(LOADS);
        String token = browser.get("/csrf").body();
        assertThat(commandsOf(() -> browser.post("/public/set", "value=a", "_csrf=" + token)))
                .as("change")
                .containsExactly(LOADS, WRITES);
        List<String> logout = commandsOf(() -> browser.post("/logout", "_csrf=" + token));
        assertThat(logout.stream().filter(command -> !command.equals(ENTERS)))
                .as("logout")
                .containsExactly(LOADS, WRITES);
        assertThat(logout)
                .as("the session leaves the index, for which no request waits")
                .hasSizeBetween(2, 3);
    }
}
