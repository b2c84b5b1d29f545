package io.sojourn.spring.boot.test;

import io.sojourn.Session;
import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionBindingListener;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.util.WebUtils;

/**
 * Keeps the session of a mock request and the one of Sojourn's filter, which stands in front of this one, equal. Before the
 * handler runs, what the test has put into the mock session goes into the real one. Afterwards the mock session has what the
 * real one has. A mock session that a test uses for several requests stands for one real session. Requests that are no mocks
 * pass untouched.
 */
final class MockSessionFilter implements Filter {

    /**
     * What a mock session was last like.
     *
     * @param token opens the real session
     * @param attributes what both had
     */
    private record Mirrored(String token, Map<String, Object> attributes) {}

    private final Map<HttpSession, Mirrored> known = Collections.synchronizedMap(new WeakHashMap<>());
    private final SessionCookie cookie;

    MockSessionFilter(SessionCookie cookie) {
        this.cookie = cookie;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        MockHttpServletRequest mock = WebUtils.getNativeRequest(request, MockHttpServletRequest.class);
        if (mock == null || !(request instanceof HttpServletRequest real)) {
            chain.doFilter(request, response);
            return;
        }
        HttpSession given = mock.getSession(false);
        if (given != null) {
            before(given, mock, real);
        }
        chain.doFilter(request, response);
        after(given, mock, real);
    }

    private void before(HttpSession given, MockHttpServletRequest mock, HttpServletRequest real) {
        Mirrored last = known.get(given);
        if (last != null) {
            showToken(last.token(), mock);
        }
        Map<String, Object> old = last == null ? Map.of() : last.attributes();
        Map<String, Object> now = attributes(given);
        if (last == null) {
            real.getSession();
        }
        now.forEach((name, value) -> {
            if (old.get(name) != value) {
                real.getSession().setAttribute(name, value);
            }
        });
        old.keySet().stream()
                .filter(name -> !now.containsKey(name))
                .forEach(name -> real.getSession().removeAttribute(name));
    }

    /** As a browser does with the cookie of its last response; unless the test shows a cookie of its own. */
    private void showToken(String token, MockHttpServletRequest mock) {
        String name = cookie.name(mock.isSecure());
        Cookie @Nullable [] cookies = mock.getCookies();
        Cookie[] shown = cookies == null ? new Cookie[0] : cookies;
        if (Stream.of(shown).noneMatch(one -> one.getName().equals(name))) {
            mock.setCookies(Stream.concat(Stream.of(shown), Stream.of(new Cookie(name, token)))
                    .toArray(Cookie[]::new));
        }
    }

    private void after(@Nullable HttpSession given, MockHttpServletRequest mock, HttpServletRequest real) {
        HttpSession session = real.getSession(false);
        if (session == null) {
            if (given != null && mock.getSession(false) == given) {
                given.invalidate();
            }
            return;
        }
        HttpSession mirror = Objects.requireNonNull(mock.getSession(true));
        Map<String, Object> attributes = attributes(session);
        attributes.forEach((name, value) -> {
            if (mirror.getAttribute(name) != value) {
                mirror.setAttribute(name, value);
            }
        });
        attributes(mirror).keySet().stream()
                .filter(name -> !attributes.containsKey(name))
                .forEach(mirror::removeAttribute);
        mirror.setMaxInactiveInterval(session.getMaxInactiveInterval());
        SojournFilter.session(session)
                .map(Session::token)
                .ifPresent(token -> known.put(mirror, new Mirrored(token.reveal(), attributes)));
    }

    /** Without those that are told of being bound: they would be told twice. */
    private static Map<String, Object> attributes(HttpSession session) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        for (String name : Collections.list(session.getAttributeNames())) {
            Object value = session.getAttribute(name);
            if (value != null && !(value instanceof HttpSessionBindingListener)) {
                attributes.put(name, value);
            }
        }
        return attributes;
    }
}
