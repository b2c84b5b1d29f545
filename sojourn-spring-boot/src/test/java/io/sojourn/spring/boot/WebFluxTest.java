package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.SessionInfo;
import io.sojourn.spring.boot.Browser.Page;
import io.sojourn.spring.webflux.SojournWebSessionManager;
import io.sojourn.testkit.RedisProbe;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.web.server.session.WebSessionManager;
import reactor.blockhound.BlockHound;

/** What WebFlux applications do every day, over HTTP, on two nodes on Netty that take turns. A thread of an event loop that blocks fails. */
@Tag("blockhound")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebFluxTest {

    private final Nodes nodes = Nodes.startReactive();
    private final RedisProbe probe = nodes.probe();

    @AfterAll
    void stop() {
        probe.close();
        nodes.close();
    }

    /** BlockHound cannot change the classes of JDK 25; there the tests run without it. */
    private static final boolean CAN_DETECT = Runtime.version().feature() < 25;

    /** From the moment on at which the nodes have started: that may read files, also in threads of event loops. */
    @BeforeAll
    void detectBlockedThreads() {
        // Random numbers of the kernel are read from a file, but one that never blocks.
        if (CAN_DETECT) {
            BlockHound.install(hound -> hound.allowBlockingCallsInside("java.security.SecureRandom", "nextBytes"));
        }
        for (int node = 0; node < 2; node++) {
            Browser browser = nodes.browser();
            browser.signIn("bob", "secret");
            browser.submit("/public/set", "value=a");
            browser.submit("/logout");
            browser.get("/login");
        }
    }

    private static String text(Page page) {
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        return page.body();
    }

    @Test
    void theDetectorOfBlockedThreadsIsOn() {
        assumeTrue(CAN_DETECT, "BlockHound cannot change the classes of JDK 25");
        assertThat(nodes.browser().get("/public/block").status()).isEqualTo(500);
    }

    @Test
    void theSessionManagerOfWebFluxIsOurs() {
        assertThat(nodes.one().bean(WebSessionManager.class)).isInstanceOf(SojournWebSessionManager.class);
    }

    @Test
    void formLoginLeadsBackToThePageThatWasAskedFor() {
        Browser browser = nodes.browser();
        Page refused = browser.get("/private?page=2", "Accept", "text/html");
        assertThat(refused.location()).endsWith("/login");
        String csrf = browser.get("/login").csrf();
        String before = Objects.requireNonNull(browser.cookies().get("SESSION"));
        Page signedIn = browser.post("/login", "username=ada", "password=secret", "_csrf=" + csrf);
        assertThat(signedIn.location()).endsWith("/private?page=2");
        assertThat(browser.cookies().get("SESSION")).isNotEqualTo(before);
        assertThat(text(browser.get("/private"))).isEqualTo("hello ada");
        assertThat(text(browser.get("/private"))).isEqualTo("hello ada");

        Browser planted = nodes.browser();
        planted.cookies().put("SESSION", before);
        assertThat(planted.get("/private", "Accept", "text/html").location()).endsWith("/login");
    }

    @Test
    void formLoginBindsThePrincipalAndLabels() {
        Browser browser = nodes.browser();
        browser.signIn("bob", "secret");
        List<SessionInfo> sessions = nodes.two().sessions().findByPrincipal("bob");
        assertThat(sessions).anySatisfy(info -> assertThat(info.labels()).containsEntry("userAgent", "Test Browser"));
        assertThat(nodes.one().sessions().revokeAll("bob")).isPositive();
        assertThat(browser.get("/private", "Accept", "text/html").location()).endsWith("/login");
    }

    @Test
    void logoutSignsOutACopiedCookieAndNothingComesBack() {
        Browser browser = nodes.browser();
        browser.signIn("ada", "secret");
        Browser thief = browser.copy();
        assertThat(text(thief.get("/private"))).isEqualTo("hello ada");
        assertThat(browser.submit("/logout").location()).endsWith("/login?logout");
        for (int node = 0; node < 2; node++) {
            assertThat(browser.get("/private", "Accept", "text/html").location())
                    .endsWith("/login");
            assertThat(thief.copy().get("/private", "Accept", "text/html").location())
                    .endsWith("/login");
        }
        assertThat(nodes.one().sessions().findByPrincipal("ada")).noneMatch(info -> {
            String cookie = browser.cookies().get("SESSION");
            return cookie != null && cookie.startsWith(info.id().toString());
        });
    }

    @Test
    void formWithoutCsrfTokenIsRefused() {
        Browser browser = nodes.browser();
        browser.get("/csrf");
        assertThat(browser.post("/public/set", "value=a").status()).isEqualTo(403);
        assertThat(text(browser.submit("/public/set", "value=a"))).isEqualTo("set");
        assertThat(text(browser.get("/public/get"))).startsWith("a on ");
    }

    @Test
    void codeAfterTheLookupRunsInNoThreadOfTheStore() {
        Browser browser = nodes.browser();
        browser.submit("/public/set", "value=a");
        // A reply that is there at once needs no other thread than the request's.
        assertThat(text(browser.get("/public/get"))).matches("a on (parallel|reactor-http)-.*");
    }

    @Test
    void cookieIsTheOneOfTheServletSide() {
        Browser browser = nodes.browser();
        browser.submit("/public/set", "value=a");
        assertThat(browser.received())
                .last()
                .asString()
                .matches("SESSION=[A-Za-z0-9_-]{46}; Path=/; HttpOnly; SameSite=Lax");
    }

    @Test
    void sessionIsNotStoredBeforeItIsStartedOrHasAnAttribute() {
        Browser browser = nodes.browser();
        browser.get("/public/id");
        browser.get("/public/plain");
        assertThat(browser.received()).isEmpty();
        String id = text(browser.submit("/public/start"));
        assertThat(text(browser.get("/public/id"))).isEqualTo(id);
        assertThat(text(browser.get("/public/id"))).isEqualTo(id);
    }

    @Test
    void cookieThatOpensNothingIsLeftAlone() {
        Browser browser = nodes.browser();
        browser.cookies().put("SESSION", "A".repeat(46));
        browser.get("/public/id");
        assertThat(browser.received()).isEmpty();
    }

    /** As in a deploy, when a newer version has written it. */
    @Test
    void sessionThatThisNodeCannotReadKeepsItsCookie() {
        Browser browser = nodes.browser();
        browser.submit("/public/set", "value=a");
        String token = Objects.requireNonNull(browser.cookies().get("SESSION"));
        String key = probe.keys().stream()
                .filter(name -> name.endsWith(token.substring(0, 22)))
                .findFirst()
                .orElseThrow();
        byte[] record = Objects.requireNonNull(probe.hash(key).get("r"));
        int cookies = browser.received().size();
        probe.call("HSET", key, "r", "of another version");
        assertThat(browser.get("/public/id").status()).isEqualTo(200);
        assertThat(browser.received()).hasSize(cookies);
        probe.callBytes(bytes("HSET"), bytes(key), bytes("r"), record);
        assertThat(text(browser.get("/public/get"))).startsWith("a on ");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void changesOfRequestsAtTheSameTimeAreMerged() {
        Browser browser = nodes.browser();
        browser.submit("/public/start");
        Browser other = browser.copy();
        CompletableFuture<Page> one = CompletableFuture.supplyAsync(() -> browser.get("/public/meet?name=one"));
        Page two = other.get("/public/meet?name=two");
        assertThat(text(one.join())).isEqualTo("met");
        assertThat(text(two)).isEqualTo("met");
        assertThat(text(browser.get("/public/names"))).contains("one").contains("two");
    }

    @Test
    void valueThatIsChangedInPlaceIsSaved() {
        Browser browser = nodes.browser();
        browser.submit("/public/add");
        browser.submit("/public/add");
        assertThat(text(browser.submit("/public/add"))).isEqualTo("[0, 1, 2]");
    }

    @Test
    void rotationChangesIdAndCookieOnce() {
        Browser browser = nodes.browser();
        browser.submit("/public/start");
        Browser before = browser.copy();
        String[] ids = text(browser.submit("/public/rotate")).split(" ", 2);
        assertThat(ids[0]).isNotEqualTo(ids[1]);
        assertThat(browser.cookies()).isNotEqualTo(before.cookies());
        assertThat(text(browser.get("/public/id"))).isEqualTo(ids[1]);
        assertThat(text(before.get("/public/id"))).isNotEqualTo(ids[1]);
    }

    @Test
    void maxIdleTimeIsKept() {
        Browser browser = nodes.browser();
        browser.submit("/public/interval");
        assertThat(text(browser.get("/public/interval"))).isEqualTo("1234");
        String id = text(browser.get("/public/id")).substring(0, 22);
        assertThat(probe.ttlMillis("sojourn:" + id)).isBetween(1_200_000L, 1_400_000L);
    }

    @Test
    void endedSessionIsNotBroughtBack() {
        Browser browser = nodes.browser();
        browser.submit("/public/start");
        String id = text(browser.get("/public/id"));
        assertThat(text(browser.get("/public/late"))).isEqualTo("done");
        assertThat(browser.cookies()).doesNotContainKey("SESSION");
        assertThat(probe.keys()).doesNotContain("sojourn:" + id.substring(0, 22));
        assertThat(text(browser.submit("/public/invalidate"))).isEqualTo("gone true");
    }

    @Test
    void sessionIsSavedBeforeTheStreamBeginsAndWhenItIsAskedForLater() {
        Browser browser = nodes.browser();
        browser.submit("/public/start");
        assertThat(text(browser.get("/public/events"))).contains("one", "two", "three");
        assertThat(text(browser.get("/public/get"))).startsWith("after the events");
    }

    /** A session is loaded by {@code HGETALL} and written by scripts. What a script calls is no further command. */
    private long commandsOf(Runnable request) {
        probe.resetStats();
        request.run();
        var stats = probe.commandStats();
        return Stream.of("hgetall", "evalsha", "eval", "hmget")
                .mapToLong(name -> stats.getOrDefault(name, 0L))
                .sum();
    }

    @Test
    void commandsOfARequest() {
        Browser browser = nodes.browser();
        assertThat(commandsOf(() -> browser.get("/public/plain")))
                .as("no session")
                .isZero();
        assertThat(commandsOf(() -> browser.get("/login"))).as("login page").isEqualTo(1);
        String csrf = browser.get("/login").csrf();
        assertThat(commandsOf(() -> browser.post("/login", "username=ada", "password=secret", "_csrf=" + csrf)))
                .as("sign-in")
                .isEqualTo(3);
        assertThat(commandsOf(() -> browser.get("/private"))).as("reading").isEqualTo(1);
        String token = browser.get("/csrf").body();
        assertThat(commandsOf(() -> browser.post("/public/set", "value=a", "_csrf=" + token)))
                .as("change")
                .isEqualTo(2);
    }
}
