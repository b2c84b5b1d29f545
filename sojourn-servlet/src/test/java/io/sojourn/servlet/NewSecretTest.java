package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sojourn.Session;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpSession;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions that get a new secret: at login, or on demand. */
class NewSecretTest {

    private static final String UNDERTOW = "Undertow keeps who has logged in in a session of its own";

    @RegisterExtension
    static final Site site = new Site();

    @Test
    void changeSessionIdReplacesTheSecretAndKeepsTheSession() {
        Session stored = site.stored("user", "ada");
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            String before = session.getId();
            String after = request.changeSessionId();
            assertThat(after).isNotEqualTo(before).isEqualTo(session.getId());
            assertThat(request.getSession()).isSameAs(session);
            assertThat(request.isRequestedSessionIdValid()).isTrue();
        });
        Browser browser = site.browser().with(Site.COOKIE, stored.token().reveal());
        assertThat(browser.get("/").cookies()).hasSize(1);
        assertThat(site.store().commands()).containsExactly("load", "commit");
        assertThat(site.manager().find(stored.token())).isEmpty();
        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("user")));
        assertThat(browser.get("/").body()).isEqualTo("ada");
    }

    @Test
    void changeSessionIdNeedsASession() {
        site.on(
                "/",
                (request, response) ->
                        assertThatThrownBy(request::changeSessionId).isInstanceOf(IllegalStateException.class));
        site.browser().get("/");
    }

    @Test
    void changeSessionIdIsRefusedWhenTheClientCannotBeTold() {
        Session stored = site.stored("user", "ada");
        site.on("/", (request, response) -> {
            response.flushBuffer();
            assertThatThrownBy(request::changeSessionId)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("changeSessionId() came too late");
        });
        site.browser().with(Site.COOKIE, stored.token().reveal()).get("/");
        assertThat(site.manager().find(stored.token())).isPresent();
    }

    @Test
    void newSessionThatIsRotatedLaterHasOneCookieOnly() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            SojournFilter.save(request);
            String unused = request.changeSessionId();
            SojournFilter.save(request);
            unused = request.changeSessionId();
        });
        Browser browser = site.browser();
        assertThat(browser.get("/").cookies()).hasSize(1);
        site.on(
                "/",
                (request, response) -> assertThat(request.getSession(false)).isNotNull());
        browser.get("/");
    }

    @Test
    void signInBindsThePrincipalAndRotates() {
        Session stored = site.stored("cart", "tea");
        site.on("/login", (request, response) -> {
            SojournFilter.signIn(request, "ada");
            assertThat(SojournFilter.session(request).orElseThrow().principal()).contains("ada");
            assertThat(site.store().commands()).containsExactly("load");
        });
        Browser browser = site.browser().with(Site.COOKIE, stored.token().reveal());
        browser.get("/login");
        assertThat(site.store().commands()).containsExactly("load", "enter", "commit");
        assertThat(site.manager().find(stored.token())).isEmpty();
        Session now = site.manager()
                .find(Objects.requireNonNull(browser.cookie(Site.COOKIE)))
                .orElseThrow();
        assertThat(now.principal()).contains("ada");
        assertThat(now.get("cart", String.class)).contains("tea");
    }

    @Test
    void signInMakesASessionIfThereIsNone() {
        site.on("/login", (request, response) -> SojournFilter.signIn(request, "ada"));
        assertThat(site.browser().get("/login").cookies()).hasSize(1);
        assertThat(site.store().commands()).containsExactly("enter", "commit");
    }

    @Test
    void containersLoginRotatesAndLogoutRotatesAgain() {
        assumeFalse(Site.isUndertow(), UNDERTOW);
        Session stored = site.stored("cart", "tea");
        Browser browser = site.browser().with(Site.COOKIE, stored.token().reveal());
        site.on("/login", (request, response) -> {
            assertThatThrownBy(() -> request.login("ada", "wrong")).isInstanceOf(ServletException.class);
            String before = request.getSession().getId();
            request.login("ada", "engine");
            assertThat(request.getUserPrincipal().getName()).isEqualTo("ada");
            assertThat(request.getSession().getId()).isNotEqualTo(before);
        });
        assertThat(browser.get("/login").cookies()).hasSize(1);
        assertThat(site.manager().find(stored.token())).isEmpty();
        assertThat(principals(browser)).containsExactly("ada");

        site.on("/logout", (request, response) -> {
            request.login("ada", "engine");
            String before = request.getSession().getId();
            request.logout();
            assertThat(request.getUserPrincipal()).isNull();
            assertThat(request.getSession().getId()).isNotEqualTo(before);
        });
        assertThat(browser.get("/logout").cookies()).hasSize(1);
        assertThat(principals(browser)).isEmpty();
    }

    private static List<String> principals(Browser browser) {
        return site
                .manager()
                .find(Objects.requireNonNull(browser.cookie(Site.COOKIE)))
                .orElseThrow()
                .principal()
                .stream()
                .toList();
    }

    @Test
    void containersLoginWithoutASessionMakesNone() {
        assumeFalse(Site.isUndertow(), UNDERTOW);
        site.on("/login", (request, response) -> request.login("ada", "engine"));
        assertThat(site.browser().get("/login").cookies()).isEmpty();
        assertThat(site.store().commands()).isEmpty();
        assertThat(site.containerSessions()).isZero();
    }

    @Test
    void containersAuthenticationRotatesOnce() {
        assumeFalse(Site.isUndertow(), UNDERTOW);
        Session stored = site.stored("cart", "tea");
        Browser browser =
                site.browser().with(Site.COOKIE, stored.token().reveal()).authorized("ada", "engine");
        site.on("/", (request, response) -> {
            assertThat(request.authenticate(response)).isTrue();
            assertThat(request.getUserPrincipal().getName()).isEqualTo("ada");
        });
        assertThat(browser.get("/").cookies()).hasSize(1);
        assertThat(site.manager().find(stored.token())).isEmpty();
        assertThat(browser.get("/").cookies()).isEmpty();
        assertThat(site.containerSessions()).isZero();
    }

    @Test
    void challengeOfTheContainerDoesNotLeaveBeforeTheSave() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("wanted", "/secret");
            assertThat(request.authenticate(response)).isFalse();
            assertThat(site.store().commands()).containsExactly("commit");
        });
        Reply reply = site.browser().get("/");
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.cookies()).hasSize(1);
        assertThat(site.store().commands()).containsExactly("commit");
    }

    @Test
    void userWhoLogsInWithEachRequestIsGivenANewSecretOnce() {
        assumeFalse(Site.isUndertow(), UNDERTOW);
        Browser browser = site.visitor("cart", "tea");
        site.on("/", (request, response) -> {
            request.login("ada", "engine");
            response.getWriter().print(request.getSession().getId());
        });
        Reply first = browser.get("/");
        Reply second = browser.get("/");
        assertThat(first.cookies()).hasSize(1);
        assertThat(second.cookies()).isEmpty();
        assertThat(second.body()).isEqualTo(first.body());
    }

    @Test
    void supersededCookieOpensNothingAndReplacesNothing() {
        Session stored = site.stored("user", "ada");
        Browser early = site.browser().with(Site.COOKIE, stored.token().reveal());
        Browser late = site.browser().with(Site.COOKIE, stored.token().reveal());
        site.on("/login", (request, response) -> SojournFilter.signIn(request, "ada"));
        early.get("/login");
        site.store().commands().clear();

        site.on("/late", (request, response) -> {
            assertThat(request.getSession(false)).isNull();
            assertThat(request.isRequestedSessionIdValid()).isFalse();
            HttpSession session = request.getSession(true);
            assertThat(session.isNew()).isTrue();
            assertThat(session.getAttribute("user")).isNull();
            session.setAttribute("mine", 1);
            assertThat(request.getSession(false)).isSameAs(session);
            assertThat(SojournFilter.update(request, one -> {
                        one.set("more", 2);
                        return "ran";
                    }))
                    .contains("ran");
            response.flushBuffer();
            session.setAttribute("after", 3);
            session.invalidate();
            request.getSession(true).setAttribute("again", 4);
        });
        assertThat(late.get("/late").cookies()).isEmpty();
        assertThat(site.store().commands()).startsWith("load", "load"); // The session, and the stand-in for it.

        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("user")));
        assertThat(early.get("/").body()).isEqualTo("ada");
    }

    @Test
    void supersededCookieBesideOneThatOpensASessionChangesNothing() {
        Session rotated = site.stored("user", "ada");
        String superseded = rotated.token().reveal();
        rotated.rotate();
        site.manager().save(rotated);
        String other = site.stored("user", "bob").token().reveal();
        site.on("/", (request, response) -> {
            assertThat(request.getSession().getAttribute("user")).isEqualTo("bob");
            request.getSession().invalidate();
            request.getSession().setAttribute("user", "carol");
        });
        Reply reply = site.browser().send("/", Site.COOKIE + "=" + superseded + "; " + Site.COOKIE + "=" + other);
        assertThat(reply.cookies()).singleElement().asString().doesNotContain("Max-Age=0");
    }

    @Test
    void requestInFlightDuringALoginKeepsItsChangeAndSetsNoCookie() {
        Session stored = site.stored("user", "ada");
        Browser login = site.browser().with(Site.COOKIE, stored.token().reveal());
        site.on("/login", (request, response) -> SojournFilter.signIn(request, "ada"));
        site.on("/slow", (request, response) -> {
            request.getSession().setAttribute("slow", "kept");
            login.get("/login");
        });
        Browser slow = site.browser().with(Site.COOKIE, stored.token().reveal());
        assertThat(slow.get("/slow").cookies()).isEmpty();
        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("slow")));
        assertThat(login.get("/").body()).isEqualTo("kept");
    }

    @Test
    void loserOfTwoRotationsSetsNoCookie() {
        Session stored = site.stored("user", "ada");
        Browser winner = site.browser().with(Site.COOKIE, stored.token().reveal());
        site.on("/login", (request, response) -> SojournFilter.signIn(request, "ada"));
        site.on("/slow", (request, response) -> {
            String unused = request.changeSessionId();
            winner.get("/login");
            SojournFilter.save(request);
            request.getSession().setAttribute("more", 1);
        });
        Browser loser = site.browser().with(Site.COOKIE, stored.token().reveal());
        assertThat(loser.get("/slow").cookies()).isEmpty();
        assertThat(principals(winner)).containsExactly("ada");
    }

    /** The client whose request it was may never see the answer to the other one. */
    @Test
    void loserOfTwoSignInsGetsASessionOfItsOwn() {
        Session stored = site.stored("user", "ada");
        Browser winner = site.browser().with(Site.COOKIE, stored.token().reveal());
        site.on("/login", (request, response) -> SojournFilter.signIn(request, "ada"));
        site.on("/slow", (request, response) -> {
            SojournFilter.signIn(request, "mallory");
            winner.get("/login");
        });
        Browser loser = site.browser().with(Site.COOKIE, stored.token().reveal());
        assertThat(loser.get("/slow").cookies()).hasSize(1);
        assertThat(principals(loser)).containsExactly("mallory");
        assertThat(principals(winner)).containsExactly("ada");
    }
}
