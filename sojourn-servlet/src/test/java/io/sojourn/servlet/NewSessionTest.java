package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When a session is stored for the first time, and the client told of it. */
class NewSessionTest {

    @RegisterExtension
    static final Site site = new Site();

    @Test
    void sessionWithoutAttributesIsNeitherStoredNorInACookie() {
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            session.setAttribute("user", "ada");
            session.removeAttribute("user");
        });
        assertThat(site.browser().get("/").cookies()).isEmpty();
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void firstAttributeStoresTheSessionAndSetsOneCookie() {
        site.on("/", (request, response) -> request.getSession().setAttribute("user", "ada"));
        Reply reply = site.browser().get("/");
        assertThat(reply.cookies())
                .singleElement()
                .asString()
                .matches("JSESSIONID=[\\w-]{46}; Path=/; HttpOnly; SameSite=Lax");
        assertThat(site.store().commands()).containsExactly("commit");
    }

    @Test
    void nextRequestFindsItAndSetsNoCookie() {
        Browser browser = site.browser();
        site.on("/", (request, response) -> request.getSession().setAttribute("user", "ada"));
        browser.get("/");
        site.store().forget();
        site.on("/", (request, response) -> {
            assertThat(request.getSession().isNew()).isFalse();
            response.getWriter().print(request.getSession().getAttribute("user"));
        });
        Reply reply = browser.get("/");
        assertThat(reply.body()).isEqualTo("ada");
        assertThat(reply.cookies()).isEmpty();
        assertThat(site.store().commands()).containsExactly("load");
    }

    @Test
    void changeOfAStoredSessionIsOneCommandAndNoCookie() {
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            session.setAttribute("visits", (int) session.getAttribute("visits") + 1);
        });
        assertThat(site.visitor("visits", 1).get("/").cookies()).isEmpty();
        assertThat(site.store().commands()).containsExactly("load", "commit");
    }

    @Test
    void newSessionAfterTheResponseIsCommittedIsRefusedNamingTheCall() {
        site.on("/", (request, response) -> {
            response.flushBuffer();
            assertThat(request.getSession(false)).isNull();
            assertThatThrownBy(() -> request.getSession(true))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("getSession(true) came too late");
            assertThatThrownBy(request::getSession)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("getSession() came too late");
            assertThatThrownBy(() -> SojournFilter.update(request, session -> 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("update(…) came too late");
            assertThatThrownBy(() -> SojournFilter.signIn(request, "ada"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("signIn(…) came too late");
        });
        site.browser().get("/");
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void firstAttributeAfterTheResponseIsCommittedIsRefused() {
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            response.flushBuffer();
            assertThatThrownBy(() -> session.setAttribute("user", "ada"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("setAttribute(\"user\", …)")
                    .hasMessageContaining("came too late");
        });
        site.browser().get("/");
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void sessionThatNobodyCouldOpenIsNotStored() {
        site.on("/", (request, response) -> {
            HttpSession unused = request.getSession();
            response.flushBuffer();
            SojournFilter.session(request).orElseThrow().set("user", "ada");
        });
        assertThat(site.browser().get("/").cookies()).isEmpty();
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void storedSessionMayChangeAfterTheResponseIsCommitted() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("first", 1);
            response.flushBuffer();
            request.getSession().setAttribute("second", 2);
        });
        Browser browser = site.browser();
        browser.get("/");
        assertThat(site.store().commands()).containsExactly("commit", "commit");
        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("second")));
        assertThat(browser.get("/").body()).isEqualTo("2");
    }

    @Test
    void cookieThatWasResetAwayComesAgain() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            SojournFilter.save(request);
            response.reset();
        });
        Browser browser = site.browser();
        assertThat(browser.get("/").cookies()).hasSize(1);
        site.on(
                "/",
                (request, response) -> assertThat(request.getSession(false)).isNotNull());
        browser.get("/");
    }

    @Test
    void applicationsOwnCookiesStay() {
        site.on("/", (request, response) -> {
            response.addHeader("Set-Cookie", "a=1");
            request.getSession().setAttribute("user", "ada");
            SojournFilter.save(request);
            response.addHeader("Set-Cookie", "b=2");
            String unused = request.changeSessionId();
        });
        assertThat(site.browser().get("/").cookies())
                .hasSize(3)
                .contains("a=1", "b=2")
                .filteredOn(cookie -> cookie.startsWith("JSESSIONID="))
                .hasSize(1);
    }

    @Test
    void sessionIsSavedAlsoIfTheApplicationFails() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("visits", 2);
            throw new IllegalArgumentException("the application's own failure");
        });
        Browser browser = site.visitor("visits", 1);
        assertThat(browser.get("/").status()).isEqualTo(500);
        assertThat(site.store().commands()).containsExactly("load", "commit");
    }

    @Test
    void cookieWithoutAMaxAgeIsNotSentAgain() {
        site.on(
                "/",
                (request, response) -> assertThat(request.getSession(false)).isNotNull());
        Browser browser = site.visitor("user", "ada");
        site.pass(Duration.ofMinutes(5));
        assertThat(browser.get("/").cookies()).isEmpty();
    }
}
