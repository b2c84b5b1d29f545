package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.Session;
import io.sojourn.codec.JavaSerializationCodec;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code endEvents}, listeners and values hear of sessions that end without a request. */
@Tag("slow")
class SessionEndTest {

    private static final List<String> ENDS = new CopyOnWriteArrayList<>();
    private static final List<Object> REMOVED = new CopyOnWriteArrayList<>();
    private static final List<@Nullable ClassLoader> LOADERS = new CopyOnWriteArrayList<>();
    private static volatile @Nullable ClassLoader application;
    private static volatile Runnable afterTheFilter = () -> {};

    private static final class Listener implements HttpSessionListener, HttpSessionAttributeListener {
        @Override
        public void attributeRemoved(HttpSessionBindingEvent event) {
            REMOVED.add(event.getValue());
        }

        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            HttpSession session = event.getSession();
            LOADERS.add(Thread.currentThread().getContextClassLoader());
            ENDS.add(session.getId() + " of " + session.getAttribute("user") + " in "
                    + session.getServletContext().getContextPath());
        }
    }

    @RegisterExtension
    static final Site site = new Site()
            .context("/shop")
            .outside((request, response, chain) -> {
                chain.doFilter(request, response);
                afterTheFilter.run();
            })
            .settings(settings -> settings.endEvents(true)
                    .idleTimeout(Duration.ofSeconds(3))
                    .codec(JavaSerializationCodec.builder().allow(Visitor.class).build()))
            .configured(context -> {
                application = Thread.currentThread().getContextClassLoader();
                context.addListener(new Listener());
                context.addListener(new Chronicle());
            });

    @BeforeEach
    void forget() {
        ENDS.clear();
        REMOVED.clear();
        LOADERS.clear();
        Chronicle.forget();
        Visitor.HEARD.clear();
        afterTheFilter = () -> {};
    }

    private static String ended(Session session) {
        return session.publicId() + " of ada in /shop";
    }

    /** Sessions in memory end by the site's own clock, those in Redis by the server's. */
    private static void awaitEnd(Session session) {
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            site.pass(Duration.ofMillis(50));
            return ENDS.contains(ended(session));
        });
    }

    @Test
    void aSessionThatTimesOutIsDestroyedAndItsValuesAreUnbound() {
        Session session = site.stored("user", "ada", "visitor", new Visitor("eve"));
        awaitEnd(session);
        assertThat(ENDS).containsExactly(ended(session));
        assertThat(LOADERS).containsExactly(Objects.requireNonNull(application));
        await().until(() -> Chronicle.HEARD.size() == 3);
        assertThat(Chronicle.HEARD).contains("destroyed", "removed user=ada");
        assertThat(Visitor.HEARD).contains("eve unbound as visitor, where now is null");
    }

    @Test
    void aSessionThatIsRevokedElsewhereIsDestroyed() {
        Session session = site.stored("user", "ada");
        site.manager().revoke(session.id());
        awaitEnd(session);
        assertThat(ENDS).containsExactly(ended(session));
    }

    /** As a job of the application does that has the session at hand: no request tells the listeners. */
    @Test
    void aSessionThatTheApplicationRevokesOutsideOfARequestIsDestroyed() {
        Session session = site.stored("user", "ada");
        assertThat(site.manager().revoke(session)).isTrue();
        awaitEnd(session);
        assertThat(ENDS).containsExactly(ended(session));
    }

    @Test
    void aSessionThatItsRequestInvalidatesIsDestroyedOnce() {
        site.on("/", (request, response) -> request.getSession().invalidate());
        site.visitor("user", "ada").get("/shop/");
        assertThat(ENDS).hasSize(1);
        awaitEnd(site.stored("user", "ada")); // The end before it would have been told by now.
        assertThat(ENDS).hasSize(2);
    }

    /** The request tells its listeners when it finds that out, unless they have been told of the end by then. */
    @Test
    void aSessionThatItsRequestRevokesIsDestroyedOnce() {
        site.on(
                "/",
                (request, response) ->
                        site.manager().revoke(SojournFilter.session(request).orElseThrow()));
        for (int i = 1; i <= 5; i++) {
            int count = 2 * i - 1;
            site.visitor("user", "ada").get("/shop/");
            await().atMost(Duration.ofSeconds(30)).until(() -> ENDS.size() == count);
            Session later = site.stored("user", "ada");
            site.manager().revoke(later.id());
            awaitEnd(later); // The end before it would have been told again by now.
            assertThat(ENDS).hasSize(2 * i).doesNotHaveDuplicates();
        }
    }

    /** The end is told on this node at once, while the request goes on; but its own values are to hear of it, not copies of them. */
    @Test
    void theValuesOfARequestThatRevokesItsSessionAreUnboundThemselves() {
        List<Object> own = new CopyOnWriteArrayList<>();
        site.on("/", (request, response) -> {
            own.add(request.getSession().getAttribute("visitor"));
            Session session = SojournFilter.session(request).orElseThrow();
            site.manager().revoke(session);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> site.manager().ended(session.token()).isPresent());
            assertThat(ENDS).isEmpty();
        });
        assertThat(site.visitor("user", "ada", "visitor", new Visitor("eve"))
                        .get("/shop/")
                        .status())
                .isEqualTo(200);
        await().atMost(Duration.ofSeconds(30)).until(() -> ENDS.size() == 1);
        assertThat(Visitor.HEARD.stream().filter(heard -> heard.startsWith("eve unbound")))
                .hasSize(1);
        assertThat(REMOVED)
                .usingElementComparator((one, other) -> one == other ? 0 : 1)
                .containsAll(own);
    }

    /** Nothing is kept of a request that first asks for its session when the filter has let it go. */
    @Test
    void anAsynchronousRequestThatAsksForItsSessionLateLeavesNothingBehind() {
        assumeTrue(
                System.getProperty("sojourn.container", "tomcat").equals("tomcat"),
                "It is not known of the others when they forget a request");
        CountDownLatch left = new CountDownLatch(1);
        afterTheFilter = left::countDown;
        AtomicReference<@Nullable WeakReference<HttpSession>> seen = new AtomicReference<>();
        site.on("/", (request, response) -> {
            AsyncContext async = request.startAsync();
            async.start(() -> {
                await().atMost(Duration.ofSeconds(30)).until(() -> left.getCount() == 0);
                seen.set(new WeakReference<>(request.getSession()));
                async.complete();
            });
        });
        site.visitor("user", "ada").get("/shop/");
        WeakReference<HttpSession> session = Objects.requireNonNull(seen.get());
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return session.get() == null;
        });
    }

    /** Each has a session object of its own, and the second one finds no session to end. */
    @Test
    void aSessionThatTwoRequestsInvalidateAtOnceIsDestroyedOnce() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            assertThat(session.getAttribute("user")).isEqualTo("ada");
            try {
                both.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            session.invalidate();
        });
        Session session = site.stored("user", "ada");
        List<Thread> requests = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Thread request = new Thread(() ->
                    site.browser().with(Site.COOKIE, session.token().reveal()).get("/shop/"));
            request.start();
            requests.add(request);
        }
        for (Thread request : requests) {
            request.join();
        }
        Session later = site.stored("user", "ada");
        site.manager().revoke(later.id());
        awaitEnd(later); // What is told twice would have been told by then.
        assertThat(ENDS).containsExactly(ended(session), ended(later));
    }

    /** As when a request invalidates its session: first the end, while all values are there, then each value. */
    @Test
    void listenersOfATimeoutSeeWhatThoseOfAnInvalidationSeeInTheSameOrder() {
        site.on("/", (request, response) -> {});
        site.browser().get("/shop/"); // Undertow initializes a filter when the first request comes.
        List<String> seen = new CopyOnWriteArrayList<>();
        Chronicle.also(event -> {
            HttpSession session = Chronicle.SESSIONS.get(Chronicle.SESSIONS.size() - 1);
            seen.add(event + ", now " + session.getAttribute("cart") + " " + session.getAttribute("user"));
            if (event.equals("destroyed")) {
                assertThat(session.getCreationTime()).isPositive();
                assertThat(session.isNew()).isFalse();
                assertThat(session.getServletContext().getContextPath()).isEqualTo("/shop");
            }
            if (event.equals("removed user=ada")) {
                LOADERS.add(Thread.currentThread().getContextClassLoader());
            }
        });
        Session session = site.stored("cart", "tea", "user", "ada");
        awaitEnd(session);
        await().until(() -> LOADERS.size() == 2);
        assertThat(LOADERS).containsOnly(Objects.requireNonNull(application));
        assertThat(seen)
                .containsExactly(
                        "destroyed, now tea ada", "removed cart=tea, now null ada", "removed user=ada, now null null");
        assertThat(ENDS).hasSize(1);
    }

    /** The end of the session is told again, and each value is unbound even if a listener before it throws. */
    @Test
    void anEndIsToldAgainIfAListenerThrows() {
        assumeFalse(Site.isUndertow(), "Undertow logs what its listeners throw, and goes on");
        AtomicInteger calls = new AtomicInteger();
        Chronicle.also(event -> {
            if (event.equals("destroyed") && calls.incrementAndGet() == 1) {
                throw new IllegalStateException("The mail server is away");
            }
        });
        Session session = site.stored("user", "ada", "visitor", new Visitor("eve"));
        site.manager().revoke(session.id());
        awaitEnd(session); // The listener that was added first is told last, and so not at the first try.
        assertThat(calls).hasValue(2);
        await().until(() -> Chronicle.HEARD.size() == 6);
        assertThat(Chronicle.HEARD.stream().filter("removed user=ada"::equals)).hasSize(2);
        assertThat(Visitor.HEARD.stream().filter(heard -> heard.startsWith("eve unbound")))
                .hasSize(2);
    }

    @Test
    void aRequestWithTheCookieOfAnEndedSessionLearnsWhyAndOneWithAnotherSecretDoesNot() {
        Session session = site.stored("user", "ada");
        site.manager().revoke(session.id());
        awaitEnd(session);
        String token = session.token().reveal();
        await().until(() -> site.manager().ended(session.token()).isPresent());
        site.on(
                "/",
                (request, response) -> response.getWriter()
                        .print(SojournFilter.ended(request)
                                .map(past -> past.cause().name())
                                .orElse("unknown")));
        // Not one that differs in case alone, which Jetty's cache of headers takes for the same within a connection.
        String wrong = token.substring(0, 45) + (token.substring(45).equalsIgnoreCase("A") ? "B" : "A");
        assertThat(site.browser().with(Site.COOKIE, token).get("/shop/").body()).isEqualTo("REVOKED_ID");
        assertThat(site.browser().with(Site.COOKIE, wrong).get("/shop/").body()).isEqualTo("unknown");
        assertThat(site.browser().get("/shop/").body()).isEqualTo("unknown");
        assertThat(site.visitor("user", "ada").get("/shop/").body()).isEqualTo("unknown");
    }
}
