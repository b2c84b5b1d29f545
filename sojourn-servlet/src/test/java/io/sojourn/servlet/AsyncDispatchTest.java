package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Handler;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Where {@link AsyncContext#dispatch()} goes, and what a context says of itself: behind the filter as in the container alone.
 * Each test does the same on two sites, of which one has no filter.
 */
class AsyncDispatchTest {

    private static final String LOG = "log";

    @RegisterExtension
    static final Site site = new Site();

    @RegisterExtension
    static final Site bare = new Site().withoutFilter();

    private static void on(String path, Handler handler) {
        site.on(path, handler);
        bare.on(path, handler);
    }

    /** As the specification says. Undertow alone does not do so, and then the filter changes nothing about it. */
    private static void says(String answer, String... parts) {
        if (!Site.isUndertow()) {
            assertThat(answer).contains(parts);
        }
    }

    /** What the site with the filter answers, which is what the other one answers, too. */
    private static String same(String path) {
        Reply reply = site.browser().get(path);
        Reply container = bare.browser().get(path);
        assertThat(reply.body()).as("behind the filter").isEqualTo(container.body());
        assertThat(reply.status()).isEqualTo(container.status());
        return reply.body();
    }

    /** What a request says of where it is; its body in the end. */
    private static String where(HttpServletRequest request) {
        return request.getDispatcherType() + " " + request.getRequestURI() + "?" + request.getQueryString() + " x="
                + request.getParameter("x") + " servlet=" + request.getServletPath() + request.getPathInfo()
                + attributes(request);
    }

    private static String attributes(HttpServletRequest request) {
        TreeMap<String, Object> found = new TreeMap<>();
        for (String name : new String[] {
            AsyncContext.ASYNC_REQUEST_URI,
            AsyncContext.ASYNC_QUERY_STRING,
            AsyncContext.ASYNC_SERVLET_PATH,
            RequestDispatcher.FORWARD_REQUEST_URI,
            RequestDispatcher.FORWARD_QUERY_STRING
        }) {
            Object value = request.getAttribute(name);
            if (value != null) {
                found.put(name.replace("jakarta.servlet.", ""), value);
            }
        }
        return " " + found;
    }

    private static void note(ServletRequest request, String line) {
        Object before = request.getAttribute(LOG);
        request.setAttribute(LOG, before == null ? line : before + "\n" + line);
    }

    private static boolean isBack(HttpServletRequest request, HttpServletResponse response) throws Exception {
        if (request.getDispatcherType() != DispatcherType.ASYNC) {
            return false;
        }
        response.getWriter().print(request.getAttribute(LOG) + "\n" + where(request));
        return true;
    }

    /** The ways in which a page can start an asynchronous request. */
    private enum Start {
        PLAIN,
        NAMED,
        WRAPPED,
        ONLY_RESPONSE_WRAPPED;

        AsyncContext of(HttpServletRequest request, HttpServletResponse response) {
            return switch (this) {
                case PLAIN -> request.startAsync();
                case NAMED -> request.startAsync(request, response);
                case WRAPPED ->
                    request.startAsync(
                            new HttpServletRequestWrapper(request), new HttpServletResponseWrapper(response));
                case ONLY_RESPONSE_WRAPPED -> request.startAsync(request, new HttpServletResponseWrapper(response));
            };
        }
    }

    /** A page that starts in that way, and calls {@code dispatch()} at once or after all dispatches have returned. */
    private static Handler starting(Start start, boolean atOnce) {
        return (request, response) -> {
            if (isBack(request, response)) {
                return;
            }
            note(request, where(request));
            AsyncContext async = start.of(request, response);
            note(request, "original=" + async.hasOriginalRequestAndResponse());
            if (atOnce) {
                async.dispatch();
            } else {
                afterTheReturn(request, async);
            }
        };
    }

    private static void afterTheReturn(HttpServletRequest request, AsyncContext async) {
        CountDownLatch returned = (CountDownLatch) request.getAttribute("returned");
        CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> {
            try {
                returned.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            async.dispatch();
        });
    }

    private static Handler first(Handler handler) {
        return (request, response) -> {
            if (isBack(request, response)) {
                return;
            }
            CountDownLatch returned = new CountDownLatch(1);
            request.setAttribute("returned", returned);
            try {
                handler.handle(request, response);
            } finally {
                returned.countDown();
            }
        };
    }

    private static Handler forwarding(String to) {
        return first((request, response) -> request.getRequestDispatcher(to).forward(request, response));
    }

    @Test
    void dispatchWithoutAForward() {
        for (var start : Start.values()) {
            on("/from", first(starting(start, true)));
            assertThat(same("/from?x=1")).contains("ASYNC /from?x=1 x=1");
            on("/from", first(starting(start, false)));
            assertThat(same("/from?x=1")).contains("ASYNC /from?x=1 x=1");
        }
    }

    @Test
    void contextNamedInAForwardIsNoOriginalAndComesBackToTheForwardWithItsQuery() {
        on("/from", forwarding("/to?x=2"));
        on("/to", starting(Start.NAMED, true));
        says(same("/from?x=1&y=1"), "original=false", "ASYNC /to?x=2 x=2");
    }

    @Test
    void contextNamedInAForwardAndDispatchedAfterItsReturnComesBackToTheForward() {
        on("/from", forwarding("/to?x=2"));
        on("/to", starting(Start.NAMED, false));
        says(same("/from?x=1&y=1"), "original=false", "ASYNC /to?x=2 x=2");
    }

    @Test
    void contextOfWrappersNamedInAForward() {
        on("/from", forwarding("/to?x=2"));
        on("/to", starting(Start.WRAPPED, true));
        says(same("/from?x=1"), "original=false", "ASYNC /to?x=2 x=2");
        on("/to", starting(Start.WRAPPED, false));
        says(same("/from?x=1"), "original=false", "ASYNC /to?x=2 x=2");
        on("/to", starting(Start.ONLY_RESPONSE_WRAPPED, true));
        says(same("/from?x=1"), "original=false", "ASYNC /to?x=2 x=2");
    }

    @Test
    void contextNamedInAForwardWithoutAQueryOfItsOwn() {
        on("/from", forwarding("/to"));
        on("/to", starting(Start.NAMED, true));
        says(same("/from?x=1"), "original=false", "ASYNC /to?");
        on("/to", starting(Start.NAMED, false));
        same("/from?x=1");
    }

    @Test
    void contextNamedInAForwardOfAForward() {
        on("/from", forwarding("/between?x=2"));
        on(
                "/between",
                (request, response) -> request.getRequestDispatcher("/to?x=3").forward(request, response));
        on("/to", starting(Start.NAMED, true));
        says(same("/from?x=1"), "original=false", "ASYNC /to?x=3 x=3");
        on("/to", starting(Start.NAMED, false));
        says(same("/from?x=1"), "original=false", "ASYNC /to?x=3 x=3");
    }

    @Test
    void plainContextInAForwardComesBackToWhereTheContainerHasDispatchedLast() {
        on("/from", forwarding("/to?x=2"));
        on("/to", starting(Start.PLAIN, true));
        says(same("/from?x=1"), "original=true", "ASYNC /from?x=1 x=1");
        on("/to", starting(Start.PLAIN, false));
        says(same("/from?x=1"), "original=true", "ASYNC /from?x=1 x=1");
        on("/to", starting(Start.PLAIN, true));
        assertThat(same("/from")).contains("ASYNC /from?");
        on("/from", forwarding("/to"));
        assertThat(same("/from?x=1")).contains("ASYNC /from?x=1 x=1");
    }

    @Test
    void contextsInAnInclude() {
        on(
                "/from",
                first((request, response) ->
                        request.getRequestDispatcher("/to?x=2").include(request, response)));
        for (var start : List.of(Start.PLAIN, Start.NAMED)) {
            on("/to", starting(start, true));
            assertThat(same("/from?x=1")).contains("ASYNC /from?x=1 ");
            on("/to", starting(start, false));
            assertThat(same("/from?x=1")).contains("ASYNC /from?x=1 ");
        }
    }

    @Test
    void dispatchToAPathHasItsQuery() {
        on("/to", AsyncDispatchTest::isBack);
        for (var start : List.of(Start.PLAIN, Start.NAMED, Start.WRAPPED)) {
            on("/from", (request, response) -> {
                note(request, where(request));
                start.of(request, response).dispatch("/to?x=2");
            });
            assertThat(same("/from?x=1")).contains("ASYNC /to?x=2 x=2");
            on("/from", (request, response) -> {
                note(request, where(request));
                start.of(request, response).dispatch(request.getServletContext(), "/to?x=3");
            });
            assertThat(same("/from?x=1")).contains("ASYNC /to?x=3 x=3");
        }
    }

    @Test
    void contextShowsTheRequestAndResponseThatItWasGiven() {
        on("/", (request, response) -> {
            if (isBack(request, response)) {
                return;
            }
            HttpServletRequest ofApplication = new HttpServletRequestWrapper(request);
            HttpServletResponse other = new HttpServletResponseWrapper(response);
            AsyncContext async = request.startAsync(ofApplication, other);
            note(
                    request,
                    (async.getRequest() == ofApplication) + " " + (async.getResponse() == other) + " "
                            + async.hasOriginalRequestAndResponse() + " " + request.isAsyncStarted() + " "
                            + request.isAsyncSupported() + " " + async.getTimeout());
            async.dispatch();
        });
        assertThat(same("/")).startsWith("true true false true true");
    }

    /** The name of what it throws, or of what it gives. */
    private static String outcome(Function<HttpServletRequest, Object> call, HttpServletRequest request) {
        try {
            return call.apply(request) == null ? "null" : "something";
        } catch (RuntimeException e) {
            return e.getClass().getSimpleName();
        }
    }

    private static Object done(Runnable call) {
        call.run();
        return "done";
    }

    @Test
    void callsAtTheWrongTimeAreRefused() {
        on("/", (request, response) -> {
            if (isBack(request, response)) {
                return;
            }
            note(request, "context before: " + outcome(ServletRequest::getAsyncContext, request));
            AsyncContext async = request.startAsync();
            note(request, "start again: " + outcome(ServletRequest::startAsync, request));
            note(request, "start again, named: " + outcome(one -> one.startAsync(one, response), request));
            async.dispatch();
            note(request, "dispatch again: " + outcome(one -> done(async::dispatch), request));
            if (!Site.isUndertow()) { // It takes that, and then never ends the request.
                note(request, "complete: " + outcome(one -> done(async::complete), request));
            }
            note(request, "listen: " + outcome(one -> done(() -> async.addListener(new Heard(request))), request));
            note(request, "timeout: " + outcome(one -> done(() -> async.setTimeout(1_000)), request));
            note(request, "started: " + request.isAsyncStarted());
        });
        says(same("/"), "context before: IllegalStateException", "start again: IllegalStateException");
    }

    private record Heard(ServletRequest request) implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {
            note(
                    request,
                    "again: " + (event.getSuppliedRequest() == null) + (event.getAsyncContext() != null)
                            + (event.getThrowable() == null));
            event.getAsyncContext().addListener(this); // Containers forget the listeners of the cycle before.
        }
    }

    @Test
    void secondCycleComesBackAgain() {
        on("/", (request, response) -> {
            Object round = request.getAttribute("round");
            note(request, where(request));
            if (round == null) {
                request.setAttribute("round", 1);
                AsyncContext async = request.startAsync();
                async.addListener(new Heard(request));
                async.dispatch();
            } else if (round.equals(1)) {
                request.setAttribute("round", 2);
                AsyncContext async = request.startAsync(request, response);
                note(request, "original=" + async.hasOriginalRequestAndResponse());
                async.dispatch();
            } else {
                response.getWriter().print(request.getAttribute(LOG));
            }
        });
        assertThat(same("/?x=1")).contains("again: ");
    }

    @Test
    void forwardOutOfAnAsynchronousDispatchMayStartAgain() {
        on("/from", (request, response) -> {
            note(request, where(request));
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                request.startAsync().dispatch();
            } else if (request.getAttribute("forwarded") == null) {
                request.setAttribute("forwarded", true);
                request.getRequestDispatcher("/to?x=2").forward(request, response);
            } else {
                response.getWriter().print(request.getAttribute(LOG));
            }
        });
        on("/to", (request, response) -> {
            note(request, where(request));
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                response.getWriter().print(request.getAttribute(LOG));
            } else {
                AsyncContext async = request.startAsync(request, response);
                note(request, "original=" + async.hasOriginalRequestAndResponse());
                async.dispatch();
            }
        });
        says(same("/from?x=1"), "original=false", "ASYNC /to?x=2 x=2");
    }
}
