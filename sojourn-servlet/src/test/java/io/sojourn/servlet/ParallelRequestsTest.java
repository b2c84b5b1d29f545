package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import jakarta.servlet.http.HttpSession;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many requests of one browser at the same time, on two nodes: all have loaded the session before the first one saves it. */
class ParallelRequestsTest {

    /** On both nodes together; few enough for the threads of each container. */
    private static final int AT_ONCE = 20;

    private static final int ROUNDS = 5;

    private static final RedisServer redis = RedisServers.start();

    @RegisterExtension
    static final Site one = new Site(Site.patientStore(redis.uri()));

    @RegisterExtension
    static final Site two = new Site(Site.patientStore(redis.uri()));

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final RedisProbe probe = redis.probe();
    private final CyclicBarrier loaded = new CyclicBarrier(AT_ONCE);

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void servePages() {
        probe.call("FLUSHDB");
        for (Site site : List.of(one, two)) {
            site.on("/write", (request, response) -> {
                HttpSession session = request.getSession();
                session.setAttribute(String.valueOf(request.getParameter("name")), "written");
                loaded.await(30, TimeUnit.SECONDS);
                response.getWriter().print("ok");
            });
        }
    }

    private HttpRequest write(Site site, String name, String cookie) {
        return HttpRequest.newBuilder(site.uri("/write?name=" + name))
                .header("Cookie", cookie)
                .build();
    }

    @Test
    void nothingIsLostAndNoRequestFails() throws Exception {
        Browser browser = one.visitor("cart", "tea");
        String cookie = Site.COOKIE + "=" + browser.cookie(Site.COOKIE);
        List<String> names = new ArrayList<>(List.of("cart"));
        probe.resetStats();
        for (int round = 0; round < ROUNDS; round++) {
            List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                String name = "by-" + round + "-" + i;
                names.add(name);
                sent.add(client.sendAsync(write(i % 2 == 0 ? one : two, name, cookie), BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> each : sent) {
                HttpResponse<String> answer = each.get(60, TimeUnit.SECONDS);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().allValues("Set-Cookie")).isEmpty();
            }
        }
        Map<String, Long> commands = probe.commandStats();
        long writes = commands.getOrDefault("evalsha", 0L) + commands.getOrDefault("eval", 0L);
        assertThat(writes)
                .as("the write of each save, and conflicts with the other node only")
                .isLessThanOrEqualTo(2L * ROUNDS * AT_ONCE);
        one.on("/names", (request, response) -> {
            for (String name : Collections.list(request.getSession().getAttributeNames())) {
                response.getWriter().print(name + " ");
            }
        });
        String stored = browser.get("/names").body();
        assertThat(stored.trim().split(" ")).containsExactlyInAnyOrderElementsOf(names);
    }
}
