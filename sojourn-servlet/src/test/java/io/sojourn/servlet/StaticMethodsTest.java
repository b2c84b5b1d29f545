package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@link SojournFilter} offers beside {@code HttpSession}. */
class StaticMethodsTest {

    @RegisterExtension
    static final Site site = new Site();

    private static int count(Session session) {
        int next = session.get("visits", Integer.class).orElse(0) + 1;
        session.set("visits", next);
        return next;
    }

    @Test
    void sessionIsTheOneBehindTheHttpSession() {
        Session stored = site.stored("user", "ada");
        site.on("/", (request, response) -> {
            Session session = SojournFilter.session(request).orElseThrow();
            assertThat(session.id()).isEqualTo(stored.id());
            session.set("user", "bob");
            assertThat(request.getSession().getAttribute("user")).isEqualTo("bob");
        });
        site.browser().with(Site.COOKIE, stored.token().reveal()).get("/");
        assertThat(site.store().commands()).containsExactly("load", "commit");
        assertThat(site.manager().find(stored.token()).orElseThrow().get("user", String.class))
                .contains("bob");
    }

    @Test
    void sessionIsEmptyIfThereIsNone() {
        site.on(
                "/",
                (request, response) ->
                        assertThat(SojournFilter.session(request)).isEmpty());
        assertThat(site.browser().get("/").cookies()).isEmpty();
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void updateCommitsAtOnceAndLoadsOnce() {
        site.on("/", (request, response) -> {
            assertThat(SojournFilter.update(request, StaticMethodsTest::count)).contains(2);
            assertThat(SojournFilter.update(request, StaticMethodsTest::count)).contains(3);
            assertThat(request.getSession().getAttribute("visits")).isEqualTo(3);
        });
        assertThat(site.visitor("visits", 1).get("/").cookies()).isEmpty();
        assertThat(site.store().commands()).containsExactly("load", "commit", "commit");
    }

    @Test
    void updateOfANewSessionMakesItAndSetsItsCookie() {
        site.on(
                "/",
                (request, response) -> response.getWriter()
                        .print(SojournFilter.update(request, StaticMethodsTest::count)
                                .orElseThrow()));
        Browser browser = site.browser();
        assertThat(browser.get("/").cookies()).hasSize(1);
        assertThat(site.store().commands()).containsExactly("commit");
        assertThat(browser.get("/").body()).isEqualTo("2");
    }

    @Test
    void updateThatChangesNothingMakesNothing() {
        site.on(
                "/",
                (request, response) -> assertThat(SojournFilter.update(request, session -> "nothing"))
                        .contains("nothing"));
        assertThat(site.browser().get("/").cookies()).isEmpty();
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void updateThatRotatesSetsTheCookie() {
        Session stored = site.stored("visits", 1);
        site.on(
                "/",
                (request, response) -> SojournFilter.update(request, session -> {
                    session.signIn("ada");
                    return 1;
                }));
        Browser browser = site.browser().with(Site.COOKIE, stored.token().reveal());
        assertThat(browser.get("/").cookies()).hasSize(1);
        site.on("/", (request, response) -> response.getWriter().print(request.getSession(false) != null));
        assertThat(browser.get("/").body()).isEqualTo("true");
    }

    @Test
    void noUpdateIsLostAmongParallelRequests() throws Exception {
        String token = site.stored("visits", 0).token().reveal();
        site.on("/", (request, response) -> SojournFilter.update(request, StaticMethodsTest::count));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> requests = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                requests.add(threads.submit(
                        () -> site.browser().with(Site.COOKIE, token).get("/")));
            }
            for (Future<?> request : requests) {
                request.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(site.manager().find(token).orElseThrow().get("visits", Integer.class))
                .contains(200);
    }

    @Test
    void updateAfterALogoutGivesNothing() {
        Session stored = site.stored("visits", 1);
        site.on("/", (request, response) -> {
            assertThat(request.getSession(false)).isNotNull();
            site.manager().revoke(stored.id());
            assertThat(SojournFilter.update(request, StaticMethodsTest::count)).isEmpty();
        });
        assertThat(site.browser()
                        .with(Site.COOKIE, stored.token().reveal())
                        .get("/")
                        .cookies())
                .isEmpty();
        assertThat(site.manager().find(stored.token())).isEmpty();
    }

    @Test
    void saveCommitsInTheMiddleOfALongResponse() {
        Session stored = site.stored("visits", 1);
        site.on("/", (request, response) -> {
            assertThat(SojournFilter.save(request)).isEqualTo(SaveOutcome.UNCHANGED);
            response.getWriter().print("begun");
            response.flushBuffer();
            for (int i = 2; i < 5; i++) {
                request.getSession().setAttribute("visits", i);
                assertThat(SojournFilter.save(request)).isEqualTo(SaveOutcome.SAVED);
                assertThat(site.manager().find(stored.token()).orElseThrow().get("visits", Integer.class))
                        .contains(i);
            }
            assertThat(SojournFilter.save(request)).isEqualTo(SaveOutcome.UNCHANGED);
            site.manager().revoke(stored.id());
            request.getSession().setAttribute("visits", 9);
            assertThat(SojournFilter.save(request)).isEqualTo(SaveOutcome.GONE);
        });
        site.browser().with(Site.COOKIE, stored.token().reveal()).get("/");
    }

    @Test
    void twoThreadsOfOneRequestShareItsSession() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        site.on("/", (request, response) -> {
            List<Future<Object>> found = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                String name = "name" + i;
                found.add(threads.submit(() -> {
                    request.getSession().setAttribute(name, name);
                    return request.getSession();
                }));
            }
            for (Future<Object> one : found) {
                assertThat(one.get()).isSameAs(request.getSession());
            }
        });
        Session stored = site.stored("user", "ada");
        try {
            site.browser().with(Site.COOKIE, stored.token().reveal()).get("/");
        } finally {
            threads.shutdown();
        }
        assertThat(site.store().commands()).containsExactly("load", "commit");
        assertThat(site.manager().find(stored.token()).orElseThrow().names()).hasSize(17);
    }
}
