package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The filter's place among others. */
class FilterChainTest {

    @Nested
    class Twice {

        @RegisterExtension
        static final Site site = new Site();

        static {
            site.inside(
                    (request, response, chain) -> new SojournFilter(site.manager()).doFilter(request, response, chain));
        }

        @Test
        void filterThatIsPassedTwiceWorksAsOnce() {
            site.on("/", (request, response) -> {
                request.getSession()
                        .setAttribute("visits", (int) request.getSession().getAttribute("visits") + 1);
                response.getWriter().print(request.getSession().getAttribute("visits"));
            });
            Reply reply = site.visitor("visits", 1).get("/");
            assertThat(reply.body()).isEqualTo("2");
            assertThat(site.store().commands()).containsExactly("load", "commit");
        }

        @Test
        void innerFilterLeavesTheAnswerToTheOuterOne() {
            site.on("/", (request, response) -> response.getWriter().print(request.getSession()));
            var browser = site.visitor("visits", 1);
            site.store().outOfReach(true);
            assertThat(browser.get("/").status()).isEqualTo(503);
            assertThat(site.log()).hasSize(1);
        }
    }

    @Nested
    class NotThere {

        @RegisterExtension
        static final Site site = new Site().withoutFilter();

        @Test
        void requestThatHasNotPassedTheFilterIsToldSo() {
            site.on("/", (request, response) -> {
                assertThatThrownBy(() -> SojournFilter.session(request))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("has not passed the SojournFilter");
                assertThatThrownBy(() -> SojournFilter.save(request)).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> SojournFilter.signIn(request, "ada"))
                        .isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> SojournFilter.update(request, session -> 1))
                        .isInstanceOf(IllegalStateException.class);
            });
            assertThat(site.browser().get("/").status()).isEqualTo(200);
        }
    }

    @Nested
    class NoHttp {

        @RegisterExtension
        static final Site site = new Site().withoutFilter();

        @Test
        void requestsOfOtherProtocolsPassUntouched() {
            site.on("/", (request, response) -> {
                ServletRequest other = new ServletRequestWrapper(request);
                ServletResponse answer = new ServletResponseWrapper(response);
                AtomicReference<ServletRequest> passed = new AtomicReference<>();
                FilterChain chain = (through, unused) -> passed.set(through);
                new SojournFilter(site.manager()).doFilter(other, answer, chain);
                assertThat(passed.get()).isSameAs(other);
            });
            site.browser().get("/");
        }
    }

    @Nested
    class AnotherInFront {

        @RegisterExtension
        static final Site site = new Site().outside((request, response, chain) -> {
            chain.doFilter(request, response);
            if (((HttpServletRequest) request).getSession(false) != null) {
                throw new AssertionError("the container has a session");
            }
        });

        @Test
        void filterInFrontSeesNoSessionAtAll() {
            site.on("/", (request, response) -> request.getSession().setAttribute("user", "ada"));
            assertThat(site.browser().get("/").status()).isEqualTo(200);
            assertThat(site.containerSessions()).isZero();
        }
    }
}
