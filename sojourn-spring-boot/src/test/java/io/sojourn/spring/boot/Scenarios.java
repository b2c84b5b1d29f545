package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionInfo;
import io.sojourn.spring.boot.Browser.Page;
import io.sojourn.spring.boot.app.Basket;
import io.sojourn.spring.boot.app.Cart;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What applications do every day, over HTTP, on two nodes that take turns. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Scenarios {

    private final AuthorizationServer provider = AuthorizationServer.start();
    private final Nodes nodes;
    private Browser browser;

    /** @param properties which server they run on, and on which threads */
    Scenarios(String... properties) {
        String[] all = Arrays.copyOf(properties, properties.length + 2);
        all[properties.length] = "test.issuer=" + provider.issuer();
        all[properties.length + 1] = "test.limited-user=carol";
        nodes = Nodes.start(all);
        browser = nodes.browser();
    }

    @BeforeEach
    void openBrowser() {
        browser = nodes.browser();
    }

    Browser browser() {
        return browser;
    }

    @AfterAll
    void stop() {
        nodes.close();
        provider.close();
    }

    @Test
    void formLoginLeadsBackToThePageThatWasAskedFor() {
        Page refused = browser.get("/private?page=2", "Accept", "text/html");
        assertThat(refused.location()).endsWith("/login");
        String csrf = browser.get("/login").csrf();
        Page signedIn = browser.post("/login", "username=ada", "password=secret", "_csrf=" + csrf);
        assertThat(signedIn.location()).startsWith("http://" + Browser.SITE + "/private?page=2");
        assertThat(browser.get(signedIn.location()).body()).isEqualTo("hello ada");
        assertThat(browser.get("/private").body()).isEqualTo("hello ada");
    }

    @Test
    void formLoginBindsThePrincipalRotatesAndLabels() {
        browser.get("/login");
        String before = browser.cookies().get("SESSION");
        browser.signIn("bob", "secret");
        assertThat(browser.cookies().get("SESSION")).isNotNull().isNotEqualTo(before);
        List<SessionInfo> sessions = nodes.two().sessions().findByPrincipal("bob");
        assertThat(sessions).hasSize(1);
        assertThat(sessions.get(0).labels())
                .containsEntry("userAgent", "Test Browser")
                .containsEntry("address", "203.0.113.7");
        assertThat(sessions.get(0).authenticatedAt()).isPresent();
        assertThat(nodes.one().sessions().revokeAll("bob")).isEqualTo(1);
        assertThat(browser.get("/private").location()).endsWith("/login");
    }

    @Test
    void wrongPasswordIsToldOnTheNextPage() {
        String csrf = browser.get("/login").csrf();
        Page refused = browser.post("/login", "username=ada", "password=wrong", "_csrf=" + csrf);
        assertThat(refused.location()).endsWith("/login?error");
        assertThat(browser.get(refused.location()).body()).containsIgnoringCase("credentials</div>");
        assertThat(browser.get("/public/last-error").body()).isEqualTo("BadCredentialsException: Bad credentials");
    }

    @Test
    void formWithoutCsrfTokenIsRefusedAndOneWithIsTaken() {
        String csrf = browser.get("/csrf").body();
        assertThat(browser.post("/public/set", "value=a").status()).isEqualTo(403);
        assertThat(browser.post("/public/set", "value=a", "_csrf=" + csrf).body())
                .isEqualTo("set");
        assertThat(browser.get("/public/get").body()).isEqualTo("a Europe/Vienna");
    }

    @Test
    void logoutEndsTheSessionForACopiedCookie() {
        browser.signIn("ada", "secret");
        Browser thief = browser.copy();
        assertThat(thief.get("/private").body()).isEqualTo("hello ada");
        Page out = browser.submit("/logout");
        assertThat(out.location()).endsWith("/login?logout");
        assertThat(browser.get("/private").location()).endsWith("/login");
        assertThat(thief.get("/private").location()).endsWith("/login");
        assertThat(thief.get("/private").location()).endsWith("/login");
    }

    @Test
    void rememberMeSignsInAgainWithoutTheSession() {
        browser.signIn("ada", "secret", "remember-me=on");
        browser.cookies().remove("SESSION");
        assertThat(browser.get("/kind").body()).isEqualTo("RememberMeAuthenticationToken");
        assertThat(browser.cookies()).containsKey("SESSION");
        assertThat(browser.get("/private").body()).isEqualTo("hello ada");
    }

    @Test
    void beanOfTheSessionIsChangedInPlaceAndDestroyedAtTheEnd() {
        browser.submit("/public/cart", "item=tea");
        browser.submit("/public/cart", "item=biscuits");
        assertThat(browser.get("/public/cart").body()).isEqualTo("[tea, biscuits]");
        browser.submit("/public/invalidate");
        assertThat(Cart.DESTROYED).contains(List.of("tea", "biscuits"));
        assertThat(browser.get("/public/cart").body()).isEqualTo("[]");
    }

    @Test
    void beanOfTheSessionWithoutAProxyIsDestroyedAtTheEnd() {
        browser.submit("/public/basket", "fruit=pear of " + nodes.one().port());
        browser.submit("/public/invalidate");
        assertThat(Basket.DESTROYED)
                .filteredOn(("pear of " + nodes.one().port())::equals)
                .hasSize(1);
    }

    @Test
    void flashAttributeIsShownOnceOnTheOtherNode() {
        Page redirect = browser.submit("/public/flash");
        assertThat(redirect.location()).endsWith("/public/flashed?id=7");
        assertThat(browser.get(redirect.location()).body()).isEqualTo("saved 7");
        assertThat(browser.get(redirect.location()).body()).isEqualTo("null 7");
    }

    @Test
    void formOfTwoPagesKeepsItsObject() {
        browser.submit("/public/order", "name=Ada");
        browser.submit("/public/order", "street=Long Lane");
        assertThat(browser.get("/public/order").body()).isEqualTo("Ada, Long Lane");
        assertThat(browser.submit("/public/order/complete").location()).endsWith("/public/plain");
        assertThat(browser.get("/public/order").body()).isEqualTo("null, null");
    }

    @Test
    void multipartFormIsTaken() {
        String csrf = browser.get("/csrf").body();
        String body =
                "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nuploaded\r\n--x--\r\n";
        Page page = browser.post(
                "/public/upload",
                BodyPublishers.ofString(body),
                "Content-Type",
                "multipart/form-data; boundary=x",
                "X-CSRF-TOKEN",
                csrf);
        assertThat(page.body()).isEqualTo("uploaded");
        assertThat(browser.get("/public/get").body()).startsWith("uploaded");
    }

    @Test
    void callableChangesTheSession() {
        assertThat(browser.get("/public/callable").body()).isEqualTo("called");
        assertThat(browser.get("/public/get").body()).startsWith("of a callable");
    }

    @Test
    void deferredResultChangesTheSession() {
        assertThat(browser.get("/public/deferred").body()).isEqualTo("done");
        assertThat(browser.get("/public/get").body()).startsWith("deferred");
    }

    @Test
    void timeoutOfADeferredResultChangesTheSession() {
        assertThat(browser.get("/public/timeout").body()).isEqualTo("too late");
        assertThat(browser.get("/public/get").body()).startsWith("timed out");
    }

    @Test
    void streamChangesTheSessionWhileItIsSent() {
        assertThat(browser.get("/public/stream").body()).isEqualTo("first second");
        assertThat(browser.get("/public/get").body()).startsWith("in the stream");
    }

    @Test
    void serverSentEventsHaveTheSession() {
        assertThat(browser.get("/public/events").body()).contains("data:one").contains("data:two");
        assertThat(browser.get("/public/get").body()).startsWith("events");
    }

    @Test
    void whatWasSetBeforeAnErrorIsKept() {
        assertThat(browser.get("/public/fail").status()).isEqualTo(500);
        assertThat(browser.get("/public/get").body()).startsWith("before the error");
    }

    @Test
    void oneTimeTokenOfOneNodeSignsInOnTheOther() {
        String token = browser.submit("/ott/generate", "username=ada").body();
        Page signedIn = browser.submit("/login/ott", "token=" + token);
        assertThat(signedIn.status()).isEqualTo(302);
        assertThat(browser.get("/private").body()).isEqualTo("hello ada");
    }

    @Test
    void loginOfTheServletApiIsASignIn() {
        browser.get("/csrf");
        String before = browser.cookies().get("SESSION");
        assertThat(browser.submit("/public/programmatic", "user=ada").body()).isEqualTo("ada");
        assertThat(browser.cookies().get("SESSION")).isNotEqualTo(before);
    }

    @Test
    void emptySessionSurvivesToTheNextRequest() {
        String id = browser.get("/public/empty").body().split(" ", 2)[0];
        assertThat(browser.get("/public/empty").body()).isEqualTo(id + " false");
    }

    @Test
    void maxInactiveIntervalAloneIsKept() {
        browser.submit("/public/interval", "seconds=1234");
        assertThat(browser.get("/public/interval").body()).isEqualTo("1234");
    }

    @Test
    void valueThatFailsWhenItIsBoundIsKeptAndEndsWithTheSession() {
        assertThat(browser.submit("/public/faulty").body()).isEqualTo("FaultyValue[name=one]");
        assertThat(browser.get("/public/get").body()).startsWith("after the fault");
        assertThat(browser.submit("/public/invalidate").body()).isEqualTo("gone");
        assertThat(browser.get("/public/get").body()).startsWith("null");
    }

    @Test
    void pageThatAsksForNoSessionSetsNoCookie() {
        assertThat(browser.get("/public/plain").body()).isEqualTo("plain");
        assertThat(browser.received()).isEmpty();
    }

    @Test
    void openIdConnectBegunOnOneNodeIsFinishedOnTheOther() {
        nodes.one().sessions().revokeAll(AuthorizationServer.SUBJECT);
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
    void oAuth2WithoutOpenIdConnectIsFinishedOnTheOtherNode() {
        browser.browse("/oauth2/authorization/plain");
        for (int node = 0; node < 2; node++) {
            assertThat(browser.get("/kind").body()).isEqualTo("OAuth2AuthenticationToken");
            assertThat(browser.get("/private").body()).isEqualTo("hello " + AuthorizationServer.SUBJECT);
        }
    }

    @Test
    void answerOfTheProviderOpensNothingInAnotherBrowser() {
        Browser victim = nodes.browser();
        Page back = victim.get(victim.get("/oauth2/authorization/test").location());
        Browser attacker = nodes.browser();
        assertThat(attacker.get(back.location()).location()).endsWith("/login?error");
        assertThat(attacker.get("/private").status()).isEqualTo(302);
    }

    private Browser signedInAtTheProvider() {
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
        Browser one = signedInAtTheProvider();
        Browser other = signedInAtTheProvider();
        backChannelLogout(provider.logoutToken(one.get("/private/sid").body()));
        assertThat(one.get("/private").status()).isEqualTo(302);
        assertThat(one.get("/private").status()).isEqualTo(302);
        assertThat(other.get("/private").body()).isEqualTo("hello grace");
    }

    @Test
    void backChannelLogoutOfASubjectEndsAllItsSessions() {
        Browser one = signedInAtTheProvider();
        Browser other = signedInAtTheProvider();
        backChannelLogout(provider.logoutToken(null));
        assertThat(one.get("/private").status()).isEqualTo(302);
        assertThat(other.get("/private").status()).isEqualTo(302);
    }

    @Test
    void backChannelLogoutWithATokenOfAnotherProviderEndsNothing() {
        Browser one = signedInAtTheProvider();
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

    @Test
    void oldestSessionOfALimitedUserEndsOnEveryNode() {
        List<Browser> browsers = List.of(nodes.browser(), nodes.browser(), nodes.browser());
        browsers.forEach(each -> each.signIn("carol", "secret"));
        for (int node = 0; node < 2; node++) {
            assertThat(browsers.get(0).get("/private").location()).endsWith("/login");
            assertThat(browsers.get(1).get("/private").body()).isEqualTo("hello carol");
            assertThat(browsers.get(2).get("/private").body()).isEqualTo("hello carol");
        }
    }
}
