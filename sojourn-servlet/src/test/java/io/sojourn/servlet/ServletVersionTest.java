package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Site;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That this run is the run that it is meant to be. */
class ServletVersionTest {

    @RegisterExtension
    static final Site site = new Site();

    @Test
    void containerHasTheVersionThatThisRunIsFor() {
        site.on("/", (request, response) -> {
            var context = request.getServletContext();
            response.getWriter().print(context.getMajorVersion() + "." + context.getMinorVersion());
        });
        String expected = System.getProperty("sojourn.servletVersion", "6.1");
        assertThat(site.browser().get("/").body()).isEqualTo(expected);
        assertThat(ServletVersion.is61()).isEqualTo(expected.equals("6.1"));
    }
}
