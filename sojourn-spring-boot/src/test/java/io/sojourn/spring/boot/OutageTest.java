package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Redis hangs while users are signed in. */
class OutageTest {

    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void signedInUserIsToldToComeBackAndNotSentToTheLoginPage(String server) {
        try (Nodes nodes = Nodes.start("test.server=" + server, "sojourn.redis.timeout=500ms")) {
            Browser browser = nodes.browser();
            browser.signIn("ada", "secret");
            nodes.redis().pause();
            try {
                Browser.Page page = browser.get("/private");
                assertThat(page.status()).isEqualTo(503);
                assertThat(page.location()).isEmpty();
                assertThat(browser.get("/login").status()).isEqualTo(503);
            } finally {
                nodes.redis().resume();
            }
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(browser.get("/private").body()).isEqualTo("hello ada"));
        }
    }

    /** Neither to the page that was asked for, nor back to the form as after a wrong password. */
    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void signInThatCannotBeSavedIsNotPretended(String server) {
        try (Nodes nodes = Nodes.start("test.server=" + server, "sojourn.redis.timeout=500ms")) {
            Browser browser = nodes.browser();
            String csrf = browser.get("/login").csrf();
            nodes.redis().pause();
            try {
                Browser.Page page = browser.post("/login", "username=ada", "password=secret", "_csrf=" + csrf);
                assertThat(page.status()).isEqualTo(503);
                assertThat(page.location()).isEmpty();
            } finally {
                nodes.redis().resume();
            }
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(browser.get("/private").location()).endsWith("/login"));
            browser.signIn("ada", "secret");
            assertThat(browser.get("/private").body()).isEqualTo("hello ada");
        }
    }
}
