package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The client shows a token that opens nothing: its session has ended, or never was one of ours. */
class UnknownTokenTest {

    @RegisterExtension
    static final Site site = new Site();

    @BeforeEach
    void servePages() {
        site.on("/", UnknownTokenTest::redirectingFromABadId);
        site.on("/look", (request, response) -> response.getWriter().print(request.getSession(false) == null));
        site.on("/ask", (request, response) -> request.getSession());
        site.on("/again", (request, response) -> {
            request.getSession().invalidate();
            request.getSession();
        });
        site.on("/timeout", (request, response) -> request.getSession().setMaxInactiveInterval(60));
        site.on("/timeout-and-attribute", (request, response) -> {
            request.getSession().setMaxInactiveInterval(60);
            request.getSession().setAttribute("a", 1);
        });
    }

    /** As Spring Security's {@code invalidSessionUrl} does. */
    static void redirectingFromABadId(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getRequestedSessionId() != null && !request.isRequestedSessionIdValid()) {
            request.getSession();
            response.sendRedirect("/");
        } else {
            response.getWriter().print("welcome");
        }
    }

    private static Browser ended() {
        Session stored = site.stored("user", "ada");
        site.manager().revoke(stored);
        return site.browser().with(Site.COOKIE, stored.token().reveal());
    }

    @Test
    void redirectToBeRidOfABadIdEnds() {
        String never = site.manager().create().token().reveal();
        for (Browser browser : List.of(
                ended(),
                site.browser().with(Site.COOKIE, never),
                site.browser().with(Site.COOKIE, "0123456789ABCDEF0123456789ABCDEF"),
                site.browser().with(Site.COOKIE, "garbage"))) {
            String bad = browser.cookie(Site.COOKIE);
            Reply first = browser.get("/");
            assertThat(first.status()).isEqualTo(302);
            assertThat(first.cookies()).hasSize(1);
            assertThat(browser.cookie(Site.COOKIE)).isNotEqualTo(bad);
            assertThat(browser.get("/").body()).isEqualTo("welcome");
        }
    }

    @Test
    void unknownIdAloneClearsNothing() {
        Browser browser = ended();
        Reply reply = browser.get("/look");
        assertThat(reply.body()).isEqualTo("true");
        assertThat(reply.cookies()).isEmpty();
    }

    @Test
    void emptySessionOfAClientThatShowedNothingIsNotStored() {
        assertThat(site.browser().get("/ask").cookies()).isEmpty();
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void emptySessionAfterTheRequestsOwnInvalidateIsNotStored() {
        Reply reply = site.visitor("user", "ada").get("/again");
        assertThat(reply.cookies()).singleElement().asString().contains("Max-Age=0");
        assertThat(site.store().commands()).containsExactly("load", "delete");
    }

    @Test
    void emptySessionForAReplacedTokenSetsNoCookie() {
        Session stored = site.stored("user", "ada");
        String old = stored.token().reveal();
        stored.rotate();
        site.manager().save(stored);
        assertThat(site.browser().with(Site.COOKIE, old).get("/ask").cookies()).isEmpty();
    }

    /** No cookie may be set for it, so a redirect would bring the same one back. */
    @Test
    void pageThatRedirectsToBeRidOfABadIdIsServedForAReplacedToken() {
        Session stored = site.stored("user", "ada");
        Browser late = site.browser().with(Site.COOKIE, stored.token().reveal());
        stored.signIn("ada");
        site.manager().save(stored);
        Reply reply = late.get("/");
        assertThat(reply.body()).isEqualTo("welcome");
        assertThat(reply.cookies()).isEmpty();
    }

    @Test
    void timeoutThatIsLostWithAnEmptySessionIsToldOnce() {
        site.browser().get("/timeout-and-attribute");
        assertThat(site.log()).isEmpty();
        site.browser().get("/timeout");
        site.browser().get("/timeout");
        assertThat(site.log()).singleElement().asString().contains("setMaxInactiveInterval", "storeEmptySessions");
    }

    @Test
    void timeoutOfAnEmptySessionInPlaceOfABadOneIsKept() {
        Browser browser = ended();
        browser.get("/timeout");
        String token = browser.cookie(Site.COOKIE);
        assertThat(token).isNotNull();
        assertThat(site.manager().find(token).orElseThrow().idleTimeout()).hasSeconds(60);
    }
}
