package io.sojourn.servlet.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.SessionSettings;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that a thief has under way while the victim signs in or changes the password, at two nodes. */
class RequestsOfThievesTest {

    private static final Duration LATER = SessionSettings.SUPERSEDED_FOR.plusSeconds(1);

    private static final RedisServer redis = RedisServers.start();

    @RegisterExtension
    static final Site one = new Site(Site.patientStore(redis.uri()));

    @RegisterExtension
    static final Site two = new Site(Site.patientStore(redis.uri())).settings(few -> few.maxSessionsPerPrincipal(5));

    private volatile String password = "";

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void servePages() {
        for (Site site : List.of(one, two)) {
            site.on("/cart", (request, response) -> request.getSession().setAttribute("cart", "tea"));
            site.on("/in", this::signIn);
            site.on("/who", RequestsOfThievesTest::who);
        }
    }

    /** The password counts if it is the right one even after the sign-in began. */
    private void signIn(HttpServletRequest request, HttpServletResponse response) throws IOException {
        SojournFilter.signIn(request, "ada");
        if (!password.equals(request.getParameter("password"))) {
            request.getSession().invalidate();
            response.sendError(403);
        }
    }

    private static void who(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpSession session = request.getSession(false);
        String user = SojournFilter.session(request).flatMap(Session::principal).orElse("nobody");
        response.getWriter()
                .print(
                        session == null
                                ? "no session"
                                : user + " with " + session.getAttribute("cart") + " and "
                                        + session.getAttribute("role") + " for " + session.getMaxInactiveInterval());
    }

    private static String token(Browser browser) {
        return Objects.requireNonNull(browser.cookie(Site.COOKIE));
    }

    @Test
    void aLongPollThatBeganBeforeTheSignInNeitherWritesNorEndsTheSessionOfTheVictim() {
        password = "first";
        Browser thief = one.browser();
        thief.get("/cart");
        Browser victim = two.browser().with(Site.COOKIE, token(thief));
        one.on("/poll", (request, response) -> {
            HttpSession session = request.getSession();
            victim.get("/in?password=first");
            one.pass(LATER);
            two.pass(LATER);
            session.setAttribute("role", "admin");
            session.setMaxInactiveInterval(1_000_000);
            if (request.getParameter("end") != null) {
                session.invalidate();
            }
        });
        assertThat(thief.get("/poll").cookies()).isEmpty();
        assertThat(victim.get("/who").body()).isEqualTo("ada with tea and null for 1800");

        Browser another = one.browser();
        another.get("/cart");
        victim.with(Site.COOKIE, token(another));
        assertThat(another.get("/poll?end=1").cookies()).isEmpty();
        assertThat(victim.get("/who").body()).isEqualTo("ada with tea and null for 1800");
    }

    @Test
    void nobodyWhoSignsInAllTheTimeSurvivesAChangeOfThePassword() throws Exception {
        ExecutorService thieves = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 2; round++) {
                String old = "p" + round;
                password = old;
                Queue<String> stolen = new ConcurrentLinkedQueue<>();
                Callable<Void> thief = () -> {
                    for (int i = 0; i < 500; i++) {
                        Site site = i % 2 == 0 ? one : two;
                        Browser browser = site.browser();
                        if (browser.get("/in?password=" + old).status() == 403) {
                            return null;
                        }
                        if (browser.cookie(Site.COOKIE) != null) { // Else the sign-in was revoked before it was stored.
                            stolen.add(token(browser));
                        }
                    }
                    return null;
                };
                List<Future<Void>> running =
                        Stream.generate(() -> thieves.submit(thief)).limit(4).toList();
                while (stolen.size() < 12) {
                    Thread.onSpinWait();
                }
                password = "changed";
                one.manager().revokeAll("ada");
                for (Future<Void> each : running) {
                    each.get();
                }
                for (String token : stolen) {
                    assertThat(two.browser()
                                    .with(Site.COOKIE, token)
                                    .get("/who")
                                    .body())
                            .isEqualTo("no session");
                }
                assertThat(one.manager().findByPrincipal("ada")).isEmpty();
            }
        } finally {
            thieves.shutdownNow();
        }
    }
}
