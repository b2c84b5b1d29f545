package io.sojourn.servlet.request;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the application is in a forward that has not passed the filter. Such a one ends in Tomcat without a call that
 * could be caught, and then it is too late for a cookie; so a cookie that becomes due in there is set at once.
 */
public final class ForwardTracker {

    private final AtomicInteger seen = new AtomicInteger();
    private volatile boolean unseen;
    private volatile @Nullable String path;
    private volatile @Nullable String query;

    /** The container has dispatched this request, which is about to pass the filter. */
    public void dispatched(HttpServletRequest request) {
        path = path(request);
        query = request.getQueryString();
    }

    /** Where the container has dispatched to, within the context, if that request has been forwarded since; else null. */
    @Nullable
    String pathBefore(ServletRequest forwarded) {
        return forwarded instanceof HttpServletRequest request && !path(request).equals(path) ? path : null;
    }

    /** As {@link #pathBefore}, with the query that was there; also if the forward has left nothing but its own query. */
    @Nullable
    String urlBefore(ServletRequest forwarded) {
        String before = path;
        if (before == null || !(forwarded instanceof HttpServletRequest request)) {
            return null;
        }
        boolean same = path(request).equals(before) && Objects.equals(request.getQueryString(), query);
        return same ? null : before + "?" + (query == null ? "" : query);
    }

    /** Within the context. The URI of a mock need not begin with the path of its context. */
    private static String path(HttpServletRequest request) {
        String uri = Objects.requireNonNullElse(request.getRequestURI(), "");
        String context = Objects.requireNonNullElse(request.getContextPath(), "");
        return uri.startsWith(context) ? uri.substring(context.length()) : pathOfServlet(request);
    }

    private static String pathOfServlet(HttpServletRequest request) {
        return Objects.requireNonNullElse(request.getServletPath(), "")
                + Objects.requireNonNullElse(request.getPathInfo(), "");
    }

    /** A forward passes the filter. */
    public void begin() {
        seen.incrementAndGet();
    }

    /** It has come back. */
    public void end() {
        seen.decrementAndGet();
    }

    /** Somebody asks for the session in a dispatch of that type. */
    void askedIn(DispatcherType type) {
        unseen = type == DispatcherType.FORWARD && seen.get() == 0;
    }

    boolean isUnseen() {
        return unseen;
    }
}
