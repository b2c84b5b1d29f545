package io.sojourn.servlet.web;

import static org.awaitility.Awaitility.await;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the requests that a site is at. A client may have its answer before the request is at its end, and what the
 * request still does would be taken for the next one's.
 */
final class Traffic implements Filter {

    private final AtomicInteger active = new AtomicInteger();

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        active.incrementAndGet();
        try {
            chain.doFilter(request, response);
        } finally {
            active.decrementAndGet();
        }
    }

    int active() {
        return active.get();
    }

    /** Waits until no more than so many are left. */
    void settle(int before) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> active.get() <= before);
    }
}
