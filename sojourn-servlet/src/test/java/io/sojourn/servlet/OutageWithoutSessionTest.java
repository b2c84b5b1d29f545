package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The store is out of reach, and requests go on without their sessions. */
class OutageWithoutSessionTest {

    @RegisterExtension
    static final Site site = new Site()
            .filter(manager -> SojournFilter.builder(manager)
                    .onOutage(OutagePolicy.WITHOUT_SESSION)
                    .build());

    @Test
    void requestGoesOnAsIfThereWereNoSession() {
        site.on("/", (request, response) -> {
            assertThat(request.getSession(false)).isNull();
            request.getSession().setAttribute("mine", 1);
            assertThat(request.getSession(false).getAttribute("mine")).isEqualTo(1);
            response.getWriter().print("served");
        });
        Browser browser = site.visitor("user", "ada");
        site.store().outOfReach(true);
        Reply reply = browser.get("/");
        assertThat(reply.body()).isEqualTo("served");
        assertThat(reply.cookies()).isEmpty();
        assertThat(site.store().commands()).containsExactly("load");
        assertThat(site.log()).singleElement().asString().startsWith("WARNING ");
    }

    @Test
    void sessionIsBackAfterTheOutage() {
        site.on("/", (request, response) -> response.getWriter().print(request.getSession(false) != null));
        Browser browser = site.visitor("user", "ada");
        site.store().outOfReach(true);
        assertThat(browser.get("/").body()).isEqualTo("false");
        site.store().outOfReach(false);
        assertThat(browser.get("/").body()).isEqualTo("true");
    }

    /** It knows of no bad id, which would be there again after the redirect. */
    @Test
    void pageThatRedirectsToBeRidOfABadIdIsServed() {
        site.on("/", UnknownTokenTest::redirectingFromABadId);
        Browser browser = site.visitor("user", "ada");
        site.store().outOfReach(true);
        Reply reply = browser.get("/");
        assertThat(reply.body()).isEqualTo("welcome");
        assertThat(reply.cookies()).isEmpty();
    }

    @Test
    void saveThatFailsLetsTheAnswerPass() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("mine", 1);
            site.store().outOfReach(true);
            response.getWriter().print("served");
            response.flushBuffer();
            request.getSession().setAttribute("mine", 2);
        });
        Reply reply = site.browser().get("/");
        assertThat(reply.body()).isEqualTo("served");
        assertThat(reply.cookies()).isEmpty();
        assertThat(site.store().commands()).containsExactly("commit");
        assertThat(site.log()).hasSize(1);
    }

    @Test
    void logoutIsNotPretended() {
        site.on("/logout", (request, response) -> {
            var session = request.getSession();
            site.store().outOfReach(true);
            session.invalidate();
        });
        Reply reply = site.visitor("user", "ada").get("/logout");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.cookies()).isEmpty();
    }
}
