package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The cookie of who asked to be remembered outlives the browser, and no other does. */
class RememberedCookieTest {

    private static final Duration IDLE = Duration.ofDays(14);
    private static final Duration ABSOLUTE = Duration.ofDays(90);

    @RegisterExtension
    static final Site site = new Site();

    private static Session session(HttpServletRequest request) {
        return SojournFilter.session(request).orElseThrow();
    }

    private static void remember(HttpServletRequest request, String user) {
        SojournFilter.signIn(request, user);
        session(request).remember(IDLE, ABSOLUTE);
    }

    /** What is said of the cookie's life in the only cookie of a response: the seconds, or nothing. */
    private static String age(Reply reply) {
        assertThat(reply.cookies()).hasSize(1);
        String cookie = reply.cookies().get(0);
        assertThat(cookie).startsWith("JSESSIONID=").contains("; HttpOnly; SameSite=Lax");
        int age = cookie.indexOf("; Max-Age=");
        return age < 0 ? "" : cookie.substring(age + "; Max-Age=".length()).replaceFirst(";.*", "");
    }

    @BeforeEach
    void publish() {
        site.on("/login", (request, response) -> SojournFilter.signIn(request, "ada"));
        site.on("/remember", (request, response) -> remember(request, "ada"));
        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(session(request).principal()));
    }

    @Test
    void cookieOfWhoIsRememberedLastsAsLongAsTheSessionMayLieUnused() {
        assertThat(age(site.browser().get("/remember"))).isEqualTo("1209600");
        assertThat(age(site.browser().get("/login"))).isEmpty();
    }

    @Test
    void cookieIsRenewedAsTheSessionIs() {
        Browser browser = site.browser();
        browser.get("/remember");
        site.pass(Duration.ofSeconds(30));
        assertThat(browser.get("/").cookies()).isEmpty();
        site.pass(Duration.ofDays(13));
        assertThat(age(browser.get("/"))).isEqualTo("1209600");
        site.pass(Duration.ofDays(13));
        assertThat(browser.get("/").body()).contains("ada");
    }

    @Test
    void cookieEndsWithTheSessionAtItsDeadline() {
        Browser browser = site.browser();
        browser.get("/remember");
        for (int day = 0; day < 80; day += 10) {
            site.pass(Duration.ofDays(10));
            browser.get("/");
        }
        site.pass(Duration.ofDays(9));
        assertThat(age(browser.get("/"))).isEqualTo("86400");
    }

    @Test
    void rotationKeepsTheLongLife() {
        Browser browser = site.browser();
        browser.get("/remember");
        site.on("/rotate", (request, response) -> response.getWriter().print(request.changeSessionId()));
        assertThat(age(browser.get("/rotate"))).isEqualTo("1209600");
        assertThat(age(browser.get("/login"))).as("the same user again").isEqualTo("1209600");
    }

    @Test
    void cookieEndsWithTheBrowserAgainAfterASignOutOrWhenSomebodyElseSignsIn() {
        Browser ada = site.browser();
        ada.get("/remember");
        site.on("/out", (request, response) -> session(request).signOut());
        assertThat(age(ada.get("/out"))).isEmpty();

        Browser bob = site.browser();
        bob.get("/remember");
        site.on("/bob", (request, response) -> SojournFilter.signIn(request, "bob"));
        assertThat(age(bob.get("/bob"))).isEmpty();
    }

    @Test
    void whoAsksLaterIsToldWithTheSameToken() {
        Browser browser = site.browser();
        browser.get("/login");
        String token = browser.cookie(Site.COOKIE);
        site.on("/later", (request, response) -> session(request).remember(IDLE, ABSOLUTE));
        assertThat(age(browser.get("/later"))).isEqualTo("1209600");
        assertThat(browser.cookie(Site.COOKIE)).isEqualTo(token);
        assertThat(browser.get("/").cookies()).isEmpty();
    }

    @Test
    void whoAsksAfterTheFirstSaveOfTheRequestGetsOneCookie() {
        site.on("/two", (request, response) -> {
            SojournFilter.signIn(request, "ada");
            SojournFilter.save(request);
            session(request).remember(IDLE, ABSOLUTE);
        });
        assertThat(age(site.browser().get("/two"))).isEqualTo("1209600");
    }

    @Test
    void withoutAnyLimitItLastsAsLongAsBrowsersAllow() {
        site.on("/", (request, response) -> {
            SojournFilter.signIn(request, "ada");
            session(request).remember(Duration.ZERO, Duration.ZERO);
        });
        assertThat(age(site.browser().get("/"))).isEqualTo("34560000"); // 400 days
    }

    @Test
    void signOutClearsIt() {
        Browser browser = site.browser();
        browser.get("/remember");
        site.on("/end", (request, response) -> request.getSession().invalidate());
        assertThat(age(browser.get("/end"))).isEqualTo("0");
    }
}
