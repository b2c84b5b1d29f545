package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spring.boot.Browser.Page;
import io.sojourn.spring.boot.app.TestApplication;
import io.sojourn.testkit.RedisServer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.SessionAttribute;

/** What users of Spring Session and Spring Boot have reported as bugs, over HTTP, on two nodes that take turns. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SpringSessionBugReports {

    private static final List<Class<?>> SOURCES = List.of(TestApplication.class, Pages.class);

    private final String server;
    private final Nodes nodes;
    private Browser browser;

    SpringSessionBugReports(String server) {
        this.server = server;
        nodes = Nodes.start(SOURCES, "test.server=" + server);
        browser = nodes.browser();
    }

    /** A class that only some nodes know. */
    record Basket(String item) implements Serializable {}

    @Configuration(proxyBeanMethods = false)
    @Import(ReportController.class)
    static class Pages {

        static final String ERROR_PAGE = "Session-In-Error-Page";

        /** What the listener heard, on all nodes of this JVM. */
        static final List<String> HEARD = new CopyOnWriteArrayList<>();

        /** As an error page that shows who is signed in: it asks for the session, and creates one if there is none. */
        @Bean
        FilterRegistrationBean<Filter> errorPage() {
            FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>(Pages::showValue);
            filter.setDispatcherTypes(DispatcherType.ERROR);
            return filter;
        }

        private static void showValue(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            HttpSession session = ((HttpServletRequest) request).getSession();
            ((HttpServletResponse) response).setHeader(ERROR_PAGE, "" + session.getAttribute("value"));
            chain.doFilter(request, response);
        }

        @Bean
        HttpSessionListener listener() {
            return new HttpSessionListener() {
                @Override
                public void sessionCreated(HttpSessionEvent event) {
                    HEARD.add("created");
                }

                @Override
                public void sessionDestroyed(HttpSessionEvent event) {
                    HEARD.add("destroyed");
                }
            };
        }
    }

    @RestController
    static class ReportController {

        static volatile CountDownLatch slowHasBegun = new CountDownLatch(1);
        static volatile CountDownLatch slowMayEnd = new CountDownLatch(1);
        static volatile CyclicBarrier changing = new CyclicBarrier(1);

        @GetMapping("/public/error-after-set")
        String errorAfterSet(HttpSession session) {
            session.setAttribute("value", "kept");
            throw new IllegalStateException("on purpose");
        }

        @GetMapping("/public/include")
        void include(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
            request.getSession().setAttribute("value", "before the include");
            request.getRequestDispatcher("/public/plain").include(request, response);
            response.flushBuffer();
        }

        @GetMapping("/public/length")
        void length(HttpServletResponse response, HttpSession session, @RequestParam("text") String text)
                throws IOException {
            session.setAttribute("value", text);
            response.setContentLength(text.length());
            response.getOutputStream().print(text);
        }

        @PostMapping("/public/basket-of-records")
        String fill(HttpSession session, @RequestParam("item") String item) {
            session.setAttribute("basket", new Basket(item));
            return "filled";
        }

        @GetMapping("/public/basket-of-records")
        String basket(@SessionAttribute(name = "basket", required = false) @Nullable Object basket) {
            return "" + basket;
        }

        @PostMapping("/public/slow")
        String slow(HttpSession session) throws InterruptedException {
            slowHasBegun.countDown();
            assertThat(slowMayEnd.await(20, TimeUnit.SECONDS)).isTrue();
            try {
                session.setAttribute("value", "late");
                return "set";
            } catch (IllegalStateException e) {
                return "ended";
            }
        }

        @PostMapping("/public/change-id")
        String changeId(HttpServletRequest request) throws Exception {
            request.getSession().getAttribute("value");
            changing.await(20, TimeUnit.SECONDS);
            request.changeSessionId();
            return "changed";
        }

        @GetMapping("/public/late-session")
        void lateSession(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getOutputStream().print("sent ");
            response.flushBuffer();
            try {
                request.getSession();
                response.getOutputStream().print("created");
            } catch (IllegalStateException e) {
                response.getOutputStream().print("refused");
            }
        }
    }

    @BeforeEach
    void openBrowser() {
        browser = nodes.browser();
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    private static void hasOneSession(Browser browser) {
        assertThat(browser.cookies()).containsKey("SESSION").doesNotContainKey("JSESSIONID");
        assertThat(browser.received())
                .filteredOn(header -> header.startsWith("SESSION="))
                .hasSize(1);
    }

    /** Reported as: error dispatch creates a second session, with two cookies. */
    @Test
    void errorPageHasTheSessionOfItsRequest() {
        Page error = browser.get("/public/error-after-set");
        assertThat(error.status()).isEqualTo(500);
        assertThat(error.response().headers().firstValue(Pages.ERROR_PAGE)).contains("kept");
        hasOneSession(browser);
        assertThat(browser.get("/public/get").body()).startsWith("kept");
    }

    /** Reported as: on Jetty the error page of a refused form has another session. */
    @Test
    void errorPageOfAFormThatSpringSecurityRefusesHasTheSession() {
        browser.submit("/public/set", "value=mine");
        Page refused = browser.post("/public/set", "value=other");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.response().headers().firstValue(Pages.ERROR_PAGE)).contains("mine");
        hasOneSession(browser);
        Page missing = browser.get("/public/missing");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.response().headers().firstValue(Pages.ERROR_PAGE)).contains("mine");
        hasOneSession(browser);
    }

    /** Reported as: the session of a page that includes another one is lost. */
    @Test
    void sessionThatIsCreatedBeforeAnIncludeGetsItsCookie() {
        assertThat(browser.get("/public/include").body()).isEqualTo("plain");
        hasOneSession(browser);
        assertThat(browser.get("/public/get").body()).startsWith("before the include");
    }

    /** Reported as: a response with a content length reaches the browser without the cookie. */
    @ParameterizedTest
    @ValueSource(strings = {"", "text"})
    void responseWithAContentLengthHasTheCookie(String text) {
        Page page = browser.get("/public/length?text=" + text);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).isEqualTo(text);
        hasOneSession(browser);
        assertThat(browser.get("/public/get").body()).startsWith(text + " ");
    }

    /** Reported as: endless loop at the sign-in, because the browser has an old cookie of the same name for another path. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oldCookieOfTheSameNameIsPassedOver(boolean oldOneFirst) {
        browser.get("/login");
        String old = Objects.requireNonNull(browser.cookies().get("SESSION"));
        browser.submit("/public/invalidate");
        browser.signIn("ada", "secret");
        String current = Objects.requireNonNull(browser.cookies().get("SESSION"));
        String both =
                oldOneFirst ? "SESSION=" + old + "; SESSION=" + current : "SESSION=" + current + "; SESSION=" + old;
        Browser other = nodes.browser();
        assertThat(other.get("/private", "Cookie", both).body()).isEqualTo("hello ada");
        assertThat(other.get("/private", "Cookie", both).body()).isEqualTo("hello ada");
        assertThat(other.received()).isEmpty();
    }

    /** Reported as: status 500 on every page until the session expires, because one node cannot read a value of another node. */
    @Test
    void valueOfAClassThatANodeDoesNotKnowIsAbsentThereAndKept() {
        try (Node newer = Node.start(
                SOURCES,
                "test.server=" + server,
                "spring.data.redis.host=" + RedisServer.HOST,
                "spring.data.redis.port=" + nodes.redis().port(),
                "sojourn.allowed-types=" + Basket.class.getName())) {
            Browser onNewer = new Browser(List.of(newer));
            onNewer.signIn("ada", "secret");
            onNewer.submit("/public/basket-of-records", "item=tea");
            Browser onOlder = onNewer.movedTo(nodes.one().port());
            assertThat(onOlder.get("/private").body()).isEqualTo("hello ada");
            assertThat(onOlder.get("/public/basket-of-records").body()).isEqualTo("null");
            assertThat(onOlder.submit("/public/set", "value=a").status()).isEqualTo(200);
            assertThat(onNewer.get("/public/basket-of-records").body()).isEqualTo("Basket[item=tea]");
            assertThat(onNewer.get("/public/get").body()).startsWith("a ");
        }
    }

    /** Reported as: "Session was invalidated", status 500, for a request that runs while the user logs out. */
    @Test
    void requestThatRunsDuringALogoutFailsNotAndBringsNothingBack() throws Exception {
        ReportController.slowHasBegun = new CountDownLatch(1);
        ReportController.slowMayEnd = new CountDownLatch(1);
        nodes.one().sessions().revokeAll("ada"); // Of other tests.
        browser.signIn("ada", "secret");
        String csrf = browser.get("/csrf").body();
        Browser slow = browser.copy();
        CompletableFuture<Page> running =
                CompletableFuture.supplyAsync(() -> slow.post("/public/slow", "_csrf=" + csrf));
        assertThat(ReportController.slowHasBegun.await(20, TimeUnit.SECONDS)).isTrue();
        Browser copied = browser.copy();
        assertThat(browser.post("/logout", "_csrf=" + csrf).location()).endsWith("/login?logout");
        ReportController.slowMayEnd.countDown();
        assertThat(running.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
        for (Browser one : List.of(slow, copied, slow, copied)) {
            assertThat(one.get("/private", "Accept", "text/html").location()).endsWith("/login");
        }
        assertThat(nodes.one().sessions().findByPrincipal("ada")).isEmpty();
    }

    /** Reported as: "ERR no such key", status 500, when two requests change the session id at once. */
    @Test
    void requestsThatChangeTheIdAtOnceLeaveTheUserSignedIn() throws Exception {
        ReportController.changing = new CyclicBarrier(2);
        browser.signIn("bob", "secret");
        String csrf = browser.get("/csrf").body();
        Browser one = browser.copy();
        Browser two = browser.copy();
        two.get("/public/plain"); // So that each is sent to another node.
        CompletableFuture<Page> first =
                CompletableFuture.supplyAsync(() -> one.post("/public/change-id", "_csrf=" + csrf));
        CompletableFuture<Page> second =
                CompletableFuture.supplyAsync(() -> two.post("/public/change-id", "_csrf=" + csrf));
        assertThat(first.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
        assertThat(second.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
        // A browser keeps the cookie of the response that comes last, and that may be either of those that have one.
        List<Browser> withNewCookie = List.of(one, two).stream()
                .filter(each -> !each.received().isEmpty())
                .toList();
        assertThat(withNewCookie).isNotEmpty();
        for (Browser last : withNewCookie) {
            assertThat(last.get("/private").body()).isEqualTo("hello bob");
        }
    }

    /** Reported as: listeners are told several times that a session was destroyed. */
    @Test
    void listenerIsToldOnceOfTheBeginningAndOfTheEnd() {
        Pages.HEARD.clear();
        browser.signIn("ada", "secret");
        browser.get("/private");
        assertThat(Pages.HEARD).containsExactly("created");
        Browser copied = browser.copy();
        browser.submit("/logout");
        copied.get("/public/get");
        assertThat(Pages.HEARD).containsExactly("created", "destroyed");
    }

    /** Reported as: no sessions with lazy initialization. */
    @Test
    void lazyInitializationChangesNothing() {
        try (Node lazy = Node.start(
                SOURCES,
                "test.server=" + server,
                "spring.main.lazy-initialization=true",
                "spring.data.redis.host=" + RedisServer.HOST,
                "spring.data.redis.port=" + nodes.redis().port())) {
            Browser onBoth = new Browser(List.of(lazy, nodes.one()));
            onBoth.signIn("ada", "secret");
            onBoth.submit("/public/cart", "item=tea");
            assertThat(onBoth.get("/public/cart").body()).isEqualTo("[tea]");
            assertThat(onBoth.get("/private").body()).isEqualTo("hello ada");
            assertThat(onBoth.get("/private").body()).isEqualTo("hello ada");
            assertThat(onBoth.cookies()).containsKey("SESSION").doesNotContainKey("JSESSIONID");
        }
    }

    /** Reported as: a session that is created after the response was sent is stored, and no browser ever has its cookie. */
    @Test
    void sessionIsNotCreatedAfterTheResponseWasSent() {
        int before = keys();
        assertThat(browser.get("/public/late-session").body()).isEqualTo("sent refused");
        assertThat(browser.received()).isEmpty();
        assertThat(keys()).isEqualTo(before);
    }

    private int keys() {
        try (var probe = nodes.probe()) {
            return probe.keys().size();
        }
    }
}
