package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.Session;
import io.sojourn.codec.JavaSerializationCodec;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.web.Site;
import io.sojourn.spi.SessionEnds;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code endEventsOnEveryNode}, listeners and values hear of every end on each of two nodes, whichever node ends the session. */
@Tag("slow")
@Tag("any-jdk")
@Timeout(120)
class EndsOnEveryNodeTest {

    private static final String NODE = "node";
    private static final List<String> HEARD = new CopyOnWriteArrayList<>();
    private static final RedisServer redis = RedisServers.start();

    @RegisterExtension
    static final Site first = node("first");

    @RegisterExtension
    static final Site second = node("second");

    private static Site node(String name) {
        return new Site(Site.patientStore(redis.uri()))
                .settings(settings -> settings.endEvents(true)
                        .endEventsOnEveryNode(true)
                        .idleTimeout(SessionEnds.LEAD.dividedBy(2))
                        .codec(JavaSerializationCodec.builder()
                                .allow(Guest.class)
                                .build()))
                .configured(context -> {
                    context.setAttribute(NODE, name);
                    context.addListener(new Listener());
                });
    }

    private static void hear(HttpSession session, String what) {
        HEARD.add(session.getServletContext().getAttribute(NODE) + " " + what);
    }

    private static final class Listener implements HttpSessionListener {
        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            hear(event.getSession(), "destroyed of " + event.getSession().getAttribute("user"));
        }
    }

    private static final class Guest implements HttpSessionBindingListener, Serializable {

        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        public void valueUnbound(HttpSessionBindingEvent event) {
            hear(event.getSession(), "unbound " + event.getName());
        }
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void begin() {
        for (Site site : List.of(first, second)) {
            site.on("/", (request, response) -> {});
            site.browser().get("/"); // Undertow initializes a filter when the first request comes.
        }
        HEARD.clear();
    }

    private static Session stored() {
        return first.stored("user", "ada", "guest", new Guest());
    }

    private static void assertBothHearOnce() {
        awaitHeard(4);
        // What comes after a later end would have come by then, if anything were told twice.
        second.manager().revoke(first.stored("user", "later").id());
        awaitHeard(6);
        assertThat(HEARD)
                .containsExactlyInAnyOrder(
                        "first destroyed of ada",
                        "first unbound guest",
                        "second destroyed of ada",
                        "second unbound guest",
                        "first destroyed of later",
                        "second destroyed of later");
    }

    private static void awaitHeard(int count) {
        await().atMost(Duration.ofSeconds(40)).until(() -> HEARD.size() >= count);
    }

    /** Its time runs out at once, after the look that copies it, so that this does not depend on how busy the machine is. */
    @Test
    void bothNodesHearOfATimeout() {
        Session session = stored();
        try (RedisStore store = Site.patientStore(redis.uri());
                RedisProbe probe = redis.probe()) {
            SessionEnds ends = store.ends().orElseThrow();
            assertThat(ends.look(session.id()).toCompletableFuture().join())
                    .isInstanceOf(SessionEnds.State.Ending.class);
            probe.call("PEXPIRE", "sojourn:" + session.id(), "1");
            assertThat(ends.enter(session.id(), Duration.ZERO)
                            .toCompletableFuture()
                            .join())
                    .isTrue();
        }
        assertBothHearOnce();
    }

    @Test
    void bothNodesHearOfARevocation() {
        assertThat(first.manager().revoke(stored().id())).isTrue();
        assertBothHearOnce();
    }

    /** The node of the request tells its listeners in the request, the other one hears of it afterwards. */
    @Test
    void bothNodesHearOfALogout() {
        second.on("/logout", (request, response) -> request.getSession().invalidate());
        second.browser().with(Site.COOKIE, stored().token().reveal()).get("/logout");
        assertThat(HEARD).contains("second destroyed of ada", "second unbound guest");
        assertBothHearOnce();
    }
}
