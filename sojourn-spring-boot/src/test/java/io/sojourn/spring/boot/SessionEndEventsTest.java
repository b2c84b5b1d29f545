package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.spring.ContextPrincipal;
import io.sojourn.spring.boot.app.Cart;
import io.sojourn.spring.boot.app.TestApplication;
import io.sojourn.spring.session.SojournSessionRepository;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.security.web.session.HttpSessionDestroyedEvent;
import org.springframework.security.web.session.HttpSessionEventPublisher;
import org.springframework.session.events.SessionDestroyedEvent;

/** With {@code sojourn.end-events=true}, all that listens to the ends of sessions hears of each end, on one of two nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionEndEventsTest {

    private static final List<Long> SEARCHES_WHILE_STARTING = new CopyOnWriteArrayList<>();

    /** What an application has that listens in every way. */
    @Configuration(proxyBeanMethods = false)
    static class Listening {

        final List<String> told = new CopyOnWriteArrayList<>();

        @EventListener
        void ofSpringSession(SessionDestroyedEvent event) {
            told.add(event.getClass().getSimpleName() + " " + event.getSessionId() + " of value "
                    + event.getSession().getAttribute("value"));
        }

        @EventListener
        void ofSpringSecurity(HttpSessionDestroyedEvent event) {
            told.add("HttpSessionDestroyedEvent " + event.getId() + " of "
                    + event.getSecurityContexts().stream()
                            .map(ContextPrincipal::name)
                            .findFirst()
                            .orElse("nobody"));
        }

        @Bean
        HttpSessionEventPublisher publisher() {
            return new HttpSessionEventPublisher();
        }

        @Bean
        HttpSessionListener listener() {
            return new HttpSessionListener() {
                @Override
                public void sessionDestroyed(HttpSessionEvent event) {
                    HttpSession session = event.getSession();
                    told.add("HttpSessionListener " + session.getId() + " of value " + session.getAttribute("value"));
                }
            };
        }

        @Bean
        SessionEndListener endListener() {
            return end -> told.add("SessionEndListener "
                    + end.session().orElseThrow().publicId() + " of "
                    + end.principal().orElse("nobody") + ": " + end.cause());
        }

        /** Runs when the server has started and the application has not. */
        @Bean
        SmartInitializingSingleton whileStarting() {
            return () -> SEARCHES_WHILE_STARTING.add(searches());
        }
    }

    private static long searches() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("sojourn-ends"))
                .count();
    }

    private final Nodes nodes = Nodes.start(List.of(TestApplication.class, Listening.class), "sojourn.end-events=true");

    @AfterAll
    void stop() {
        nodes.close();
        assertThat(searches()).isZero();
    }

    private static List<String> told(Node node, String id) {
        return node.bean(Listening.class).told.stream()
                .filter(text -> text.contains(id))
                .toList();
    }

    private Browser signedIn(String item) {
        Browser browser = nodes.browser();
        browser.signIn("ada", "secret");
        browser.submit("/public/set", "value=" + item);
        browser.submit("/public/cart", "item=" + item);
        return browser;
    }

    private static String idOf(Browser browser) {
        return browser.get("/public/empty").body().split(" ", 2)[0];
    }

    /** Waits until so much was told, and tells whether one node alone has told it. */
    private List<String> awaitTold(String id, int count) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> told(id).size() >= count);
        assertThat(Stream.of(nodes.one(), nodes.two())
                        .filter(node -> !told(node, id).isEmpty()))
                .hasSize(1);
        return told(id);
    }

    private List<String> told(String id) {
        return Stream.of(nodes.one(), nodes.two())
                .flatMap(node -> told(node, id).stream())
                .toList();
    }

    private static void assertDestroyedOnce(String item) {
        assertThat(Cart.DESTROYED.stream().filter(items -> items.contains(item)))
                .hasSize(1);
    }

    @Test
    void sessionThatTimesOutIsToldOnceAndItsBeansAreDestroyed() {
        Browser browser = signedIn("timed out");
        browser.submit("/public/interval", "seconds=10");
        String id = idOf(browser);
        String[] all = {
            "SessionExpiredEvent " + id + " of value timed out",
            "HttpSessionDestroyedEvent " + id + " of ada",
            "HttpSessionListener " + id + " of value timed out",
            "SessionEndListener " + id + " of ada: IDLE"
        };
        assertThat(awaitTold(id, all.length)).containsExactlyInAnyOrder(all);
        assertDestroyedOnce("timed out");
        assertThat(browser.get("/private").location()).endsWith("/login");

        Browser next = signedIn("next"); // What was told twice would have come by then.
        String another = idOf(next);
        nodes.one().sessions().revokeAll("ada");
        awaitTold(another, all.length);
        assertThat(told(id)).containsExactlyInAnyOrder(all);
    }

    @Test
    void sessionThatIsRevokedIsToldWithItsAttributes() {
        String id = idOf(signedIn("revoked"));
        nodes.two().sessions().revoke(SessionId.ofPublicId(id).orElseThrow());
        assertThat(awaitTold(id, 4))
                .containsExactlyInAnyOrder(
                        "SessionDeletedEvent " + id + " of value revoked",
                        "HttpSessionDestroyedEvent " + id + " of ada",
                        "HttpSessionListener " + id + " of value revoked",
                        "SessionEndListener " + id + " of ada: REVOKED_ID");
        assertDestroyedOnce("revoked");
    }

    @Test
    void sessionThatIsDeletedByItsTokenIsToldToListenersOfServletsToo() {
        Browser browser = signedIn("deleted");
        String id = idOf(browser);
        nodes.two()
                .bean(SojournSessionRepository.class)
                .deleteById(Objects.requireNonNull(browser.cookies().get("SESSION")));
        assertThat(awaitTold(id, 4))
                .containsExactlyInAnyOrder(
                        "SessionDeletedEvent " + id + " of value deleted",
                        "HttpSessionDestroyedEvent " + id + " of ada",
                        "HttpSessionListener " + id + " of value deleted",
                        "SessionEndListener " + id + " of ada: REVOKED_ID");
        assertDestroyedOnce("deleted");
    }

    @Test
    void logoutIsToldOnce() {
        Browser browser = signedIn("signed out");
        String id = idOf(browser);
        browser.submit("/logout");
        assertThat(awaitTold(id, 4))
                .containsExactlyInAnyOrder(
                        "SessionDeletedEvent " + id + " of value signed out",
                        "HttpSessionDestroyedEvent " + id + " of ada",
                        "HttpSessionListener " + id + " of value signed out",
                        "SessionEndListener " + id + " of ada: SIGNED_OUT");
        assertDestroyedOnce("signed out");
    }

    @Test
    void endsAreToldOnlyFromTheMomentOnAtWhichTheApplicationHasStarted() {
        assertThat(SEARCHES_WHILE_STARTING.get(0)).as("of the first node").isZero();
        assertThat(searches()).isGreaterThanOrEqualTo(2);
    }
}
