package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.spring.boot.Browser.Page;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sessions of clients without cookies, beside those of browsers and alone. */
class TokenHeaderTest {

    private static final String HEADER = "X-Auth-Token";

    private static String token(Page page) {
        return page.response().headers().firstValue(HEADER).orElse("");
    }

    @Test
    void clientSignsInByHeaderWhileBrowsersUseTheCookie() {
        try (Nodes nodes = Nodes.start("sojourn.token-header=" + HEADER)) {
            Browser client = nodes.browser();
            Page form = client.get("/login", HEADER, "");
            String signedIn = token(client.post(
                    "/login",
                    BodyPublishers.ofString("username=ada&password=secret&_csrf=" + form.csrf()),
                    HEADER,
                    token(form),
                    "Content-Type",
                    "application/x-www-form-urlencoded"));
            assertThat(signedIn).isNotEmpty().isNotEqualTo(token(form));
            assertThat(client.get("/private", HEADER, signedIn).body()).isEqualTo("hello ada");
            assertThat(client.get("/private", HEADER, token(form)).location()).endsWith("/login");
            assertThat(client.received()).isEmpty();
            Browser browser = nodes.browser();
            browser.signIn("bob", "secret");
            assertThat(browser.get("/private").body()).isEqualTo("hello bob");
            assertThat(browser.get("/private", HEADER, "").location()).endsWith("/login");
        }
    }

    @Test
    void headerAloneSetsNoCookie() {
        try (Node node = Node.start(
                "sojourn.store=memory", "sojourn.token-header=" + HEADER, "sojourn.token-header-only=true")) {
            Browser client = new Browser(List.of(node));
            Page first = client.get("/public/empty");
            assertThat(token(first)).isNotEmpty();
            assertThat(client.received()).isEmpty();
            assertThat(client.get("/public/empty", HEADER, token(first)).body()).endsWith(" false");
        }
    }

    @Test
    void headerAloneWithoutItsNameIsRefused() {
        assertThatThrownBy(() -> Node.start("sojourn.store=memory", "sojourn.token-header-only=true"))
                .hasStackTraceContaining("sojourn.token-header");
    }
}
