package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a request costs a real server, by the server's own count. */
class RedisTest {

    private static final RedisServer redis = RedisServers.start();

    @RegisterExtension
    static final Site site = new Site(Site.patientStore(redis.uri()));

    private final RedisProbe probe = redis.probe();

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void scriptIsLoadedAndNothingElse() {
        site.stored("warm", "up");
        probe.call("FLUSHDB");
        probe.resetStats();
    }

    /** The commands that were sent; those that a script called are not told apart, so only these are looked at. */
    private Map<String, Long> sent() {
        Map<String, Long> stats = probe.commandStats();
        stats.keySet().retainAll(java.util.Set.of("hgetall", "evalsha", "eval", "del", "unlink", "script|load"));
        return stats;
    }

    private Browser visitor() {
        Browser browser = site.visitor("visits", 1);
        probe.resetStats();
        return browser;
    }

    @Test
    void requestThatDoesNotAskForItsSessionSendsNothing() {
        site.on("/", (request, response) -> response.getWriter().print("ok"));
        visitor().get("/");
        assertThat(probe.commandStats()).isEmpty();
    }

    @Test
    void cookieThatIsNoTokenSendsNothing() {
        site.on(
                "/",
                (request, response) -> assertThat(request.getSession(false)).isNull());
        site.browser().with(Site.COOKIE, "garbage").get("/");
        assertThat(probe.commandStats()).isEmpty();
    }

    @Test
    void readingSendsOneCommand() {
        site.on("/", (request, response) -> {
            response.getWriter().print(request.getSession().getAttribute("visits"));
            response.flushBuffer();
        });
        assertThat(visitor().get("/").body()).isEqualTo("1");
        assertThat(probe.commandStats()).isEqualTo(Map.of("hgetall", 1L));
    }

    @Test
    void changingSendsTwoCommandsAlsoIfTheResponseIsCommittedWithinTheServlet() {
        site.on("/", (request, response) -> {
            request.getSession()
                    .setAttribute("visits", (int) request.getSession().getAttribute("visits") + 1);
            response.flushBuffer();
        });
        visitor().get("/");
        assertThat(sent()).isEqualTo(Map.of("hgetall", 1L, "evalsha", 1L));
    }

    @Test
    void firstAttributeOfANewVisitorSendsOneCommandAndLeavesOneKeyWithATimeToLive() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("visits", 1);
            response.sendRedirect("/next");
        });
        Reply reply = site.browser().get("/");
        assertThat(reply.cookies()).hasSize(1);
        assertThat(sent()).isEqualTo(Map.of("evalsha", 1L));
        assertThat(probe.keys())
                .singleElement()
                .satisfies(key -> assertThat(probe.ttlMillis(key)).isPositive());
    }

    @Test
    void logoutSendsTwoCommandsAndLeavesNoKey() {
        site.on("/", (request, response) -> request.getSession().invalidate());
        visitor().get("/");
        // The script calls UNLINK, if the session is at the revision that the request knows.
        assertThat(sent()).isEqualTo(Map.of("hgetall", 1L, "evalsha", 1L, "unlink", 1L));
        assertThat(probe.keys()).isEmpty();
    }
}
