package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Site;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A client signs in on one node and follows the redirect to the other as soon as it has read its head, without any delay.
 * Several clients at once keep both nodes busy.
 */
class RedirectRaceTest {

    private static final int CLIENTS = 8;

    private static final RedisServer redis = RedisServers.start();

    @RegisterExtension
    static final Site one = new Site(Site.patientStore(redis.uri()));

    @RegisterExtension
    static final Site two = new Site(Site.patientStore(redis.uri()));

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Queue<String> lost = new ConcurrentLinkedQueue<>();

    @AfterAll
    static void stop() {
        redis.close();
    }

    private static void servePages(Site site) {
        site.on("/in", (request, response) -> {
            SojournFilter.signIn(request, Objects.requireNonNull(request.getParameter("user")));
            request.getSession().setAttribute("user", request.getParameter("user"));
            response.sendRedirect("/who");
        });
        site.on(
                "/who",
                (request, response) -> response.getWriter()
                        .print(
                                request.getSession(false) == null
                                        ? "nobody"
                                        : request.getSession().getAttribute("user")));
    }

    @Test
    void redirectThatIsFollowedAtOnceOnTheOtherNodeIsSignedIn() throws Exception {
        assertEachIsSignedIn(500);
    }

    @Test
    @Tag("full")
    @Timeout(600)
    void redirectThatIsFollowedAtOnceOnTheOtherNodeIsSignedIn10000Times() throws Exception {
        assertEachIsSignedIn(10_000);
    }

    private void assertEachIsSignedIn(int times) throws InterruptedException {
        servePages(one);
        servePages(two);
        AtomicInteger next = new AtomicInteger();
        AtomicInteger signedIn = new AtomicInteger();
        List<Thread> clients = IntStream.range(0, CLIENTS)
                .mapToObj(number -> new Thread(() -> {
                    for (int i = next.getAndIncrement(); i < times; i = next.getAndIncrement()) {
                        signedIn.addAndGet(isSignedIn(i) ? 1 : 0);
                    }
                }))
                .toList();
        clients.forEach(Thread::start);
        for (Thread each : clients) {
            each.join();
        }
        assertThat(lost).isEmpty();
        assertThat(signedIn).hasValue(times);
    }

    private boolean isSignedIn(int number) {
        Site from = number % 2 == 0 ? one : two;
        Site to = number % 2 == 0 ? two : one;
        String user = "user" + number;
        try {
            HttpResponse<String> in = client.send(
                    HttpRequest.newBuilder(from.uri("/in?user=" + user)).build(), BodyHandlers.ofString());
            String cookie = in.headers().firstValue("Set-Cookie").orElse("none").split(";", 2)[0];
            URI location = URI.create(in.headers().firstValue("Location").orElseThrow());
            HttpResponse<String> who = client.send(
                    HttpRequest.newBuilder(to.uri(location.getPath()))
                            .header("Cookie", cookie)
                            .build(),
                    BodyHandlers.ofString());
            if (who.body().equals(user)) {
                return true;
            }
            lost.add(number + ": " + in.statusCode() + ", then " + who.statusCode() + " " + who.body());
        } catch (IOException | InterruptedException | RuntimeException e) {
            lost.add(number + ": " + e);
        }
        return false;
    }
}
