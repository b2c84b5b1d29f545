package io.sojourn.example.faces;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Has CDI keep its session scope in Sojourn's sessions. Belongs right behind Sojourn's filter.
 *
 * <p>Weld is told of each request by a {@link ServletRequestListener}, which the container calls before any filter and with
 * a request of its own, whose sessions are the container's. So its part in that request is ended here, and begun again with
 * the request that the filter has made.
 */
public final class CdiFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    /** Under this name Weld leaves its listener in the context. */
    private static final String WELD = "org.jboss.weld.module.web.servlet.WeldInitialListener";

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        ServletRequestListener weld = weld();
        ServletRequestEvent ofContainer = event(containers(request));
        ServletRequestEvent ofSojourn = event(request);
        weld.requestDestroyed(ofContainer);
        weld.requestInitialized(ofSojourn);
        try {
            chain.doFilter(request, response);
        } finally {
            weld.requestDestroyed(ofSojourn);
            weld.requestInitialized(ofContainer); // The container will tell the end of it.
        }
    }

    private ServletRequestListener weld() {
        if (getServletContext().getAttribute(WELD) instanceof ServletRequestListener listener) {
            return listener;
        }
        throw new IllegalStateException("Weld has not left its request listener in the servlet context, as " + WELD);
    }

    private ServletRequestEvent event(ServletRequest request) {
        return new ServletRequestEvent(getServletContext(), request);
    }

    private static ServletRequest containers(ServletRequest request) {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        return inner;
    }
}
