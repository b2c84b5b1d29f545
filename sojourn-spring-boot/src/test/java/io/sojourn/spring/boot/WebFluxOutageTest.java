package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Redis hangs under a WebFlux application. */
class WebFluxOutageTest {

    @Test
    void requestThatNeedsItsSessionGetsA503InTime() {
        try (Nodes nodes = Nodes.startReactive("sojourn.redis.timeout=500ms")) {
            Browser browser = nodes.browser();
            browser.signIn("ada", "secret");
            Browser visitor = nodes.browser();
            nodes.redis().pause();
            try {
                long before = System.nanoTime();
                Browser.Page page = browser.get("/private");
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
                assertThat(page.status()).isEqualTo(503);
                assertThat(page.response().headers().firstValue("Retry-After")).hasValue("1");
                assertThat(browser.get("/private").status()).isEqualTo(503);
                assertThat(visitor.get("/public/plain").body()).isEqualTo("plain");
                assertThat(visitor.get("/login").status())
                        .as("a save that fails")
                        .isEqualTo(503);
                assertThat(visitor.received()).isEmpty();
            } finally {
                nodes.redis().resume();
            }
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(browser.get("/private").body()).isEqualTo("hello ada"));
        }
    }

    /** All but a sign-in that the limit might have refused. */
    @Test
    void requestGoesOnWithoutItsSessionIfThatIsWanted() {
        try (Nodes nodes = Nodes.startReactive(
                "sojourn.on-outage=without-session",
                "sojourn.redis.timeout=500ms",
                "sojourn.when-limit-reached=refuse-new")) {
            Browser browser = nodes.browser();
            browser.signIn("ada", "secret");
            String cookie = browser.cookies().get("SESSION");
            nodes.redis().pause();
            try {
                assertThat(browser.get("/public/get").body()).startsWith("null on ");
                assertThat(browser.get("/private", "Accept", "text/html").location())
                        .endsWith("/login");
                assertThat(nodes.browser().get("/public/sign-in").status()).isEqualTo(503);
            } finally {
                nodes.redis().resume();
            }
            assertThat(browser.cookies()).containsEntry("SESSION", cookie);
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(browser.get("/private").body()).isEqualTo("hello ada"));
        }
    }
}
