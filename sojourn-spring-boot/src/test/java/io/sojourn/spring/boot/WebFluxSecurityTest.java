package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spring.boot.Browser.Page;
import io.sojourn.spring.webflux.SojournReactiveSessionRegistry;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.core.session.ReactiveSessionInformation;
import org.springframework.security.core.session.ReactiveSessionRegistry;

/** What Spring Security offers beside the form login, in WebFlux on two nodes that take turns. */
@ExtendWith(OutputCaptureExtension.class)
class WebFluxSecurityTest {

    private static boolean isSignedIn(Browser browser) {
        Page page = browser.get("/private", "Accept", "text/html");
        assertThat(page.status()).isIn(200, 302);
        return page.status() == 200;
    }

    private static Browser signedIn(Nodes nodes, String user) {
        Browser browser = nodes.browser();
        browser.signIn(user, "secret");
        return browser;
    }

    @Test
    void openIdConnectBegunOnOneNodeIsFinishedOnTheOtherAndEndedByTheProvider() {
        try (AuthorizationServer provider = AuthorizationServer.start();
                Nodes nodes = Nodes.startReactive("test.issuer=" + provider.issuer())) {
            Browser browser = nodes.browser();
            browser.get("/private/oidc", "Accept", "text/html");
            String before = browser.cookies().get("SESSION");
            Page toProvider = browser.get("/oauth2/authorization/test");
            assertThat(toProvider.location()).startsWith(provider.issuer() + "/authorize?");
            Page back = browser.get(toProvider.location());
            assertThat(back.location()).contains("/login/oauth2/code/test?");
            Browser attacker = nodes.browser();
            assertThat(attacker.get(back.location()).location())
                    .as("the answer of the provider in another browser")
                    .endsWith("/login?error");
            Page signedIn = browser.get(back.location());
            assertThat(signedIn.location()).endsWith("/private/oidc");
            for (int node = 0; node < 2; node++) {
                assertThat(browser.get("/private/oidc").body())
                        .isEqualTo(provider.issuer() + " grace access token of grace");
            }
            assertThat(browser.cookies().get("SESSION")).isNotEqualTo(before);
            assertThat(nodes.one().sessions().findByPrincipal(AuthorizationServer.SUBJECT))
                    .hasSize(1);

            Browser other = nodes.browser();
            other.browse("/oauth2/authorization/test");
            assertThat(isSignedIn(other)).isTrue();
            logout(nodes, provider.logoutToken(browser.get("/private/sid").body()));
            assertThat(isSignedIn(browser)).isFalse();
            assertThat(isSignedIn(browser)).isFalse();
            assertThat(isSignedIn(other)).isTrue();
            logout(nodes, provider.logoutToken(null));
            assertThat(isSignedIn(other)).isFalse();
        }
    }

    private static void logout(Nodes nodes, String token) {
        Page answer = nodes.browser().post("/logout/connect/back-channel/test", "logout_token=" + token);
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void oldestSessionEndsOnEveryNodeWhenThereAreTooMany() {
        try (Nodes nodes = Nodes.startReactive("test.maximum-sessions=2")) {
            ReactiveSessionRegistry registry = nodes.two().bean(ReactiveSessionRegistry.class);
            assertThat(registry).isInstanceOf(SojournReactiveSessionRegistry.class);
            Browser first = signedIn(nodes, "ada");
            Browser second = signedIn(nodes, "ada");
            second.signIn("ada", "secret"); // Takes no further place.
            assertThat(isSignedIn(first)).isTrue();
            assertThat(isSignedIn(second)).isTrue();
            Browser third = signedIn(nodes, "ada");
            assertThat(List.of(first, second, third))
                    .filteredOn(WebFluxSecurityTest::isSignedIn)
                    .hasSize(2)
                    .contains(third);
            signedIn(nodes, "bob");
            assertThat(isSignedIn(third)).isTrue();

            List<ReactiveSessionInformation> sessions = Objects.requireNonNull(
                    registry.getAllSessions("ada").collectList().block());
            assertThat(sessions).hasSize(2);
            String id = sessions.get(0).getSessionId();
            assertThat(Objects.requireNonNull(registry.getSessionInformation(id).block())
                            .getPrincipal())
                    .isEqualTo("ada");
            sessions.get(0).invalidate().block();
            sessions.get(1).invalidate().block();
            assertThat(registry.getSessionInformation(id).blockOptional()).isEmpty();
            assertThat(isSignedIn(third)).isFalse();
        }
    }

    /** A double click on "Log in", or a dropped connection: the browser still has the replaced cookie and tries again. */
    @Test
    void signInWhoseAnswerWasLostIsRepeatedAtOnce() {
        try (Nodes nodes = Nodes.startReactive()) {
            Browser lost = nodes.browser();
            lost.get("/csrf");
            Browser browser = lost.copy();
            lost.signIn("ada", "secret");
            assertThat(lost.cookies()).isNotEqualTo(browser.cookies());

            Page form = browser.get("/login");
            assertThat(browser.get("/login").csrf()).isNotEmpty();
            assertThat(isSignedIn(browser)).isFalse();
            assertThat(browser.received()).as("before the sign-in").isEmpty();
            Page answer = browser.post("/login", "username=ada", "password=secret", "_csrf=" + form.csrf());
            assertThat(answer.status()).isEqualTo(302);
            assertThat(answer.location()).doesNotContain("error");
            assertThat(browser.received()).hasSize(1);
            assertThat(isSignedIn(browser)).isTrue();
            assertThat(isSignedIn(browser)).isTrue();
            assertThat(isSignedIn(lost)).isTrue();
        }
    }

    @Test
    void sessionThatSignsInAgainDoesNotEndItself() {
        try (Nodes nodes = Nodes.startReactive("test.maximum-sessions=1")) {
            Browser browser = signedIn(nodes, "ada");
            browser.signIn("ada", "secret");
            assertThat(isSignedIn(browser)).isTrue();
            Browser other = signedIn(nodes, "ada");
            assertThat(isSignedIn(browser)).isFalse();
            assertThat(isSignedIn(other)).isTrue();
        }
    }

    @Test
    void newSignInIsRefusedUntilAnotherSessionEnds() {
        try (Nodes nodes = Nodes.startReactive("test.maximum-sessions=1", "test.prevents-login=true")) {
            Browser first = signedIn(nodes, "ada");
            Browser second = nodes.browser();
            String csrf = second.get("/login").csrf();
            Page refused = second.post("/login", "username=ada", "password=secret", "_csrf=" + csrf);
            assertThat(refused.location()).endsWith("/login?error");
            assertThat(isSignedIn(second)).isFalse();
            assertThat(isSignedIn(first)).isTrue();
            nodes.two().sessions().revokeAll("ada");
            second.signIn("ada", "secret");
            assertThat(isSignedIn(second)).isTrue();
        }
    }

    /** The limit of Sojourn, which is exact, says so in the way of Spring Security. */
    @Test
    void signInOverSojournsLimitIsRefusedAndToldToTheFailureHandler(CapturedOutput output) {
        try (Nodes nodes =
                Nodes.startReactive("sojourn.max-sessions-per-principal=1", "sojourn.when-limit-reached=refuse-new")) {
            Browser first = signedIn(nodes, "ada");
            assertThat(isSignedIn(first)).isTrue();
            Browser second = nodes.browser();
            String csrf = second.get("/login").csrf();
            Page refused = second.post("/login", "username=ada", "password=secret", "_csrf=" + csrf);
            assertThat(refused.location()).endsWith("/login?error");
            assertThat(isSignedIn(second)).isFalse();
            assertThat(isSignedIn(first)).isTrue();
            assertThat(output.toString().lines())
                    .filteredOn(line -> line.contains("sojourn.max-sessions-per-principal"))
                    .singleElement()
                    .satisfies(line -> assertThat(line).doesNotContain("ada"));

            Browser third = nodes.browser();
            assertThat(third.get("/public/put-context?value=kept").status()).isEqualTo(401);
            assertThat(isSignedIn(third)).isFalse();
            assertThat(third.get("/public/get").body()).startsWith("kept on ");

            nodes.two().sessions().revokeAll("ada");
            second.signIn("ada", "secret");
            assertThat(isSignedIn(second)).isTrue();
        }
    }
}
