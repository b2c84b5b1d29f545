package io.sojourn.example.shop.front;

import io.sojourn.example.shop.Answer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.Locale;
import java.util.Set;

/**
 * Answers requests for this machine's own address only. A page of a host name that an attacker makes lead here (DNS rebinding)
 * is of the same origin to the browser, and could read sessions and kill processes.
 */
final class LoopbackHosts extends HttpFilter {

    @Serial
    private static final long serialVersionUID = 1L;

    private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean isOwn = NAMES.contains(request.getServerName().toLowerCase(Locale.ROOT))
                && request.getServerPort() == request.getLocalPort();
        if (isOwn) {
            chain.doFilter(request, response);
        } else {
            Answer.error(403, "ask for this by the address that the demonstration printed")
                    .send(response);
        }
    }
}
