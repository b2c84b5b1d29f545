package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spring.boot.app.TestApplication;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** A filter in front of Sojourn's asks for the session, so the container creates one of its own. */
@ExtendWith(OutputCaptureExtension.class)
class ContainerSessionTest {

    private static final String WARNING = "The container has made a session of its own";

    @Configuration(proxyBeanMethods = false)
    static class InFront {

        @Bean
        FilterRegistrationBean<Filter> auditing() {
            FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>(InFront::auditingFilter);
            filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
            return filter;
        }

        private static void auditingFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            ((HttpServletRequest) request).getSession();
            chain.doFilter(request, response);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void logNamesTheCallerOnceAndOurSessionWorks(String server, CapturedOutput output) {
        try (Node node = Node.start(
                List.of(TestApplication.class, InFront.class), "sojourn.store=memory", "test.server=" + server)) {
            Browser browser = new Browser(List.of(node));
            browser.signIn("ada", "secret");
            browser.cookies().remove("JSESSIONID");
            assertThat(browser.get("/private").body()).isEqualTo("hello ada");
            assertThat(Objects.requireNonNull(browser.cookies().get("SESSION"))).isNotEmpty();
            assertThat(output.getAll().lines().filter(line -> line.contains(WARNING)))
                    .singleElement()
                    .asString()
                    .contains("because " + InFront.class.getName() + ".auditingFilter asked")
                    .contains("order above -2147483598 (sojourn.filter-order)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void noWarningWithoutASessionOfTheContainer(String server, CapturedOutput output) {
        try (Node node = Node.start("sojourn.store=memory", "test.server=" + server)) {
            Browser browser = new Browser(List.of(node));
            browser.signIn("ada", "secret");
            assertThat(browser.get("/private").body()).isEqualTo("hello ada");
        }
        assertThat(output.getAll()).doesNotContain(WARNING);
    }
}
