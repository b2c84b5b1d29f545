package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.SaveOutcome;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import io.sojourn.servlet.web.WatchedStore.Held;
import io.sojourn.servlet.web.Wire;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that are answered by another thread, or later. */
class AsyncTest {

    @RegisterExtension
    static final Site site = new Site();

    @Test
    void changeIsSavedBeforeTheRequestCompletes() throws Exception {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("first", 1);
            AsyncContext async = request.startAsync();
            async.start(() -> {
                request.getSession().setAttribute("second", 2);
                async.complete();
            });
        });
        Held commit = site.store().hold("commit");
        try (Wire wire = site.wire("/")) {
            await().until(commit::isReached);
            assertThat(wire.hasArrived()).isFalse();
            commit.release();
            assertThat(wire.rest()).containsOnlyOnce("Set-Cookie: JSESSIONID=");
        }
        assertThat(site.store().commands()).containsExactly("commit");
    }

    @Test
    void responseOfTheContextIsWatchedAsWell() throws Exception {
        site.on("/", (request, response) -> {
            AsyncContext async = request.startAsync();
            assertThat(async.hasOriginalRequestAndResponse()).isTrue();
            async.start(() -> {
                ((HttpServletRequest) async.getRequest()).getSession().setAttribute("user", "ada");
                write(async);
                async.complete();
            });
        });
        Held commit = site.store().hold("commit");
        try (Wire wire = site.wire("/")) {
            await().until(commit::isReached);
            assertThat(wire.hasArrived()).isFalse();
            commit.release();
            assertThat(wire.rest()).contains("written later");
        }
    }

    @Test
    void eventStreamHasItsSessionStoredWithTheHeadersAndWhereItIsSavedInBetween() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("events", 0);
            response.setContentType("text/event-stream");
            response.flushBuffer();
            AsyncContext async = request.startAsync();
            async.start(() -> {
                for (int i = 1; i <= 3; i++) {
                    request.getSession().setAttribute("events", i);
                    assertThat(SojournFilter.save(request)).isEqualTo(SaveOutcome.SAVED);
                    send(async, "data: " + i + "\n\n");
                }
                await().until(() -> seen.getCount() == 0);
                async.complete();
            });
        });
        try (Wire wire = site.wire("/")) {
            String token = wire.until("data: 3\n\n").replaceFirst("(?s).*JSESSIONID=([^;]*);.*", "$1");
            assertThat(site.manager().find(token).orElseThrow().get("events", Integer.class))
                    .contains(3);
            seen.countDown();
            assertThat(wire.rest()).doesNotContain("Set-Cookie");
        }
    }

    private static void send(AsyncContext async, String event) {
        try {
            async.getResponse().getOutputStream().print(event);
            async.getResponse().flushBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(AsyncContext async) {
        try {
            async.getResponse().getWriter().print("written later");
            async.getResponse().flushBuffer();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void asyncDispatchSeesTheSameSession() {
        AtomicReference<HttpSession> first = new AtomicReference<>();
        site.on("/", (request, response) -> {
            first.set(request.getSession());
            request.getSession().setAttribute("first", 1);
            request.startAsync().dispatch("/later");
        });
        site.on("/later", (request, response) -> {
            assertThat(request.getDispatcherType()).isEqualTo(DispatcherType.ASYNC);
            assertThat(request.getSession()).isSameAs(first.get());
            request.getSession().setAttribute("second", 2);
            response.getWriter().print("later");
        });
        Reply reply = site.browser().get("/");
        assertThat(reply.body()).isEqualTo("later");
        assertThat(reply.cookies()).hasSize(1);
        assertThat(site.store().commands()).containsExactly("commit");
    }

    @Test
    void asyncDispatchWithoutAPathComesBackToTheSamePage() {
        site.on("/", (request, response) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                request.getSession().setAttribute("first", 1);
                request.startAsync().dispatch();
            } else {
                response.getWriter().print(request.getSession().getAttribute("first"));
            }
        });
        assertThat(site.browser().get("/").body()).isEqualTo("1");
    }

    @Test
    void contextIsTheSameForAllWhoAsk() {
        site.on("/", (request, response) -> {
            AsyncContext async = request.startAsync(new HttpServletRequestWrapper(request), response);
            assertThat(async.hasOriginalRequestAndResponse()).isFalse();
            async.setTimeout(12_345);
            assertThat(request.getAsyncContext().getTimeout()).isEqualTo(12_345);
            assertThat(request.getAsyncContext().getResponse()).isSameAs(response);
            request.getSession().setAttribute("user", "ada");
            request.getAsyncContext().complete();
        });
        assertThat(site.browser().get("/").cookies()).hasSize(1);
    }

    @Test
    void requestThatTimesOutIsSaved() {
        List<String> savedByThen = new CopyOnWriteArrayList<>();
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("first", 1);
            AsyncContext async = request.startAsync();
            async.setTimeout(50);
            async.addListener(new OnTimeout() {
                @Override
                public void onTimeout(AsyncEvent event) {
                    request.getSession().setAttribute("second", 2);
                    event.getAsyncContext().complete();
                    savedByThen.addAll(site.store().commands());
                }
            });
        });
        assertThat(site.browser().get("/").cookies()).hasSize(1);
        assertThat(savedByThen).containsExactly("commit", "commit");
    }

    @Test
    void requestThatNobodyCompletesIsSavedWhenItTimesOut() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("first", 1);
            request.startAsync().setTimeout(50);
        });
        Reply reply = site.browser().get("/");
        assertThat(reply.status()).isEqualTo(500);
        assertThat(site.store().commands()).containsExactly("commit");
    }

    private abstract static class OnTimeout implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }

    @Test
    void visitorIsToldIfTheSessionCannotBeSaved() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("first", 1);
            AsyncContext async = request.startAsync();
            async.start(() -> {
                site.store().outOfReach(true);
                async.complete();
            });
        });
        Reply reply = site.browser().get("/");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).contains("1");
        assertThat(reply.cookies()).isEmpty();
        assertThat(site.log()).hasSize(1);
    }

    @Test
    void applicationThatFailsAfterStartingDoesNotLetItsVisitorWait() {
        site.on("/", (request, response) -> {
            AsyncContext unused = request.startAsync();
            site.store().outOfReach(true);
            response.getWriter().print(request.getSession().getAttribute("user"));
        });
        assertThat(site.visitor("user", "ada").get("/").status()).isEqualTo(503);
    }

    @Test
    void nonBlockingWritesAreWatchedAsWell() throws Exception {
        site.on("/", (request, response) -> {
            AsyncContext async = request.startAsync();
            var out = response.getOutputStream();
            out.setWriteListener(new WriteListener() {
                private boolean written;

                @Override
                public void onWritePossible() throws IOException {
                    request.getSession().setAttribute("user", "ada");
                    if (!written) {
                        written = true;
                        out.write("x".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
                    }
                    if (out.isReady()) {
                        async.complete();
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    async.complete();
                }
            });
        });
        Held commit = site.store().hold("commit");
        try (Wire wire = site.wire("/")) {
            await().until(commit::isReached);
            assertThat(wire.hasArrived()).isFalse();
            commit.release();
            assertThat(wire.rest()).containsOnlyOnce("Set-Cookie: JSESSIONID=").contains("xxxxxxxxxx");
        }
    }

    @Test
    void lateChangeOfAnAsyncRequestIsInTheNextOne() {
        Browser browser = site.browser();
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("first", 1);
            response.flushBuffer();
            AsyncContext async = request.startAsync();
            async.start(() -> {
                request.getSession().setAttribute("second", 2);
                async.complete();
            });
        });
        browser.get("/");
        await().untilAsserted(() -> assertThat(site.store().commands()).containsExactly("commit", "commit"));
        assertThat(site.manager()
                        .find(Objects.requireNonNull(browser.cookie(Site.COOKIE)))
                        .orElseThrow()
                        .names())
                .containsExactly("first", "second");
    }
}
