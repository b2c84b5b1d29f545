package io.sojourn.spring.boot;

import io.sojourn.http.SessionCookie;
import io.sojourn.spring.SojournSessionRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.core.session.SessionInformation;
import org.springframework.security.web.RedirectStrategy;
import org.springframework.security.web.authentication.logout.LogoutHandler;
import org.springframework.security.web.session.ConcurrentSessionFilter;

/**
 * Takes the place of Spring Security's filter for concurrent sessions, and calls it. That filter answers a request whose session is
 * marked as expired, and a session of Sojourn is gone at once; so it is shown one that stands for the ended session. The answer
 * clears the cookie. A cookie that stays all the same, since somebody planted it for another path or domain, must not keep its
 * visitor from signing in: of each session a node tells once. A client that sends its token by a header or in the URL is not told.
 */
final class EndedSessionFilter extends ConcurrentSessionFilter {

    private static final int MOST_TOLD = 10_000;

    private final ConcurrentSessionFilter filter;
    private final SojournSessionRegistry registry;
    private final ObjectProvider<SessionCookie> cookie;

    /** The ids of which somebody was told. */
    private final Set<String> told = Collections.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_TOLD;
        }
    }));

    private EndedSessionFilter(
            ConcurrentSessionFilter filter, SojournSessionRegistry registry, ObjectProvider<SessionCookie> cookie) {
        super(registry);
        this.filter = filter;
        this.registry = registry;
        this.cookie = cookie;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request instanceof HttpServletRequest http
                && response instanceof HttpServletResponse httpResponse
                && http.getSession(false) == null
                && http.isRequestedSessionIdFromCookie()) {
            String id = http.getRequestedSessionId();
            SessionInformation ended = id == null ? null : registry.getSessionInformation(id);
            SessionCookie known = cookie.getIfAvailable();
            if (id != null && ended != null && ended.isExpired() && known != null && told.add(id)) {
                httpResponse.addHeader("Set-Cookie", known.clear(http.isSecure()));
                // One with another registry, or of the application's own kind, may let the request pass.
                filter.doFilter(
                        new Shown(http, new EndedSession(http, id)),
                        response,
                        (shown, same) -> chain.doFilter(request, response));
                return;
            }
        }
        filter.doFilter(request, response, chain);
    }

    // An application that post-processes Spring Security's filter is handed this one.

    @Override
    public void setLogoutHandlers(LogoutHandler[] handlers) {
        filter.setLogoutHandlers(handlers);
    }

    @Override
    public void setLogoutHandlers(List<LogoutHandler> handlers) {
        filter.setLogoutHandlers(handlers);
    }

    @Override
    public void setSecurityContextHolderStrategy(SecurityContextHolderStrategy strategy) {
        filter.setSecurityContextHolderStrategy(strategy);
    }

    @Override
    @SuppressWarnings({"deprecation", "removal"}) // As long as it is there.
    public void setRedirectStrategy(RedirectStrategy redirects) {
        filter.setRedirectStrategy(redirects);
    }

    /** The request as that filter sees it: with the ended session, until there is another one. */
    private static final class Shown extends HttpServletRequestWrapper {

        private final HttpSession ended;

        Shown(HttpServletRequest request, HttpSession ended) {
            super(request);
            this.ended = ended;
        }

        @Override
        public HttpSession getSession() {
            return super.getSession();
        }

        @Override
        public @Nullable HttpSession getSession(boolean create) {
            HttpSession session = super.getSession(create);
            return session == null ? ended : session;
        }
    }

    /** Stands for a session that has ended: it has an id, is empty, and keeps nothing. */
    private static final class EndedSession implements HttpSession {

        private final HttpServletRequest request;
        private final String id;

        EndedSession(HttpServletRequest request, String id) {
            this.request = request;
            this.id = id;
        }

        @Override
        public String getId() {
            return id;
        }

        @Override
        public ServletContext getServletContext() {
            return request.getServletContext();
        }

        @Override
        public long getCreationTime() {
            return 0;
        }

        @Override
        public long getLastAccessedTime() {
            return 0;
        }

        @Override
        public void setMaxInactiveInterval(int interval) {}

        @Override
        public int getMaxInactiveInterval() {
            return 0;
        }

        @Override
        public @Nullable Object getAttribute(String name) {
            return null;
        }

        @Override
        public Enumeration<String> getAttributeNames() {
            return Collections.emptyEnumeration();
        }

        @Override
        public void setAttribute(String name, @Nullable Object value) {}

        @Override
        public void removeAttribute(String name) {}

        @Override
        public void invalidate() {}

        @Override
        public boolean isNew() {
            return false;
        }
    }

    /** Puts the filter in its place: Spring Security makes its own, and has it initialized as beans are. */
    static final class Installer implements BeanPostProcessor {

        private final ObjectProvider<SojournSessionRegistry> registries;
        private final ObjectProvider<SessionCookie> cookie;

        Installer(ObjectProvider<SojournSessionRegistry> registries, ObjectProvider<SessionCookie> cookie) {
            this.registries = registries;
            this.cookie = cookie;
        }

        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            if (!(bean instanceof ConcurrentSessionFilter filter) || bean instanceof EndedSessionFilter) {
                return bean;
            }
            SojournSessionRegistry registry = registries.getIfUnique();
            return registry == null ? bean : new EndedSessionFilter(filter, registry, cookie);
        }
    }
}
