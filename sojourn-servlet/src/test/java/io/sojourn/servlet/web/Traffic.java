package io.sojourn.servlet.web;

import static org.awaitility.Awaitility.await;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
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
            if (!isGoingOn(request)) {
                active.decrementAndGet();
            }
        }
    }

    private boolean isGoingOn(ServletRequest request) {
        try {
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new AtTheEnd());
                return true;
            }
        } catch (IllegalStateException e) {
            // It has come to its end at this very moment.
        }
        return false;
    }

    private final class AtTheEnd implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            active.decrementAndGet();
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
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
