package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionInfo;
import io.sojourn.spring.boot.Browser.Page;
import io.sojourn.spring.boot.app.Cart;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What applications do every day, over HTTP, on two nodes that take turns. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Scenarios {

    private final Nodes nodes;
    private Browser browser;

    Scenarios(Nodes nodes) {
        this.nodes = nodes;
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
}
