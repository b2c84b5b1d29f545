package io.sojourn.example.shop.front;

import io.sojourn.example.shop.OtherSites;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;

/** Answers requests for this machine's own address only; see {@link OtherSites#named}. */
final class LoopbackHosts extends HttpFilter {

    @Serial
    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (OtherSites.named(request)) {
            OtherSites.refusal().send(response);
        } else {
            chain.doFilter(request, response);
        }
    }
}
