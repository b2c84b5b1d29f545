package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.DispatcherType;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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

    @Test
    void sessionThatAForwardMakesEitherHasACookieOrIsNotStored() {
        site.on(
                "/",
                (request, response) -> Objects.requireNonNull(request.getRequestDispatcher("/inner"))
                        .forward(request, response));
        site.on("/inner", (request, response) -> request.getSession().setAttribute("first", 1));
        if (site.browser().get("/").cookies().isEmpty()) {
            assertThat(site.store().commands()).isEmpty();
            assertThat(site.log()).singleElement().asString().contains("map SojournFilter");
        } else {
            assertThat(site.store().commands()).containsExactly("commit");
        }
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
