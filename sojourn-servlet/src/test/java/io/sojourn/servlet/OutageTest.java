package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.Session;
import io.sojourn.StoreUnavailableException;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Handler;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import io.sojourn.servlet.web.Wire;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The store is out of reach, and visitors are told to come back. */
class OutageTest {

    @RegisterExtension
    static final Site site = new Site().errorPage(404, "/not-found");

    private static void assertUnavailable(Reply reply) {
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).contains("1");
        assertThat(reply.body()).doesNotContain("Exception").doesNotContain("io.sojourn");
        assertThat(reply.cookies()).isEmpty();
        assertThat(site.log()).hasSize(1);
        assertThat(site.log().get(0))
                .startsWith("WARNING The visitor got status 503")
                .doesNotContain("[trace]");
    }

    private static Reply duringAnOutage(Handler handler) {
        site.on("/", handler);
        Browser browser = site.visitor("user", "ada");
        site.store().outOfReach(true);
        return browser.get("/");
    }

    /** The store goes away when the session has been loaded and changed. */
    private static Reply outageAfterTheLoad(Handler handler) {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("changed", 1);
            site.store().outOfReach(true);
            handler.handle(request, response);
        });
        return site.visitor("user", "ada").get("/");
    }

    @Test
    void requestThatNeedsNoSessionNeverNotices() {
        assertThat(duringAnOutage((request, response) -> response.getWriter().print("fine"))
                        .body())
                .isEqualTo("fine");
    }

    @Test
    void visitorIsToldToComeBackIfTheSessionCannotBeRead() {
        assertUnavailable(duringAnOutage((request, response) -> {
            response.setHeader("X-Half", "done");
            response.getWriter().print("half a page of " + request.getSession().getAttribute("user"));
        }));
    }

    @Test
    void visitorIsToldAlsoIfTheApplicationWrapsTheFailure() {
        assertUnavailable(duringAnOutage((request, response) -> {
            try {
                request.getSession();
            } catch (StoreUnavailableException e) {
                throw new ServletException(new IllegalArgumentException(e));
            }
        }));
    }

    @Test
    void storeIsAskedOnceARequestHoweverOftenTheApplicationAsks() {
        Reply reply = duringAnOutage((request, response) -> {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> request.getSession(false)).isInstanceOf(StoreUnavailableException.class);
                assertThatThrownBy(request::isRequestedSessionIdValid).isInstanceOf(StoreUnavailableException.class);
            }
            assertThat(request.getRequestedSessionId()).hasSize(22);
            response.getWriter().print("the application's own answer");
        });
        assertThat(reply.body()).isEqualTo("the application's own answer");
        assertThat(site.store().commands()).containsExactly("load");
    }

    @Test
    void visitorIsToldIfTheSessionCannotBeSavedAtTheEnd() {
        assertUnavailable(
                outageAfterTheLoad((request, response) -> response.getWriter().print("done")));
        assertThat(site.store().commands()).containsExactly("load", "commit");
    }

    @Test
    void visitorIsToldIfTheSessionCannotBeSavedBeforeAFlush() {
        assertUnavailable(outageAfterTheLoad((request, response) -> {
            response.getWriter().print("done");
            response.flushBuffer();
        }));
    }

    @Test
    void redirectDoesNotGoThroughIfTheSessionCannotBeSaved() {
        Reply reply = outageAfterTheLoad((request, response) -> response.sendRedirect("/next"));
        assertUnavailable(reply);
        assertThat(reply.header("Location")).isEmpty();
    }

    /** The user is told, stays who the user was, and can sign in again with the same cookie. */
    @ParameterizedTest
    @CsvSource({"enter", "commit"})
    void signInThatCannotBeSavedIsNotPretended(String failing) {
        site.on("/login", (request, response) -> {
            SojournFilter.signIn(request, "ada");
            request.getSession().setAttribute("role", "customer");
            response.sendRedirect("/account");
        });
        site.on("/account", (request, response) -> {
            String principal =
                    SojournFilter.session(request).flatMap(Session::principal).orElse("nobody");
            HttpSession session = request.getSession();
            response.getWriter()
                    .print(principal + " " + session.getAttribute("user") + " " + session.getAttribute("role"));
        });
        Browser browser = site.visitor("user", "guest");
        site.store().outOfReachFrom(failing);
        Reply reply = browser.get("/login");
        assertUnavailable(reply);
        assertThat(reply.header("Location")).isEmpty();
        assertThat(site.store().commands())
                .endsWith(failing)
                .filteredOn(failing::equals)
                .hasSize(1);
        site.store().outOfReach(false);
        assertThat(browser.get("/account").body()).isEqualTo("nobody guest null");
        assertThat(browser.get("/login").status()).isEqualTo(302);
        assertThat(browser.get("/account").body()).isEqualTo("ada guest customer");
    }

    @Test
    void applicationThatSwallowsTheFailureDoesNotTellItsVisitorThatAllIsWell() {
        assertUnavailable(outageAfterTheLoad((request, response) -> {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> response.getWriter().print("x".repeat(100_000)))
                        .isInstanceOf(StoreUnavailableException.class);
                assertThatThrownBy(response::flushBuffer).isInstanceOf(StoreUnavailableException.class);
            }
        }));
        assertThat(site.store().commands()).containsExactly("load", "commit");
    }

    @Test
    void applicationMayAnswerTheFailureItself() {
        Reply reply = outageAfterTheLoad((request, response) -> {
            try {
                response.flushBuffer();
            } catch (StoreUnavailableException e) {
                response.reset();
                response.setStatus(502);
                response.getWriter().print("sorry");
                response.flushBuffer();
            }
        });
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.body()).isEqualTo("sorry");
        assertThat(site.log()).hasSize(1);
    }

    @Test
    void applicationMayAnswerByAnError() {
        Reply reply = outageAfterTheLoad((request, response) -> {
            try {
                response.flushBuffer();
            } catch (StoreUnavailableException e) {
                response.sendError(502);
            }
        });
        assertThat(reply.status()).isEqualTo(502);
        assertThat(site.store().commands()).containsExactly("load", "commit");
    }

    @Test
    void failureAfterTheResponseHasLeftIsLoggedOnce() {
        Reply reply = outageAfterTheLoad((request, response) -> {
            site.store().outOfReach(false);
            response.getWriter().print("gone already");
            response.flushBuffer();
            site.store().outOfReach(true);
            request.getSession().setAttribute("late", 1);
        });
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("gone already");
        assertThat(site.log()).hasSize(1);
    }

    @Test
    void connectionIsCutIfTheFailureHitsAHalfSentAnswer() throws Exception {
        site.on("/", (request, response) -> {
            response.getWriter().print("half ");
            response.flushBuffer();
            site.store().outOfReach(true);
            SojournFilter.update(request, session -> {
                session.set("user", "ada");
                return 1;
            });
        });
        site.store().outOfReach(false);
        String cookie = site.stored("user", "ada").token().reveal();
        try (Wire wire = site.wire("/", "Cookie: " + Site.COOKIE + "=" + cookie)) {
            assertThat(wire.rest())
                    .contains("half ")
                    .doesNotContain("\r\n0\r\n")
                    .doesNotContain("Exception");
        }
        assertThat(site.log()).hasSize(1);
    }

    @Test
    void applicationsOwnFailureComesFirst() {
        Reply reply = outageAfterTheLoad((request, response) -> {
            throw new IllegalArgumentException("the application's own");
        });
        assertThat(reply.status()).isEqualTo(500);
        assertThat(site.log()).hasSize(1);
    }

    @Test
    void errorPageThatAsksForTheSessionIsShownWithoutIt() {
        site.on("/not-found", (request, response) -> {
            Object user = request.getSession(false) == null ? "nobody" : "somebody";
            response.getWriter().print("not found, " + user);
        });
        Reply reply = duringAnOutage((request, response) -> response.sendError(404));
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.body()).isEqualTo("not found, nobody");
    }

    @Test
    void outageIsToldOnceInAWhileWithACount() {
        site.on("/", (request, response) -> response.getWriter().print(request.getSession()));
        Browser browser = site.visitor("user", "ada");
        site.store().outOfReach(true);
        for (int i = 0; i < 5; i++) {
            assertThat(browser.get("/").status()).isEqualTo(503);
        }
        assertThat(site.log()).hasSize(1);
        site.pass(Duration.ofSeconds(10));
        browser.get("/");
        assertThat(site.log()).hasSize(2);
        assertThat(site.log().get(1)).contains("and 4 more like it");
    }

    @Test
    void firstRequestAfterTheOutageIsServed() {
        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("user")));
        Browser browser = site.visitor("user", "ada");
        site.store().outOfReach(true);
        assertThat(browser.get("/").status()).isEqualTo(503);
        site.store().outOfReach(false);
        assertThat(browser.get("/").body()).isEqualTo("ada");
    }
}
