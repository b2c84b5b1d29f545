package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.servlet.web.Site;
import io.sojourn.spi.IndexKey;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a browser does while its user signs in: it sends further requests with the cookie that it still has. Of five, one is
 * under way the whole time, one may be overtaken by the sign-in, one leaves at the same moment, and two when the sign-in
 * has been answered; on both nodes, and all of them write.
 */
@Tag("slow")
class LoginRaceTest {

    private static final int BROWSERS = 4;

    private static final RedisServer redis = RedisServers.start();

    @RegisterExtension
    static final Site one = new Site(Site.patientStore(redis.uri()));

    @RegisterExtension
    static final Site two = new Site(Site.patientStore(redis.uri()));

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final RedisProbe probe = redis.probe();
    private final Map<String, CountDownLatch> underWay = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> signingIn = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> answered = new ConcurrentHashMap<>();
    private final Set<String> expectedKeys = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inTime = new AtomicInteger();
    private final AtomicInteger late = new AtomicInteger();

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void servePages() {
        probe.call("FLUSHDB");
        for (Site site : List.of(one, two)) {
            site.on("/cart", (request, response) -> request.getSession().setAttribute("cart", "tea"));
            site.on("/in", (request, response) -> {
                SojournFilter.signIn(request, parameter(request, "user"));
                Objects.requireNonNull(signingIn.get(parameter(request, "user")))
                        .countDown();
            });
            site.on("/write", this::write);
            site.on("/held", this::writeAndWait);
            site.on("/session", LoginRaceTest::print);
        }
    }

    private static String parameter(HttpServletRequest request, String name) {
        return Objects.requireNonNull(request.getParameter(name));
    }

    /**
     * Writes into the session that the cookie opens or, as an application would, into another one: the stand-in that all requests
     * with the replaced cookie share, which has no cart in it.
     */
    private void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpSession found = request.getSession(false);
        boolean opened = found != null && found.getAttribute("cart") != null;
        request.getSession().setAttribute(parameter(request, "name"), "written");
        response.getWriter().print(opened ? "opened" : "not opened");
    }

    private void writeAndWait(HttpServletRequest request, HttpServletResponse response) throws Exception {
        write(request, response);
        String user = parameter(request, "user");
        Objects.requireNonNull(underWay.get(user)).countDown();
        await(answered, user);
    }

    private static void await(Map<String, CountDownLatch> latches, String user) throws InterruptedException {
        assertThat(Objects.requireNonNull(latches.get(user)).await(30, TimeUnit.SECONDS))
                .isTrue();
    }

    private static void print(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpSession session = request.getSession(false);
        if (session != null) {
            Session behind = SojournFilter.session(request).orElseThrow();
            response.getWriter().print(behind.principal().orElse("") + " " + behind.names());
        }
    }

    private CompletableFuture<HttpResponse<String>> send(Site site, String path, @Nullable String cookie) {
        HttpRequest.Builder request = HttpRequest.newBuilder(site.uri(path));
        if (cookie != null) {
            request.header("Cookie", cookie);
        }
        return client.sendAsync(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> answer(CompletableFuture<HttpResponse<String>> sent) throws Exception {
        return sent.get(30, TimeUnit.SECONDS);
    }

    private static List<String> newCookies(HttpResponse<String> answer) {
        return answer.headers().allValues("Set-Cookie").stream()
                .map(header -> header.split(";", 2)[0])
                .toList();
    }

    private void login(int number) throws Exception {
        String user = "user" + number;
        Site here = number % 2 == 0 ? one : two;
        Site there = number % 2 == 0 ? two : one;
        underWay.put(user, new CountDownLatch(1));
        signingIn.put(user, new CountDownLatch(1));
        answered.put(user, new CountDownLatch(1));
        String old = newCookies(answer(send(here, "/cart", null))).get(0);

        List<CompletableFuture<HttpResponse<String>>> writes = new ArrayList<>();
        writes.add(send(there, "/held?name=held&user=" + user, old));
        await(underWay, user);
        writes.add(send(here, "/write?name=before", old));
        CompletableFuture<HttpResponse<String>> in = send(here, "/in?user=" + user, old);
        await(signingIn, user); // What is left of the sign-in is its commit.
        writes.add(send(there, "/write?name=during", old));
        List<String> cookies = newCookies(answer(in));
        writes.add(send(here, "/write?name=after", old));
        writes.add(send(there, "/write?name=afterwards", old));
        Objects.requireNonNull(answered.get(user)).countDown();

        String cookie = cookies.get(0);
        expect(user, cookie);
        Set<String> written = new HashSet<>(Set.of("cart"));
        List<String> names = List.of("held", "before", "during", "after", "afterwards");
        for (int i = 0; i < names.size(); i++) {
            HttpResponse<String> answer = answer(writes.get(i));
            note(user + " " + names.get(i) + " set a cookie", newCookies(answer).isEmpty());
            boolean opened = answer.body().equals("opened");
            if (opened) {
                written.add(names.get(i));
            }
            note(user + ": " + names.get(i) + " " + opened, i == 1 || i == 2 || opened == (i == 0));
            (opened ? inTime : late).incrementAndGet();
        }
        for (Site site : List.of(one, two)) {
            String session = answer(send(site, "/session", cookie)).body();
            note(user + " is not signed in: " + session, session.startsWith(user + " "));
            note(user + " has lost something: " + session, written.stream().allMatch(session::contains));
            String under = answer(send(site, "/session", old)).body();
            note(user + "'s old cookie opens " + under, !under.contains(user) && !under.contains("cart"));
        }
    }

    private void note(String what, boolean isAsItShouldBe) {
        if (!isAsItShouldBe) {
            wrong.add(what);
        }
    }

    private void expect(String user, String cookie) {
        expectedKeys.add("sojourn:" + cookie.substring(cookie.indexOf('=') + 1).substring(0, 22));
        expectedKeys.add(
                "sojourn:@principal:" + IndexKey.of(IndexKey.PRINCIPAL, user).hash());
    }

    private void race(int logins) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Thread> browsers = IntStream.range(0, BROWSERS)
                .mapToObj(i -> new Thread(() -> {
                    for (int n = next.getAndIncrement(); n < logins; n = next.getAndIncrement()) {
                        try {
                            login(n);
                        } catch (Exception | AssertionError e) {
                            wrong.add(n + ": " + e);
                        }
                    }
                }))
                .toList();
        browsers.forEach(Thread::start);
        for (Thread browser : browsers) {
            browser.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(inTime.get() + late.get()).isEqualTo(5 * logins);
        assertThat(expectedKeys).hasSize(2 * logins);
        assertThat(probe.keys())
                .containsAll(expectedKeys)
                .as("a session and an entry of the index for each, and at most one stand-in for the replaced cookie")
                .hasSizeLessThanOrEqualTo(3 * logins);
        assertThat(probe.keys())
                .allSatisfy(key -> assertThat(probe.ttlMillis(key)).isPositive());
    }

    @Test
    void requestsUnderTheOldCookieNeitherUndoASignInNorLoseWhatTheyWroteInTime() throws InterruptedException {
        race(100);
    }

    @Test
    @Tag("full")
    @Timeout(600)
    void requestsUnderTheOldCookieDoNotDoSoThousandTimesEither() throws InterruptedException {
        race(1_000);
        // What came in time and what came late, of those two thousand that were free to do either.
        System.getLogger(LoginRaceTest.class.getName())
                .log(System.Logger.Level.INFO, "in time {0}, late {1}", inTime, late);
    }
}
