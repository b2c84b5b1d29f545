package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import io.sojourn.servlet.web.WatchedStore.Held;
import io.sojourn.servlet.web.Wire;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Forwards, includes and error pages are part of the request that caused them. */
class DispatchTest {

    @RegisterExtension
    static final Site site = new Site().errorPage(404, "/not-found");

    private final AtomicReference<HttpSession> seen = new AtomicReference<>();

    @BeforeEach
    void pageThatLooksAtItsSession() {
        site.on("/inner", (request, response) -> {
            seen.set(request.getSession());
            request.getSession().setAttribute("inner", 2);
            response.getWriter().print("inner of " + request.getSession().getAttribute("outer"));
        });
    }

    private static void dispatch(HttpServletRequest request, String path, Dispatch how) throws Exception {
        how.run(Objects.requireNonNull(request.getRequestDispatcher(path)));
    }

    private interface Dispatch {
        void run(jakarta.servlet.RequestDispatcher dispatcher) throws Exception;
    }

    @Test
    void forwardSeesTheSameSessionAndIsSavedOnce() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("outer", 1);
            dispatch(request, "/inner", to -> to.forward(request, response));
            assertThat(seen.get()).isSameAs(request.getSession());
        });
        assertThat(site.visitor("user", "ada").get("/").body()).isEqualTo("inner of 1");
        assertThat(site.store().commands()).containsExactly("load", "commit");
    }

    @Test
    void newSessionIsSavedBeforeAForwardAndHasOneCookie() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("outer", 1);
            dispatch(request, "/inner", to -> to.forward(request, response));
        });
        assertThat(site.browser().get("/").cookies()).hasSize(1);
        assertThat(site.store().commands()).containsExactly("commit", "commit");
    }

    @Test
    void sessionThatAForwardMakesHasItsCookie() {
        site.on("/", (request, response) -> dispatch(request, "/inner", to -> to.forward(request, response)));
        assertThat(site.browser().get("/").cookies()).hasSize(1);
        assertThat(site.store().commands()).containsExactly("commit");
    }

    @Test
    void sessionThatAForwardInvalidatesHasItsCookieCleared() {
        site.on("/inner", (request, response) -> request.getSession().invalidate());
        site.on("/", (request, response) -> dispatch(request, "/inner", to -> to.forward(request, response)));
        assertThat(site.visitor("user", "ada").get("/").cookies())
                .singleElement()
                .asString()
                .contains("Max-Age=0");
    }

    @Test
    void includeSeesTheSameSession() {
        site.on("/", (request, response) -> {
            response.getWriter().print("before, ");
            request.getSession().setAttribute("outer", 1);
            dispatch(request, "/inner", to -> to.include(request, response));
            assertThat(seen.get()).isSameAs(request.getSession());
            response.getWriter().print(", after");
        });
        Reply reply = site.browser().get("/");
        assertThat(reply.body()).isEqualTo("before, inner of 1, after");
        assertThat(reply.cookies()).hasSize(1);
    }

    @Test
    void sessionIsSavedBeforeTheFirstInclude() {
        site.on("/inner", (request, response) -> {
            assertThat(site.store().commands()).containsExactly("commit");
            request.getSession().setAttribute("inner", 2);
        });
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("outer", 1);
            dispatch(request, "/inner", to -> to.include(request, response));
            dispatch(request, "/inner", to -> to.include(request, response));
        });
        site.browser().get("/");
        assertThat(site.store().commands()).containsExactly("commit", "commit");
    }

    @Test
    void includeThatSendsTheResponseSendsTheCookieToo() {
        site.on("/inner", (request, response) -> {
            request.getSession().setAttribute("inner", 2);
            response.flushBuffer();
        });
        site.on("/", (request, response) -> dispatch(request, "/inner", to -> to.include(request, response)));
        assertThat(site.browser().get("/").cookies()).hasSize(1);
    }

    @Test
    void nothingLeavesBeforeTheSaveFromAForward() throws Exception {
        site.on("/", (request, response) -> dispatch(request, "/inner", to -> to.forward(request, response)));
        Held commit = site.store().hold("commit");
        try (Wire wire = site.wire("/")) {
            await().until(commit::isReached);
            assertThat(wire.hasArrived()).isFalse();
            commit.release();
            assertThat(wire.rest()).contains("inner of null").containsOnlyOnce("Set-Cookie: JSESSIONID=");
        }
    }

    @Test
    void changeAfterAForwardIsSaved() {
        Browser browser = site.visitor("outer", 1);
        site.on("/", (request, response) -> {
            dispatch(request, "/inner", to -> to.forward(request, response));
            request.getSession().setAttribute("after", 3);
        });
        browser.get("/");
        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("after")));
        assertThat(browser.get("/").body()).isEqualTo("3");
    }

    @Test
    void errorPageSeesTheSameSessionAndItsChangesAreSaved() {
        AtomicReference<HttpSession> first = new AtomicReference<>();
        site.on("/", (request, response) -> {
            first.set(request.getSession());
            request.getSession().setAttribute("outer", 1);
            response.sendError(404);
        });
        site.on("/not-found", (request, response) -> {
            assertThat(request.getDispatcherType()).isEqualTo(DispatcherType.ERROR);
            assertThat(request.getSession()).isSameAs(first.get());
            request.getSession().setAttribute("inner", 2);
            response.getWriter().print("nothing for " + request.getSession().getAttribute("outer"));
        });
        Browser browser = site.browser();
        Reply reply = browser.get("/");
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.body()).isEqualTo("nothing for 1");
        assertThat(reply.cookies()).hasSize(1);
        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("inner")));
        assertThat(browser.get("/").body()).isEqualTo("2");
    }

    @Test
    void errorPageMayMakeTheSession() {
        site.on("/", (request, response) -> response.sendError(404));
        site.on("/not-found", (request, response) -> request.getSession().setAttribute("inner", 2));
        assertThat(site.browser().get("/").cookies()).hasSize(1);
    }

    @Test
    void wrappersOfTheApplicationDoNotHideTheSession() {
        site.on("/inner", (request, response) -> {
            SojournFilter.session(request).orElseThrow().set("inner", 2);
            assertThat(request.getSession().getAttribute("inner")).isEqualTo(2);
        });
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("outer", 1);
            HttpServletRequest wrapped = new HttpServletRequestWrapper(request) {};
            dispatch(wrapped, "/inner", to -> to.forward(wrapped, response));
        });
        assertThat(site.browser().get("/").cookies()).hasSize(1);
        assertThat(site.store().commands()).containsExactly("commit", "commit");
    }
}
