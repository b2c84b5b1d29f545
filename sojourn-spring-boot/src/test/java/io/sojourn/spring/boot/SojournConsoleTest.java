package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.spring.boot.Browser.Page;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The console that two properties mount, in an application with Spring Security, on two nodes. */
@ExtendWith(OutputCaptureExtension.class)
class SojournConsoleTest {

    private static Page call(Browser browser, String what, String json) {
        return browser.post(
                "/ops/sessions/api/" + what,
                BodyPublishers.ofString(json),
                "Content-Type",
                "application/json",
                "Sojourn-Console",
                "1",
                "Sec-Fetch-Site",
                "same-origin");
    }

    @Test
    void anOperatorSeesAndEndsSessionsAndNobodyElseDoes() {
        try (Nodes nodes = Nodes.start(
                "sojourn.console.path=/ops/sessions",
                "sojourn.console.role=USER",
                "sojourn.console.allow-ending=true",
                "sojourn.events.publish=true",
                "sojourn.events.principals=true",
                "sojourn.events.node=shop-1")) {
            Browser visitor = nodes.browser();
            assertThat(visitor.get("/ops/sessions/").location()).endsWith("/login");
            assertThat(call(visitor, "count", "{}").status()).isNotEqualTo(200);

            Browser operator = nodes.browser();
            operator.signIn("ada", "secret");
            Browser user = nodes.browser();
            user.signIn("bob", "secret");
            assertThat(operator.get("/ops/sessions/").body()).contains("Sojourn console");
            assertThat(call(operator, "sessions", "{\"principal\":\"bob\"}").body())
                    .contains("bob");
            SessionId id = nodes.one().sessions().findByPrincipal("bob").get(0).id();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(call(operator, "events", "{}").body()).contains("signed-in", "shop-1", "bob"));
            assertThat(call(operator, "activity", "{}").body()).contains("\"signed-in\"");

            assertThat(call(operator, "end", "{\"id\":\"" + id + "\"}").body()).contains("\"ended\":1");
            assertThat(user.get("/private").location()).endsWith("/login");
            assertThat(operator.get("/private").body()).isEqualTo("hello ada");
            // Only the console goes without Spring Security's token.
            assertThat(operator.post("/logout").status()).isEqualTo(403);
        }
    }

    @Test
    void withoutARoleEverythingIsRefusedAndTheLogSaysSo(CapturedOutput output) {
        try (Nodes nodes = Nodes.start("sojourn.console.path=/ops/sessions")) {
            Browser browser = nodes.browser();
            browser.signIn("ada", "secret");
            assertThat(browser.get("/ops/sessions/").status()).isEqualTo(403);
            assertThat(call(browser, "count", "{}").status()).isEqualTo(403);
            assertThat(output.toString()).contains("sojourn.console.role");
        }
    }

    /** As with {@code @AutoConfigureSojournTest} in an application that has a console. */
    @Test
    void withSessionsInMemoryThereIsNoConsole() {
        try (Nodes nodes = Nodes.start(
                "sojourn.console.path=/ops/sessions", "sojourn.console.role=USER", "sojourn.store=memory")) {
            Browser browser = Browser.at(nodes.one().port());
            browser.signIn("ada", "secret");
            assertThat(browser.get("/ops/sessions/").status()).isEqualTo(404);
        }
    }

    @Test
    void aPathThatWouldTakeThePlaceOfTheApplicationStopsTheStart() {
        assertThatThrownBy(() -> Nodes.start("sojourn.console.path=/", "sojourn.console.role=USER"))
                .hasStackTraceContaining("sojourn.console.path must be a path such as /ops/sessions");
    }
}
