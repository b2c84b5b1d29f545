package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import io.sojourn.servlet.web.Wire;
import jakarta.servlet.ReadListener;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sentences of the specification that have no better place. */
class SpecificationTest {

    @RegisterExtension
    static final Site site = new Site();

    @Test
    void sessionIsNewToAClientThatDoesNotJoinIt() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            response.getWriter().print(request.getSession().isNew());
        });
        assertThat(site.browser().send("/").body()).isEqualTo("true");
        assertThat(site.browser().send("/").body()).isEqualTo("true");
    }

    @Test
    void thereIsOneSessionObjectInARequest() {
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            request.setAttribute("session", session);
            Objects.requireNonNull(request.getServletContext().getRequestDispatcher("/inner"))
                    .include(request, response);
            assertThat(request.getSession(false)).isSameAs(session);
        });
        site.on(
                "/inner",
                (request, response) -> assertThat(request.getSession()).isSameAs(request.getAttribute("session")));
        site.visitor("user", "ada").get("/");
    }

    @Test
    void dispatchersOfTheContextSeeTheSameSession() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            RequestDispatcher inner =
                    Objects.requireNonNull(request.getServletContext().getRequestDispatcher("/inner"));
            inner.forward(request, response);
        });
        site.on("/inner", (request, response) -> {
            request.getSession().setAttribute("second", 2);
            response.getWriter().print(request.getSession().getAttribute("user"));
        });
        Browser browser = site.browser();
        Reply reply = browser.get("/");
        assertThat(reply.body()).isEqualTo("ada");
        assertThat(reply.cookies()).hasSize(1);
        assertThat(site.store().commands()).containsExactly("commit");
        assertThat(site.containerSessions()).isZero();
    }

    @Test
    void sessionMadeInAnIncludeOfTheContextHasItsCookie() {
        site.on("/", (request, response) -> {
            response.getWriter().print("before ");
            Objects.requireNonNull(request.getServletContext().getRequestDispatcher("/inner"))
                    .include(request, response);
            response.getWriter().print(" after");
        });
        site.on("/inner", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            response.getWriter().print("inside");
        });
        Reply reply = site.browser().get("/");
        assertThat(reply.body()).isEqualTo("before inside after");
        assertThat(reply.cookies()).hasSize(1);
    }

    @Test
    void synchronizedUseOfTheSessionCorruptsNothing() throws Exception {
        int threads = 8;
        int rounds = 100;
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            ExecutorService executor = Executors.newFixedThreadPool(threads);
            var tasks = IntStream.range(0, threads)
                    .<Future<?>>mapToObj(thread -> executor.submit(() -> {
                        for (int i = 0; i < rounds; i++) {
                            synchronized (session) {
                                session.setAttribute("n", (int) Objects.requireNonNull(session.getAttribute("n")) + 1);
                            }
                            session.setAttribute("own" + thread, i);
                            SojournFilter.save(request);
                        }
                    }))
                    .toList();
            for (Future<?> task : tasks) {
                task.get();
            }
            executor.shutdown();
        });
        Session stored = site.stored("n", 0);
        assertThat(site.browser()
                        .with(Site.COOKIE, stored.token().reveal())
                        .get("/")
                        .status())
                .isEqualTo(200);
        Session after = site.manager().find(stored.token()).orElseThrow();
        assertThat(after.get("n", Integer.class)).contains(threads * rounds);
        assertThat(after.names()).hasSize(1 + threads);
        assertThat(after.get("own3", Integer.class)).contains(rounds - 1);
    }

    @Test
    void sessionThatIsKeptForLongerThanItsRequestSavesAtOnce() {
        HttpSession[] kept = new HttpSession[1];
        site.on("/", (request, response) -> kept[0] = request.getSession());
        Session stored = site.stored("user", "ada");
        site.browser().with(Site.COOKIE, stored.token().reveal()).get("/");
        site.store().forget();
        kept[0].setAttribute("late", 1);
        assertThat(site.store().commands()).containsExactly("commit");
        assertThat(site.manager().find(stored.token()).orElseThrow().get("late", Integer.class))
                .contains(1);
    }

    @Test
    void requestWithANonBlockingBodyIsSaved() throws IOException {
        site.on("/", (request, response) -> {
            var async = request.startAsync();
            var input = request.getInputStream();
            input.setReadListener(new ReadListener() {
                @Override
                public void onDataAvailable() throws IOException {
                    int read = 0;
                    while (input.isReady() && read >= 0) {
                        read = input.read();
                    }
                }

                @Override
                public void onAllDataRead() {
                    request.getSession().setAttribute("read", true);
                    async.complete();
                }

                @Override
                public void onError(Throwable failure) {
                    async.complete();
                }
            });
        });
        Session stored = site.stored("user", "ada");
        String cookie = "Cookie: " + Site.COOKIE + "=" + stored.token().reveal();
        try (Wire wire = site.wire("/", cookie, "Content-Length: 0")) {
            assertThat(wire.rest()).startsWith("HTTP/1.1 200");
        }
        assertThat(site.manager().find(stored.token()).orElseThrow().get("read", Boolean.class))
                .contains(true);
    }

    @Test
    void bodyOfNoLengthIsSavedBeforeItLeaves() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            response.setContentLength(0);
            response.getOutputStream().close();
            assertThat(site.store().commands()).containsExactly("commit");
        });
        assertThat(site.browser().get("/").cookies()).hasSize(1);
    }

    @Test
    void emptyWriteToABodyOfNoLengthIsSavedBeforeItLeaves() {
        site.on("/stream", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            response.setContentLength(0);
            response.getOutputStream().write(new byte[0]);
        });
        site.on("/writer", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            response.setContentLength(0);
            response.getWriter().write("");
        });
        assertThat(site.browser().get("/stream").cookies()).hasSize(1);
        assertThat(site.browser().get("/writer").cookies()).hasSize(1);
    }

    @Test
    void cookieBehindAProxyThatEndsHttpsIsSecure() throws IOException {
        site.on("/", (request, response) -> request.getSession().setAttribute("user", "ada"));
        try (Wire wire = site.wire("/", "X-Forwarded-Proto: https")) {
            assertThat(wire.rest())
                    .contains("Set-Cookie: __Host-JSESSIONID=", "; Path=/; Secure; HttpOnly; SameSite=Lax");
        }
    }

    @Test
    void sessionCanBeLookedAtByReflectionInThisVersion() {
        site.on(
                "/",
                (request, response) ->
                        assertThat(request.getSession().getClass().getMethods()).isNotEmpty());
        assertThat(site.browser().get("/").status()).isEqualTo(200);
    }
}
