package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.spring.boot.Browser.Page;
import io.sojourn.testkit.RedisProbe;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** WebFlux sessions of clients without cookies, beside those of browsers and alone. */
class WebFluxTokenHeaderTest {

    private static final String HEADER = "X-Auth-Token";

    private static String token(Page page) {
        return page.response().headers().firstValue(HEADER).orElse("none");
    }

    @Test
    void clientSignsInByHeaderWhileBrowsersUseTheCookie() {
        try (Nodes nodes = Nodes.startReactive("sojourn.token-header=" + HEADER)) {
            Browser client = nodes.browser();
            Page form = client.get("/login", HEADER, "");
            Page signedIn = client.post(
                    "/login",
                    BodyPublishers.ofString("username=ada&password=secret&_csrf=" + form.csrf()),
                    HEADER,
                    token(form),
                    "Content-Type",
                    "application/x-www-form-urlencoded");
            assertThat(token(signedIn)).isNotIn("", "none", token(form));
            Page known = client.get("/private", HEADER, token(signedIn));
            assertThat(known.body()).isEqualTo("hello ada");
            assertThat(token(known)).as("the client has it").isEqualTo("none");
            Page old = client.get("/private", HEADER, token(form), "Accept", "text/html");
            assertThat(old.location()).endsWith("/login");
            assertThat(client.received()).isEmpty();

            Browser browser = nodes.browser();
            browser.signIn("bob", "secret");
            Page ofBrowser = browser.get("/private");
            assertThat(ofBrowser.body()).isEqualTo("hello bob");
            assertThat(token(ofBrowser)).isEqualTo("none");
            Page mixed = browser.get("/private", HEADER, "", "Accept", "text/html");
            assertThat(mixed.location())
                    .as("of a request with the header no cookie is read")
                    .endsWith("/login");
        }
    }

    @Test
    void headerAloneSetsNoCookieAndIsEmptyWhenTheSessionHasEnded() {
        try (Node node = Node.startReactive(
                "sojourn.store=memory", "sojourn.token-header=" + HEADER, "sojourn.token-header-only=true")) {
            Browser client = new Browser(List.of(node));
            Page csrf = client.get("/csrf");
            String[] headers = {HEADER, token(csrf), "X-CSRF-TOKEN", csrf.body()};
            Page started = client.post("/public/start", BodyPublishers.noBody(), headers);
            assertThat(client.get("/public/id", HEADER, token(csrf)).body()).isEqualTo(started.body());
            Page ended = client.post("/public/invalidate", BodyPublishers.noBody(), headers);
            assertThat(ended.body()).isEqualTo("gone true");
            assertThat(token(ended)).isEmpty();
            assertThat(token(client.get("/public/id", HEADER, token(csrf)))).isEqualTo("none");
            assertThat(client.received()).isEmpty();
        }
    }

    /** As in a deploy, when a newer version has written it: an empty header would make the client forget its token. */
    @Test
    void sessionThatThisNodeCannotReadIsNotToldToHaveEnded() {
        try (Nodes nodes = Nodes.startReactive("sojourn.token-header=" + HEADER);
                RedisProbe probe = nodes.probe()) {
            Browser client = nodes.browser();
            Page csrf = client.get("/csrf", HEADER, "");
            String token = token(csrf);
            String key = probe.keys().stream()
                    .filter(name -> name.endsWith(token.substring(0, 22)))
                    .findFirst()
                    .orElseThrow();
            byte[] record = Objects.requireNonNull(probe.hash(key).get("r"));
            probe.call("HSET", key, "r", "of another version");
            Page unreadable = client.get("/public/id", HEADER, token);
            assertThat(unreadable.status()).isEqualTo(200);
            assertThat(token(unreadable)).isEqualTo("none");
            probe.callBytes(bytes("HSET"), bytes(key), bytes("r"), record);
            Page found =
                    client.post("/public/start", BodyPublishers.noBody(), HEADER, token, "X-CSRF-TOKEN", csrf.body());
            assertThat(found.status()).isEqualTo(200);
            assertThat(token(found)).isEqualTo("none");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void headerAloneWithoutItsNameIsRefused() {
        assertThatThrownBy(() -> Node.startReactive("sojourn.store=memory", "sojourn.token-header-only=true"))
                .hasStackTraceContaining("sojourn.token-header");
    }
}
