package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionInfo;
import io.sojourn.spring.boot.SpringSessionNodes.Repository;
import io.sojourn.spring.boot.SpringSessionNodes.Serializer;
import io.sojourn.spring.move.SpringSessionMove;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Sessions that real Spring Session has written become sessions of Sojourn, and nobody is signed out. */
@Tag("any-jdk") // The JDK changes nothing here.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SpringSessionMoveScenarios {

    static final String KEYS = "spring:session:";

    /** One of the nodes has the rights that the pages list for it, and no others. */
    private final RedisServer redis = RedisServers.start("user shop on >tea ~spring:session:* "
            + listed("redis.md", "<!-- rights: one server -->\\s+ACL SETUSER shop on >\\S+ (.*)") + " "
            + listed("moving-from-spring-session.md", "access control list need `(\\+[^`]+)`") + " "
            + listed("moving-from-spring-session.md", "and `(\\+scan)` for the counter"));

    private final RedisProbe probe = redis.probe();
    private final Serializer serializer;
    private final Node old;
    private final Node one;
    private final Node two;

    SpringSessionMoveScenarios(Repository repository, Serializer serializer) {
        this.serializer = serializer;
        SpringSessionNodes nodes = new SpringSessionNodes(redis, repository, serializer);
        this.old = nodes.old();
        this.one = nodes.moving("spring.data.redis.username=shop", "spring.data.redis.password=tea");
        this.two = nodes.movingBesideSpringSession();
    }

    private static String listed(String page, String pattern) {
        try {
            Matcher list = Pattern.compile(pattern).matcher(Files.readString(Path.of("..", "docs", page)));
            assertThat(list.find()).as("%s lists rights", page).isTrue();
            return Objects.requireNonNull(list.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    void stop() {
        assertThat(String.valueOf(probe.call("ACL", "LOG"))).isEqualTo("[]");
        two.close();
        one.close();
        old.close();
        probe.close();
        redis.close();
    }

    @BeforeEach
    void clear() {
        SpringSessionNodes.awaitStored();
        probe.call("FLUSHALL");
    }

    private Browser before() {
        return new Browser(List.of(old));
    }

    /**
     * The same browser, which the balancer sends to the new nodes from now on. The old node has stored the session by then; a node that
     * has to notice what is stored later runs in the mode {@code keep}.
     */
    private Browser after(Browser before) {
        SpringSessionNodes.awaitStored();
        Browser after = new Browser(List.of(one, two));
        after.cookies().putAll(before.cookies());
        return after;
    }

    private Browser signedIn() {
        Browser browser = before();
        browser.signIn("ada", "secret");
        browser.submit("/public/note", "name=value", "value=kept");
        assertThat(browser.get("/private").body()).isEqualTo("hello ada");
        return browser;
    }

    private static boolean isSignedIn(Browser browser) {
        return browser.get("/private").body().equals("hello ada");
    }

    private Set<String> oldKeys() {
        return leftOver(probe);
    }

    /**
     * What there is of Spring Session's, but for sets of what ends in a minute, whose members are all of sessions that there are no more:
     * Spring Session leaves the ids there that sessions had before their sign-in. Such a set ends by itself.
     */
    static Set<String> leftOver(RedisProbe probe) {
        return probe.keys().stream()
                .filter(key -> key.startsWith(KEYS) && !isDying(key, probe))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isDying(String key, RedisProbe probe) {
        if (!key.startsWith(KEYS + "expirations:")) {
            return false;
        }
        Set<String> keys = probe.keys();
        Object members = probe.call("SMEMBERS", key);
        return probe.ttlMillis(key) > 0
                && keys.stream()
                        .filter(other -> other.startsWith(KEYS + "sessions:"))
                        .noneMatch(
                                other -> String.valueOf(members).contains(other.substring(other.lastIndexOf(':') + 1)));
    }

    private static String id(Browser browser) {
        String cookie = Objects.requireNonNull(browser.cookies().get("SESSION"));
        return new String(Base64.getDecoder().decode(cookie), StandardCharsets.ISO_8859_1);
    }

    @Test
    void signedInSessionIsMovedWithAllThatItHas() {
        Browser before = signedIn();
        if (serializer == Serializer.JDK) {
            before.submit("/public/set", "value=kept");
            before.submit("/public/cart", "item=book");
        }
        before.submit("/public/interval", "seconds=1234");
        String csrf = before.get("/csrf").body();
        String facts = before.get("/public/facts").body();
        assertThat(oldKeys()).contains(KEYS + "sessions:" + id(before));

        Browser after = after(before);
        assertThat(after.get("/public/facts").body())
                .isEqualTo(facts)
                .startsWith("false")
                .endsWith(" 1234");
        assertThat(oldKeys()).isEmpty();
        assertThat(after.cookies()).isNotEqualTo(before.cookies());
        for (int request = 0; request < 4; request++) {
            assertThat(isSignedIn(after)).isTrue();
        }
        assertThat(after.get("/public/get").body())
                .isEqualTo(serializer == Serializer.JDK ? "kept Europe/Vienna" : "kept ");
        if (serializer == Serializer.JDK) {
            assertThat(after.get("/public/cart").body()).isEqualTo("[book]");
        }
        assertThat(after.post("/public/note", "name=more", "value=new", "_csrf=" + csrf)
                        .status())
                .isEqualTo(200);
        assertThat(after.get("/public/note?name=more").body()).isEqualTo("new");
        assertThat(one.bean(SpringSessionMove.class).moved()
                        + two.bean(SpringSessionMove.class).moved())
                .isPositive();
        assertThat(one.bean(SpringSessionMove.class).remaining()).isZero();
    }

    @Test
    void movedSessionIsFoundByItsUserAsOldAsItWas() {
        Browser before = signedIn();
        Instant created = Instant.ofEpochMilli(
                Long.parseLong(before.get("/public/facts").body().split(" ", -1)[1]));
        Browser after = after(before);
        assertThat(isSignedIn(after)).isTrue();
        List<SessionInfo> found = one.sessions().findByPrincipal("ada");
        assertThat(found).hasSize(1);
        assertThat(found.get(0).createdAt()).isEqualTo(created);
        assertThat(two.sessions().revokeAll("ada")).isEqualTo(1);
        assertThat(isSignedIn(after)).isFalse();
        assertThat(isSignedIn(after(before))).isFalse();
    }

    @Test
    void savedRequestAndCsrfTokenOfAVisitorAreKept() {
        Browser before = before();
        before.get("/private?from=old");
        String csrf = before.get("/login").csrf();
        Browser after = after(before);
        Browser.Page answer = after.post("/login", "username=ada", "password=secret", "_csrf=" + csrf);
        assertThat(answer.location()).contains("/private?from=old");
        assertThat(after.get("/private").body()).isEqualTo("hello ada");
        assertThat(oldKeys()).isEmpty();
        assertThat(one.sessions().findByPrincipal("ada")).hasSize(1);
        assertThat(isSignedIn(after(before)))
                .as("the cookie from before the sign-in")
                .isFalse();
    }

    @Test
    void copiedOldCookieOpensNothingAfterTheLogout() {
        Browser before = signedIn();
        Browser after = after(before);
        assertThat(isSignedIn(after)).isTrue();
        after.submit("/logout");
        assertThat(isSignedIn(after)).isFalse();
        assertThat(isSignedIn(after(before))).isFalse();
        assertThat(oldKeys()).isEmpty();
        assertThat(isSignedIn(before)).isFalse();
    }

    @Test
    void logoutAsTheFirstRequestEndsBothForms() {
        Browser before = signedIn();
        String csrf = before.get("/csrf").body();
        assertThat(after(before).post("/logout", "_csrf=" + csrf).status()).isEqualTo(302);
        assertThat(isSignedIn(after(before))).isFalse();
        assertThat(isSignedIn(before)).isFalse();
    }

    @Test
    void lostAnswersSignNobodyOut() {
        Browser before = signedIn();
        for (int lost = 0; lost < 5; lost++) {
            assertThat(isSignedIn(after(before))).isTrue();
        }
        assertThat(one.sessions().findByPrincipal("ada")).hasSize(1);
    }

    @Test
    void parallelRequestsOfOnePageAllSeeTheSession() throws Exception {
        Browser before = signedIn();
        String csrf = before.get("/csrf").body();
        ExecutorService threads = Executors.newFixedThreadPool(12);
        try {
            List<Callable<Boolean>> requests = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String name = "note" + i;
                Browser each = after(before);
                if (i % 2 == 1) {
                    each.get("/public/plain"); // To the other node.
                }
                requests.add(() -> each.post("/public/note", "name=" + name, "value=x", "_csrf=" + csrf)
                                        .status()
                                == 200
                        && isSignedIn(each));
            }
            for (Future<Boolean> request : threads.invokeAll(requests)) {
                assertThat(request.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
        Browser after = after(before);
        for (int i = 0; i < 12; i++) {
            assertThat(after.get("/public/note?name=note" + i).body()).isEqualTo("x");
        }
        assertThat(oldKeys()).isEmpty();
        assertThat(one.sessions().findByPrincipal("ada")).hasSize(1);
    }

    @Test
    void revocationBeforeTheMoveHolds() {
        Browser before = signedIn();
        one.sessions().revokeAll("ada");
        assertThat(isSignedIn(after(before))).isFalse();
        assertThat(oldKeys()).isEmpty();
        Browser again = signedIn();
        assertThat(isSignedIn(after(again))).as("signed in since then").isTrue();
    }

    /** A node that dies between the two steps leaves both forms. */
    @Test
    void moveThatWasCutShortIsFinished() {
        Browser before = signedIn();
        String key = KEYS + "sessions:" + id(before);
        Map<String, byte[]> fields = probe.hash(key);
        Browser after = after(before);
        assertThat(isSignedIn(after)).isTrue();
        restore(key, fields);
        String csrf = after(before).get("/csrf").body();
        after(before).post("/logout", "_csrf=" + csrf);
        assertThat(probe.keys()).doesNotContain(key);
        assertThat(isSignedIn(after(before))).isFalse();
        assertThat(isSignedIn(after)).isFalse();
    }

    /** No client may hold the fresh secret while the old form is there: a logout by it would leave the old form behind. */
    @Test
    void oldFormIsGoneBeforeAnotherFreshSecretIsHandedOut() {
        Browser before = signedIn();
        String key = KEYS + "sessions:" + id(before);
        Map<String, byte[]> fields = probe.hash(key);
        assertThat(isSignedIn(after(before))).isTrue();
        restore(key, fields);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            Browser again = after(before);
            assertThat(isSignedIn(again)).isTrue();
            return !again.cookies().equals(before.cookies());
        });
        assertThat(probe.keys()).doesNotContain(key);
    }

    private void restore(String key, Map<String, byte[]> fields) {
        fields.forEach((field, value) -> probe.callBytes(
                "HSET".getBytes(StandardCharsets.UTF_8),
                key.getBytes(StandardCharsets.UTF_8),
                field.getBytes(StandardCharsets.UTF_8),
                value));
    }

    @Test
    void whatHasNotTheShapeOfAnIdIsNotLookedUp() {
        probe.call("HSET", KEYS + "sessions:secret", "creationTime", "1");
        probe.resetStats();
        for (String text : List.of("secret", "*", "../x", "00000000-0000-0000-0000-00000000000Z")) {
            for (String cookie :
                    List.of(text, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))) {
                Browser browser = new Browser(List.of(one));
                browser.cookies().put("SESSION", cookie);
                assertThat(browser.get("/public/get").status()).isEqualTo(200);
            }
        }
        assertThat(probe.commandStats().getOrDefault("hgetall", 0L)).isZero();
    }

    @Test
    void sessionThatHasExpiredIsNotMoved() {
        Browser before = signedIn();
        String key = KEYS + "sessions:" + id(before);
        SpringSessionNodes.awaitStored();
        probe.call("HSET", key, "lastAccessedTime", "1000000000000");
        assertThat(isSignedIn(after(before))).isFalse();
    }
}
