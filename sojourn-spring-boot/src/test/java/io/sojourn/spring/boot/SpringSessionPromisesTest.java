package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionManager;
import io.sojourn.http.SessionCookie;
import io.sojourn.memory.MemoryStore;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.spring.session.SojournSessionRepository;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** What the filter of Spring Session promises to applications, kept by Sojourn's filter as the starter sets it up. */
class SpringSessionPromisesTest {

    /** What an application does with one request. */
    interface Step {
        void run(HttpServletRequest request, HttpServletResponse response) throws IOException;
    }

    private final SessionManager manager = SessionManager.create(new MemoryStore());
    private final SojournSessionRepository repository = new SojournSessionRepository(manager);
    private final SojournFilter filter = SojournFilter.builder(manager)
            .cookie(SessionCookie.builder().name("SESSION").build())
            .storeEmptySessions(true)
            .build();

    private MockHttpServletRequest request = new MockHttpServletRequest();
    private MockHttpServletResponse response = new MockHttpServletResponse();
    private @Nullable String cookie;

    private void next(Step step) throws Exception {
        request = new MockHttpServletRequest();
        response = new MockHttpServletResponse();
        if (cookie != null) {
            request.setCookies(new Cookie("SESSION", cookie));
            request.addHeader("Cookie", "SESSION=" + cookie);
        }
        again(step);
    }

    private void again(Step step) throws Exception {
        FilterChain chain = (wrapped, wrappedResponse) ->
                step.run((HttpServletRequest) wrapped, (HttpServletResponse) wrappedResponse);
        filter.doFilter(request, response, chain);
        for (String header : response.getHeaders("Set-Cookie")) {
            cookie = header.contains("Max-Age=0") ? null : header.substring("SESSION=".length(), header.indexOf(';'));
        }
    }

    @Test
    void emptySessionSurvivesToTheNextRequest() throws Exception {
        AtomicReference<String> id = new AtomicReference<>();
        next((request, response) -> {
            assertThat(request.getSession().isNew()).isTrue();
            id.set(request.getSession().getId());
        });
        next((request, response) -> {
            assertThat(request.isRequestedSessionIdValid()).isTrue();
            assertThat(request.getRequestedSessionId()).isEqualTo(id.get());
            HttpSession session = request.getSession(false);
            assertThat(session.getId()).isEqualTo(id.get());
            assertThat(session.isNew()).isFalse();
            assertThat(session.getServletContext()).isSameAs(request.getServletContext());
        });
        assertThat(response.getHeaders("Set-Cookie")).isEmpty();
    }

    @Test
    void maxInactiveIntervalAloneIsKept() throws Exception {
        next((request, response) -> {
            assertThat(request.getSession().getMaxInactiveInterval()).isEqualTo(1800);
            request.getSession().setMaxInactiveInterval(600);
        });
        next((request, response) ->
                assertThat(request.getSession().getMaxInactiveInterval()).isEqualTo(600));
        next((request, response) -> request.getSession().setMaxInactiveInterval(300));
        next((request, response) ->
                assertThat(request.getSession().getMaxInactiveInterval()).isEqualTo(300));
    }

    @Test
    void attributesComeAndGo() throws Exception {
        next((request, response) -> {
            request.getSession().setAttribute("a", "1");
            request.getSession().setAttribute("b", "2");
        });
        next((request, response) -> {
            assertThat(Collections.list(request.getSession().getAttributeNames()))
                    .containsExactly("a", "b");
            request.getSession().removeAttribute("a");
            assertThat(request.getSession().getAttribute("a")).isNull();
        });
        next((request, response) -> {
            assertThat(request.getSession().getAttribute("a")).isNull();
            assertThat(request.getSession().getAttribute("b")).isEqualTo("2");
        });
    }

    @Test
    void requestThatAsksForNoSessionSetsNoCookie() throws Exception {
        next((request, response) -> assertThat(request.getSession(false)).isNull());
        assertThat(response.getHeaders("Set-Cookie")).isEmpty();
        assertThat(request.getSession(false)).as("one of the container's own").isNull();
    }

    @Test
    void changedIdReplacesTheOldOne() throws Exception {
        next((request, response) -> request.getSession().setAttribute("a", "1"));
        AtomicReference<String> before = new AtomicReference<>();
        String cookieBefore = cookie;
        next((request, response) -> {
            HttpSession session = request.getSession();
            before.set(session.getId());
            String changed = request.changeSessionId();
            assertThat(changed).isNotEqualTo(before.get()).isEqualTo(session.getId());
        });
        assertThat(cookie).isNotEqualTo(cookieBefore);
        assertThat(repository.findById(Objects.requireNonNull(before.get()))).isNull();
        next((request, response) ->
                assertThat(request.getSession().getAttribute("a")).isEqualTo("1"));
        cookie = null;
        next((request, response) ->
                assertThatThrownBy(request::changeSessionId).isInstanceOf(IllegalStateException.class));
    }

    @Test
    void cookieThatIsNoneIsReplaced() throws Exception {
        cookie = "INVALID";
        next((request, response) -> {
            assertThat(request.isRequestedSessionIdValid()).isFalse();
            assertThat(request.getSession(false)).isNull();
        });
        assertThat(response.getHeaders("Set-Cookie")).isEmpty();
        next((request, response) -> request.getSession());
        assertThat(cookie).isNotEqualTo("INVALID").hasSize(46);
    }

    @Test
    void errorDispatchOfTheSameRequestHasTheSameSession() throws Exception {
        AtomicReference<String> id = new AtomicReference<>();
        next((request, response) -> {
            request.getSession().setAttribute("a", "b");
            id.set(request.getSession().getId());
        });
        again((request, response) ->
                assertThat(request.getSession(false).getId()).isEqualTo(id.get()));
    }

    @Test
    void invalidatedSessionIsRefusedAndANewOneIsMade() throws Exception {
        next((request, response) -> request.getSession().setAttribute("a", "1"));
        next((request, response) -> {
            HttpSession session = request.getSession();
            session.invalidate();
            List<Runnable> refused = List.of(
                    session::invalidate,
                    session::getCreationTime,
                    session::getLastAccessedTime,
                    session::isNew,
                    session::getAttributeNames,
                    () -> session.getAttribute("a"),
                    () -> session.setAttribute("a", "b"),
                    () -> session.removeAttribute("a"));
            refused.forEach(call -> assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class));
            assertThat(session.getId()).isNotNull();
            assertThat(session.getServletContext()).isNotNull();
            session.setMaxInactiveInterval(session.getMaxInactiveInterval());
            request.getSession().setAttribute("b", "2");
        });
        next((request, response) -> {
            assertThat(request.getSession().getAttribute("a")).isNull();
            assertThat(request.getSession().getAttribute("b")).isEqualTo("2");
        });
        next((request, response) -> request.getSession().invalidate());
        assertThat(cookie).isNull();
    }

    static Stream<Step> waysToCommit() {
        return Stream.of(
                (request, response) -> response.sendError(500),
                (request, response) -> response.sendError(500, "Error"),
                (request, response) -> response.sendRedirect("/"),
                (request, response) -> response.flushBuffer(),
                (request, response) -> response.getOutputStream().flush(),
                (request, response) -> response.getOutputStream().close(),
                (request, response) -> response.getWriter().flush(),
                (request, response) -> response.getWriter().close());
    }

    @ParameterizedTest
    @MethodSource("waysToCommit")
    void sessionIsStoredWhenTheResponseIsCommitted(Step commit) throws Exception {
        next((request, response) -> {
            String id = request.getSession().getId();
            commit.run(request, response);
            assertThat(repository.findById(id)).isNotNull();
        });
        assertThat(cookie).isNotNull();
    }
}
