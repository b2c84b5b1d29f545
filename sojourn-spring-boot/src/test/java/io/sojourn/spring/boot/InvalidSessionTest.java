package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spring.boot.Browser.Page;
import org.junit.jupiter.api.Test;

/** {@code invalidSessionUrl} of Spring Security: a visitor whose session has ended is told so once, and not for ever. */
class InvalidSessionTest {

    @Test
    void visitorIsRedirectedOnceAndGoesOnWithANewSession() {
        try (Nodes nodes = Nodes.start("test.invalid-session-url=/public/empty?expired")) {
            Browser browser = nodes.browser();
            browser.signIn("ada", "secret");
            assertThat(nodes.one().sessions().revokeAll("ada")).isEqualTo(1);
            String ended = browser.cookies().get("SESSION");
            Page told = browser.get("/public/get");
            assertThat(told.location()).endsWith("/public/empty?expired");
            assertThat(browser.cookies().get("SESSION")).isNotNull().isNotEqualTo(ended);
            assertThat(browser.get(told.location()).status()).isEqualTo(200);
            assertThat(browser.get("/public/get").status()).isEqualTo(200);
            assertThat(browser.get("/private").location()).endsWith("/login");
            browser.signIn("ada", "secret");
            assertThat(browser.get("/private").body()).isEqualTo("hello ada");
        }
    }

    @Test
    void visitorWithoutACookieIsNotRedirected() {
        try (Nodes nodes = Nodes.start("test.invalid-session-url=/public/empty?expired")) {
            assertThat(nodes.browser().get("/public/get").status()).isEqualTo(200);
        }
    }
}
