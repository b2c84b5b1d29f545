package io.sojourn.servlet.war;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The application's own filter, first in its descriptor: notes whether Sojourn has come before it. */
public final class WarFilter extends HttpFilter {

    static final String SAW_SOJOURN = "sawSojourn";

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        request.setAttribute(SAW_SOJOURN, request.getClass().getName().startsWith("io.sojourn.servlet."));
        chain.doFilter(request, response);
    }
}
