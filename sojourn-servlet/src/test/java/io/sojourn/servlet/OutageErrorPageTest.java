package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Handler;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The store is out of reach, and the application's error page for it is behind a sign-in, or says something of its own. */
@Tag("slow")
class OutageErrorPageTest {

    @RegisterExtension
    static final Site site = new Site().errorPage(503, "/unavailable");

    private static Reply duringAnOutage(Handler errorPage) {
        site.store().outOfReach(false);
        site.on("/", (request, response) -> request.getSession());
        site.on("/unavailable", errorPage);
        Browser browser = site.visitor("user", "ada");
        site.store().outOfReach(true);
        return browser.get("/");
    }

    private static void assertUnavailable(Reply reply) {
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).contains("1");
        assertThat(reply.header("Location")).isEmpty();
    }

    @Test
    void errorPageIsShown() {
        Reply reply = duringAnOutage((request, response) -> response.getWriter().print("Come back in a minute."));
        assertUnavailable(reply);
        assertThat(reply.body()).isEqualTo("Come back in a minute.");
    }

    @Test
    void signedInUserIsNotSentToTheLoginPage() {
        assertUnavailable(duringAnOutage((request, response) -> {
            assertThat(request.getSession(false)).isNull();
            response.sendRedirect("/login");
        }));
    }

    @Test
    void signedInUserIsNotAskedForAPassword() {
        assertUnavailable(duringAnOutage((request, response) -> response.sendError(401)));
        assertUnavailable(duringAnOutage((request, response) -> response.setStatus(401)));
        assertUnavailable(duringAnOutage((request, response) -> response.sendError(403, "Forbidden")));
    }

    @Test
    void errorPageMaySetAnotherStatus() {
        assertThat(duringAnOutage((request, response) -> response.setStatus(200))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void redirectFromTheErrorPageOfAnotherFailureGoesThrough() {
        site.on("/", (request, response) -> response.sendError(503));
        site.on("/unavailable", (request, response) -> response.sendRedirect("/status"));
        Reply reply = site.visitor("user", "ada").get("/");
        assertThat(reply.status()).isEqualTo(302);
    }
}
