package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.http.HttpSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions that end: by this request, by another one, or long ago. */
class EndedSessionTest {

    private static final String CLEARED =
            "JSESSIONID=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax";

    @RegisterExtension
    static final Site site = new Site();

    @Test
    void invalidateEndsTheSessionAtOnceAndClearsTheCookie() {
        Session stored = site.stored("user", "ada");
        site.on("/logout", (request, response) -> {
            request.getSession().setAttribute("user", "changed before");
            request.getSession().invalidate();
            assertThat(site.store().commands()).containsExactly("load", "delete");
            assertThat(request.getSession(false)).isNull();
            assertThat(request.isRequestedSessionIdValid()).isFalse();
        });
        Reply reply = site.browser().with(Site.COOKIE, stored.token().reveal()).get("/logout");
        assertThat(reply.cookies()).containsExactly(CLEARED);
        assertThat(site.store().commands()).containsExactly("load", "delete");
        assertThat(site.manager().find(stored.token())).isEmpty();
    }

    /** As with two tabs: a slow request from before the sign-in ends its session when the browser has the new cookie already. */
    @Test
    void invalidateOfARequestFromBeforeTheSignInNeitherEndsThatSessionNorClearsItsCookie() {
        Session stored = site.stored("cart", "tea");
        Session signedIn = site.manager().find(stored.token()).orElseThrow();
        site.on("/logout", (request, response) -> {
            HttpSession session = request.getSession();
            signedIn.signIn("ada");
            assertThat(site.manager().save(signedIn)).isEqualTo(SaveOutcome.SAVED);
            session.invalidate();
            assertThat(request.getSession(false)).isNull();
        });
        Reply reply = site.browser().with(Site.COOKIE, stored.token().reveal()).get("/logout");
        assertThat(reply.cookies()).isEmpty();
        assertThat(site.manager().find(signedIn.token()).orElseThrow().principal())
                .hasValue("ada");
    }

    /** As an application does that signs a user out everywhere. */
    @Test
    void invalidateOfASessionThatHasEndedAlreadyClearsItsCookie() {
        Session stored = site.stored("cart", "tea");
        site.on("/logout", (request, response) -> {
            HttpSession session = request.getSession();
            assertThat(site.manager().revoke(stored.id())).isTrue();
            session.invalidate();
        });
        Reply reply = site.browser().with(Site.COOKIE, stored.token().reveal()).get("/logout");
        assertThat(reply.cookies()).containsExactly(CLEARED);
    }

    @Test
    void aSessionMadeAfterSuchAnInvalidateDoesNotReplaceThatCookieUnlessItIsSignedIn() {
        for (String user : new String[] {"", "grace"}) {
            Session stored = site.stored("cart", "tea");
            Session signedIn = site.manager().find(stored.token()).orElseThrow();
            site.on("/again", (request, response) -> {
                HttpSession session = request.getSession();
                signedIn.signIn("ada");
                assertThat(site.manager().save(signedIn)).isEqualTo(SaveOutcome.SAVED);
                session.invalidate();
                request.getSession().setAttribute("error", "late");
                if (!user.isEmpty()) {
                    SojournFilter.signIn(request, user);
                }
            });
            Reply reply =
                    site.browser().with(Site.COOKIE, stored.token().reveal()).get("/again");
            assertThat(reply.cookies()).hasSize(user.isEmpty() ? 0 : 1);
            Session ada = site.manager().find(signedIn.token()).orElseThrow();
            assertThat(ada.principal()).hasValue("ada");
            assertThat(ada.names()).containsExactly("cart");
            assertThat(site.manager().findByPrincipal("grace")).hasSize(user.isEmpty() ? 0 : 1);
        }
    }

    @Test
    void invalidateThenGetSessionGivesANewOneAndItsCookie() {
        Session stored = site.stored("user", "ada");
        site.on("/", (request, response) -> {
            HttpSession old = request.getSession();
            old.invalidate();
            HttpSession fresh = request.getSession();
            assertThat(fresh).isNotSameAs(old);
            assertThat(fresh.isNew()).isTrue();
            assertThat(fresh.getId()).isNotEqualTo(old.getId());
            assertThat(fresh.getAttribute("user")).isNull();
            fresh.setAttribute("user", "bob");
        });
        Browser browser = site.browser().with(Site.COOKIE, stored.token().reveal());
        Reply reply = browser.get("/");
        assertThat(reply.cookies()).singleElement().asString().matches("JSESSIONID=[\\w-]{46}; Path=/; .*");
        assertThat(site.manager().find(stored.token())).isEmpty();
        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("user")));
        assertThat(browser.get("/").body()).isEqualTo("bob");
    }

    @Test
    void newSessionThatStaysEmptyAfterInvalidateLeavesTheCookieCleared() {
        site.on("/", (request, response) -> {
            request.getSession().invalidate();
            HttpSession unused = request.getSession();
        });
        assertThat(site.visitor("user", "ada").get("/").cookies()).containsExactly(CLEARED);
    }

    @Test
    void sessionThatWasMadeAndInvalidatedInOneRequestLeavesNothing() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            request.getSession().invalidate();
        });
        assertThat(site.browser().get("/").cookies()).isEmpty();
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void sessionThatWasSavedAndInvalidatedInOneRequestClearsItsOwnCookie() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            assertThat(SojournFilter.save(request)).isEqualTo(SaveOutcome.SAVED);
            request.getSession().invalidate();
        });
        assertThat(site.browser().get("/").cookies()).containsExactly(CLEARED);
        assertThat(site.store().commands()).containsExactly("commit", "delete");
    }

    @Test
    void invalidateAfterTheResponseIsCommittedEndsTheSessionAllTheSame() {
        Session stored = site.stored("user", "ada");
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            response.flushBuffer();
            session.invalidate();
            assertThatThrownBy(() -> request.getSession(true)).isInstanceOf(IllegalStateException.class);
        });
        assertThat(site.browser()
                        .with(Site.COOKIE, stored.token().reveal())
                        .get("/")
                        .cookies())
                .isEmpty();
        assertThat(site.manager().find(stored.token())).isEmpty();
    }

    @Test
    void unknownIdClearsNothing() {
        Session gone = site.stored("user", "ada");
        site.manager().revoke(gone.id());
        site.on(
                "/",
                (request, response) -> assertThat(request.getSession(false)).isNull());
        assertThat(site.browser()
                        .with(Site.COOKIE, gone.token().reveal())
                        .get("/")
                        .cookies())
                .isEmpty();
    }

    @Test
    void lateSaveAfterALogoutDoesNotResurrectAndSetsNoCookie() {
        Session stored = site.stored("user", "ada");
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("late", 1);
            site.manager().revoke(stored.id());
            response.flushBuffer();
            assertThat(request.isRequestedSessionIdValid()).isFalse();
            assertThat(request.getSession(false).getAttribute("user")).isEqualTo("ada");
            request.getSession().setAttribute("later", 2);
        });
        assertThat(site.browser()
                        .with(Site.COOKIE, stored.token().reveal())
                        .get("/")
                        .cookies())
                .isEmpty();
        assertThat(site.store().commands()).containsExactly("load", "delete", "commit");
        assertThat(site.manager().find(stored.token())).isEmpty();
    }
}
