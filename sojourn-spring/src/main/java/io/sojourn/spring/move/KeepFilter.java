package io.sojourn.spring.move;

import io.sojourn.Lookup;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.http.ReceivedCookie;
import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Collections;
import java.util.List;

/**
 * For servers that run beside others: leaves sessions to Spring Session's own filter, new ones included, so that servers which know
 * nothing of this library read and write the same ones; apart from sessions that have moved, which it leaves to the {@link
 * SojournFilter}. Each request costs one command more than with either filter alone.
 */
public final class KeepFilter implements Filter {

    private static final String CHOSEN = KeepFilter.class.getName() + ".CHOSEN";

    private final SojournFilter moved;
    private final Filter springSession;
    private final SessionManager manager;
    private final SpringSessionMove move;
    private final SessionCookie cookie;

    /**
     * Chooses between two filters, which must not be registered themselves.
     *
     * @param springSession the {@code SessionRepositoryFilter}
     * @param cookie as the filter for moved sessions has it
     */
    public KeepFilter(
            SojournFilter moved,
            Filter springSession,
            SessionManager manager,
            SpringSessionMove move,
            SessionCookie cookie) {
        this.moved = moved;
        this.springSession = springSession;
        this.manager = manager;
        this.move = move;
        this.cookie = cookie;
    }

    @Override
    public void init(FilterConfig config) throws ServletException {
        moved.init(config);
        springSession.init(config);
    }

    @Override
    public void destroy() {
        springSession.destroy();
        moved.destroy();
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getAttribute(CHOSEN) instanceof Filter chosen) {
            chosen.doFilter(request, response, chain); // Another dispatch of the same request.
            return;
        }
        Filter chosen = request instanceof HttpServletRequest http && hasMoved(http) ? moved : springSession;
        request.setAttribute(CHOSEN, chosen);
        chosen.doFilter(request, response, chain);
    }

    private boolean hasMoved(HttpServletRequest request) {
        List<String> headers = Collections.list(request.getHeaders("Cookie"));
        if (headers.isEmpty()) {
            return false;
        }
        ReceivedCookie received = cookie.read(String.join("; ", headers), request.isSecure());
        for (SessionToken token : received.tokens()) {
            if (!(manager.lookup(token) instanceof Lookup.Absent)) {
                return true;
            }
        }
        for (String text : received.others()) {
            SessionToken derived = move.token(text).orElse(null);
            if (derived != null && !(manager.lookupDerived(derived) instanceof Lookup.Absent)) {
                return true;
            }
        }
        return false;
    }
}
