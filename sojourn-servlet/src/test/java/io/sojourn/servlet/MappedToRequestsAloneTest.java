package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter is mapped to plain requests alone, as filters are by default. */
class MappedToRequestsAloneTest {

    @RegisterExtension
    static final Site site = new Site().dispatches(DispatcherType.REQUEST);

    @Test
    void sessionFromBeforeAForwardHasItsCookieAndWhatTheForwardChangesIsSaved() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("first", 1);
            Objects.requireNonNull(request.getRequestDispatcher("/inner")).forward(request, response);
        });
        site.on("/inner", (request, response) -> request.getSession().setAttribute("second", 2));
        Browser browser = site.browser();
        assertThat(browser.get("/").cookies()).hasSize(1);
        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("second")));
        assertThat(browser.get("/").body()).isEqualTo("2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sessionThatAForwardMakesIsStoredAndHasItsCookie(boolean throughTheContext) {
        forwardsToInner(throughTheContext);
        site.on("/inner", (request, response) -> {
            request.getSession().setAttribute("first", 1);
            request.getSession().setAttribute("second", 2);
        });
        Browser browser = site.browser();
        assertThat(browser.get("/").cookies()).hasSize(1);
        assertThat(site.log()).isEmpty();
        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("second")));
        assertThat(browser.get("/").body()).isEqualTo("2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sessionThatAForwardEndsHasItsCookieCleared(boolean throughTheContext) {
        forwardsToInner(throughTheContext);
        site.on("/inner", (request, response) -> request.getSession().invalidate());
        assertThat(site.visitor("user", "ada").get("/").cookies())
                .singleElement()
                .asString()
                .contains("; Max-Age=0;");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void newSecretOfAForwardIsInItsCookie(boolean throughTheContext) {
        forwardsToInner(throughTheContext);
        site.on(
                "/inner",
                (request, response) -> assertThat(request.changeSessionId()).isNotEmpty());
        assertThat(site.visitor("user", "ada").get("/").cookies()).hasSize(1);
    }

    private static void forwardsToInner(boolean throughTheContext) {
        site.on("/", (request, response) -> {
            RequestDispatcher inner = throughTheContext
                    ? request.getServletContext().getRequestDispatcher("/inner")
                    : request.getRequestDispatcher("/inner");
            Objects.requireNonNull(inner).forward(request, response);
        });
    }

    @Test
    void asyncDispatchesSeeTheSessionAllTheSame() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("first", 1);
            request.startAsync().dispatch("/later");
        });
        site.on("/later", (request, response) -> {
            assertThat(request.getSession().getAttribute("first")).isEqualTo(1);
            response.getWriter().print("later");
            response.flushBuffer();
        });
        assertThat(site.browser().get("/").cookies()).hasSize(1);
        assertThat(site.containerSessions()).isZero();
        assertThat(site.store().commands()).containsExactly("commit");
    }
}
