package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where asynchronous requests go on, and what may still be done to the session there. */
class AsyncCycleTest {

    @RegisterExtension
    static final Site site = new Site().errorPage(418, "/error");

    @Test
    void forwardMayStartAnAsyncRequestAndCompleteIt() {
        site.on(
                "/from",
                (request, response) -> request.getRequestDispatcher("/to").forward(request, response));
        site.on("/to", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            AsyncContext async = request.startAsync();
            response.getWriter().print("forwarded");
            async.complete();
        });
        Reply reply = site.browser().get("/from");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("forwarded");
        assertThat(reply.cookies()).hasSize(1);
    }

    @Test
    void plainDispatchAfterAForwardGoesWhereTheContainerHasDispatchedLast() {
        site.on("/from", (request, response) -> {
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                response.getWriter().print("back: " + request.getSession().getAttribute("user"));
            } else {
                request.getRequestDispatcher("/to?more=1").forward(request, response);
            }
        });
        site.on("/to", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            request.startAsync().dispatch();
        });
        assertThat(site.browser().get("/from").body()).isEqualTo("back: ada");
    }

    @Test
    void dispatchOfANamedRequestGoesToItsOwnPath() {
        site.on(
                "/from",
                (request, response) -> request.getRequestDispatcher("/to").forward(request, response));
        site.on("/to", (request, response) -> {
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                response.getWriter().print("back");
            } else {
                request.startAsync(request, response).dispatch();
            }
        });
        assertThat(site.browser().get("/from").body()).isEqualTo("back");
    }

    @Test
    void contextIsOneObject() {
        site.on("/", (request, response) -> {
            AsyncContext async = request.startAsync();
            assertThat(request.getAsyncContext()).isSameAs(async);
            async.complete();
        });
        assertThat(site.browser().get("/").status()).isEqualTo(200);
    }

    @Test
    void listenerOfATimeoutMayMakeASession() {
        site.on("/", (request, response) -> {
            AsyncContext async = request.startAsync();
            async.setTimeout(50);
            async.addListener(new OnTimeout() {
                @Override
                public void onTimeout(AsyncEvent event) {
                    request.getSession().setAttribute("late", true);
                    event.getAsyncContext().complete();
                }
            });
        });
        assertThat(site.browser().get("/").cookies()).hasSize(1);
        assertThat(site.store().commands()).containsExactly("commit");
    }

    @Test
    void errorPageAfterATimeoutMayMakeASession() {
        site.on("/", (request, response) -> {
            AsyncContext async = request.startAsync();
            async.setTimeout(50);
            async.addListener(new OnTimeout() {
                @Override
                public void onTimeout(AsyncEvent event) throws IOException {
                    ((HttpServletResponse) event.getAsyncContext().getResponse()).sendError(418);
                    event.getAsyncContext().complete();
                }
            });
        });
        site.on("/error", (request, response) -> {
            request.getSession().setAttribute("late", true);
            response.getWriter().print("error page");
        });
        Reply reply = site.browser().get("/");
        assertThat(reply.status()).isEqualTo(418);
        assertThat(reply.body()).isEqualTo("error page");
        assertThat(reply.cookies()).hasSize(1);
    }

    @Test
    void listenerOfAnErrorMayMakeASession() {
        site.on("/", (request, response) -> {
            request.startAsync().addListener(new OnError() {
                @Override
                public void onError(AsyncEvent event) {
                    request.getSession().setAttribute("late", true);
                    event.getAsyncContext().complete();
                }
            });
            throw new IllegalStateException("of the application");
        });
        Reply unused = site.browser().get("/");
        assertThat(site.store().commands()).containsExactly("commit");
    }

    private abstract static class OnError implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }

    private abstract static class OnTimeout implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }
}
