package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionInfo;
import io.sojourn.SessionToken;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** An application with Spring Session's {@code SpringSessionRememberMeServices}, on two nodes that take turns. */
class SpringSessionRememberMeTest {

    @Test
    void cookieOfAUserWhoIsToBeRememberedOutlivesTheBrowser() {
        try (Nodes nodes = Nodes.start("test.spring-session-remembers=true")) {
            Browser remembered = nodes.browser();
            remembered.signIn("ada", "secret", "remember-me=on");
            String cookie = remembered.received().get(remembered.received().size() - 1);
            assertThat(cookie).startsWith("SESSION=").contains("Max-Age=2592000");
            SessionInfo info = nodes.one().sessions().findByPrincipal("ada").get(0);
            assertThat(Duration.between(info.createdAt(), info.expiresAt().orElseThrow()))
                    .as("no absolute timeout ends it sooner")
                    .isGreaterThan(Duration.ofDays(29));
            assertThat(remembered.get("/private").body()).isEqualTo("hello ada");
            assertThat(isRemembered(nodes, remembered)).isTrue();

            Browser other = nodes.browser();
            other.signIn("bob", "secret");
            assertThat(other.received()).noneMatch(header -> header.contains("Max-Age"));
            assertThat(isRemembered(nodes, other)).isFalse();
        }
    }

    private static boolean isRemembered(Nodes nodes, Browser browser) {
        SessionToken token = SessionToken.parse(
                        Objects.requireNonNull(browser.cookies().get("SESSION")))
                .orElseThrow();
        return nodes.two().sessions().find(token).orElseThrow().isRemembered();
    }
}
