package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spring.boot.Browser.Page;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Sign-in by OpenID Connect on two nodes that take turns. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenIdConnectTest {

    private final AuthorizationServer provider = AuthorizationServer.start();
    private final Nodes nodes = Nodes.start("test.issuer=" + provider.issuer());

    @AfterAll
    void stop() {
        nodes.close();
        provider.close();
    }

    @Test
    void signInBegunOnOneNodeIsFinishedOnTheOther() {
        Browser browser = nodes.browser();
        browser.get("/private/oidc", "Accept", "text/html");
        String before = browser.cookies().get("SESSION");
        Page toProvider = browser.get("/oauth2/authorization/test");
        assertThat(toProvider.location()).startsWith(provider.issuer() + "/authorize?");
        Page back = browser.get(toProvider.location());
        assertThat(back.location()).startsWith("http://" + Browser.SITE + "/login/oauth2/code/test?");
        Page signedIn = browser.get(back.location());
        assertThat(signedIn.location()).startsWith("http://" + Browser.SITE + "/private/oidc");
        assertThat(browser.get("/private/oidc").body()).isEqualTo(provider.issuer() + " grace access token of grace");
        assertThat(browser.get("/private/oidc").body()).endsWith("access token of grace");
        assertThat(browser.cookies().get("SESSION")).isNotEqualTo(before);
        assertThat(nodes.one().sessions().findByPrincipal(AuthorizationServer.SUBJECT))
                .hasSize(1);
        assertThat(nodes.two().sessions().revokeAll(AuthorizationServer.SUBJECT))
                .isEqualTo(1);
        assertThat(browser.get("/private/oidc").status()).isEqualTo(302);
    }

    @Test
    void answerOfTheProviderOpensNothingInAnotherBrowser() {
        Browser victim = nodes.browser();
        Page back = victim.get(victim.get("/oauth2/authorization/test").location());
        Browser attacker = nodes.browser();
        assertThat(attacker.get(back.location()).location()).endsWith("/login?error");
        assertThat(attacker.get("/private").status()).isEqualTo(302);
    }

    private Browser signedIn() {
        Browser browser = nodes.browser();
        browser.browse("/oauth2/authorization/test");
        assertThat(browser.get("/private").body()).isEqualTo("hello grace");
        return browser;
    }

    private void backChannelLogout(String token) {
        Page answer = nodes.browser().post("/logout/connect/back-channel/test", "logout_token=" + token);
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void backChannelLogoutOfASessionEndsItOnEveryNodeAndNoOther() {
        Browser one = signedIn();
        Browser other = signedIn();
        backChannelLogout(provider.logoutToken(one.get("/private/sid").body()));
        assertThat(one.get("/private").status()).isEqualTo(302);
        assertThat(one.get("/private").status()).isEqualTo(302);
        assertThat(other.get("/private").body()).isEqualTo("hello grace");
    }

    @Test
    void backChannelLogoutOfASubjectEndsAllItsSessions() {
        Browser one = signedIn();
        Browser other = signedIn();
        backChannelLogout(provider.logoutToken(null));
        assertThat(one.get("/private").status()).isEqualTo(302);
        assertThat(other.get("/private").status()).isEqualTo(302);
    }

    @Test
    void backChannelLogoutWithATokenOfAnotherProviderEndsNothing() {
        Browser one = signedIn();
        try (AuthorizationServer attacker = AuthorizationServer.start()) {
            Page answer = nodes.browser()
                    .post(
                            "/logout/connect/back-channel/test",
                            "logout_token="
                                    + attacker.logoutToken(
                                            one.get("/private/sid").body()));
            assertThat(answer.status()).isEqualTo(400);
        }
        assertThat(one.get("/private").body()).isEqualTo("hello grace");
    }
}
