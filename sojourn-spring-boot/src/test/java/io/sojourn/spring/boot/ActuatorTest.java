package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.micrometer.SojournMetrics;
import io.sojourn.spring.boot.Browser.Page;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;

/** The endpoints of Spring Boot Actuator, over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ActuatorTest {

    private static final String SECRET = "a-secret-of-redis";

    private static final String[] EXPOSED = {
        "management.endpoints.web.exposure.include=*",
        "management.endpoint.health.show-details=always",
        "management.endpoint.health.probes.enabled=true",
        "management.endpoint.health.group.readiness.include=readinessState,sojourn",
        "management.health.redis.enabled=false", // Spring Data's, which looks at another server than sojourn.redis.uri.
        "sojourn.redis.near-cache.enabled=true",
        "sojourn.idle-timeout=20m",
        // As without spring-session-core: with it, Spring Boot's own endpoint shows the sessions.
        "spring.autoconfigure.exclude=io.sojourn.spring.boot.session.SojournSpringSessionAutoConfiguration,"
                + "org.springframework.boot.autoconfigure.session.SessionAutoConfiguration"
    };

    private final RedisServer redis = RedisServers.start("requirepass " + SECRET);
    private final RedisProbe probe =
            RedisProbe.connect("redis://:" + SECRET + "@" + RedisServer.HOST + ":" + redis.port());
    private final Node one = node();
    private final Node two = node();

    private Node node(String... more) {
        String uri = "sojourn.redis.uri=redis://:" + SECRET + "@" + RedisServer.HOST + ":" + redis.port();
        return Node.start(
                Stream.concat(Arrays.stream(with(more)), Stream.of(uri)).toArray(String[]::new));
    }

    @BeforeAll
    void useTheMetrics() {
        browser().get("/public/empty");
    }

    @AfterAll
    void stop() {
        one.close();
        two.close();
        probe.close();
        redis.close();
    }

    private Browser browser() {
        return new Browser(List.of(one, two));
    }

    private Browser signedIn(String user) {
        return signedIn(user, browser());
    }

    private static Browser signedIn(String user, Browser browser) {
        browser.signIn(user, "secret");
        return browser;
    }

    private static Map<?, ?> json(Page page) {
        assertThat(page.body()).doesNotContain(SECRET);
        return JsonMapper.shared().readValue(page.body(), Map.class);
    }

    private static Map<?, ?> object(Map<?, ?> parent, String name) {
        return (Map<?, ?>) Objects.requireNonNull(parent.get(name), () -> name + " is missing in " + parent);
    }

    private static Map<?, ?> health(Page page) {
        return object(object(json(page), "components"), "sojourn");
    }

    @Test
    void healthShowsTheStoreWithoutItsPassword() {
        Page page = browser().get("/actuator/health");
        assertThat(page.status()).isEqualTo(200);
        assertThat(health(page).get("status")).isEqualTo("UP");
        Map<?, ?> details = object(health(page), "details");
        assertThat(details.get("state")).isEqualTo("UP");
        assertThat(details.get("latency")).asString().startsWith("PT");
    }

    @Test
    void readinessFollowsTheStore() {
        RedisServer another = RedisServers.start();
        try (Node node =
                Node.start(with("spring.data.redis.port=" + another.port(), "server.servlet.context-path=/"))) {
            Browser probe = new Browser(List.of(node));
            assertThat(probe.get("/actuator/health/readiness").status()).isEqualTo(200);
            another.pause();
            Awaitility.await().untilAsserted(() -> {
                Page degraded = probe.get("/actuator/health/readiness");
                assertThat(degraded.status())
                        .as("some requests may still be served")
                        .isEqualTo(200);
                assertThat(object(health(degraded), "details").get("state")).isEqualTo("DEGRADED");
                assertThat(object(health(degraded), "details").get("reason"))
                        .asString()
                        .isNotEmpty();
            });
            another.resume();
            another.stop();
            Awaitility.await().untilAsserted(() -> {
                Page down = probe.get("/actuator/health/readiness");
                assertThat(down.status()).isEqualTo(503);
                assertThat(health(down).get("status")).isEqualTo("DOWN");
            });
            assertThat(probe.get("/actuator/health/liveness").status()).isEqualTo(200);
            another.restart();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(
                                    probe.get("/actuator/health/readiness").status())
                            .isEqualTo(200));
        } finally {
            another.close();
        }
    }

    private static String[] with(String... more) {
        return Stream.concat(Arrays.stream(EXPOSED), Arrays.stream(more)).toArray(String[]::new);
    }

    @Test
    void endpointShowsStoreServersNearCacheAndSettings() {
        Browser browser = signedIn("ada");
        Map<?, ?> all = json(browser.get("/actuator/sojourn"));
        assertThat(all.get("store")).asString().contains(RedisServer.HOST + ":" + redis.port());
        String product = redis.flavor().name().toLowerCase(Locale.ROOT) + " " + redis.version();
        assertThat(all.get("servers")).asString().containsIgnoringCase(product);
        assertThat(object(all, "health").get("state")).isEqualTo("UP");
        assertThat(object(all, "nearCache").get("hits")).isInstanceOf(Integer.class);
        Map<?, ?> settings = object(all, "settings");
        assertThat(settings.get("idleTimeout")).isEqualTo("PT20M");
        assertThat(settings.get("codec")).asString().startsWith("SpringCodec[");
        assertThat(settings.get("observers")).asString().contains(SojournMetrics.class.getName());
        assertThat(object(all, "filter").get("onOutage")).isEqualTo("UNAVAILABLE");
    }

    @Test
    void noEndpointShowsThePassword() {
        Browser browser = signedIn("ada");
        for (String endpoint : List.of("env", "configprops", "beans", "conditions", "sojourn", "health")) {
            Page page = browser.get("/actuator/" + endpoint);
            assertThat(page.status()).as(endpoint).isEqualTo(200);
            assertThat(page.body()).as(endpoint).doesNotContain(SECRET);
        }
    }

    @Test
    void sessionsAreListedByUserAndEndedById() {
        Browser user = signedIn("bob");
        // A CSRF token that one node has just made may be unknown to the near cache of the other for some milliseconds.
        Browser administrator = signedIn("ada", new Browser(List.of(one)));
        Map<?, ?> found = json(administrator.get("/actuator/sessions?username=bob"));
        List<?> sessions = (List<?>) Objects.requireNonNull(found.get("sessions"));
        assertThat(sessions).hasSize(1);
        Map<?, ?> session = (Map<?, ?>) sessions.get(0);
        assertThat(session.get("principal")).isEqualTo("bob");
        assertThat(object(session, "labels").get("userAgent")).isEqualTo("Test Browser");
        String id = String.valueOf(session.get("id"));
        String token = Objects.requireNonNull(user.cookies().get("SESSION"));
        assertThat(token).startsWith(id);
        assertThat(found.toString()).doesNotContain(token.substring(id.length()));
        assertThat(json(administrator.get("/actuator/sessions/" + id))).isEqualTo(session);
        String inLogs = id + "~1"; // As HttpSession.getId() has it after a sign-in.
        assertThat(json(administrator.get("/actuator/sessions/" + inLogs))).isEqualTo(session);
        String csrf = administrator.get("/csrf").body();
        assertThat(administrator.delete("/actuator/sessions/" + id).status()).isEqualTo(403);
        assertThat(user.get("/private").body()).isEqualTo("hello bob");
        assertThat(administrator
                        .delete("/actuator/sessions/" + inLogs, "X-CSRF-TOKEN", csrf)
                        .status())
                .isEqualTo(204);
        for (Node node : List.of(one, two)) { // The same holds for a session that was ended.
            Browser there = user.movedTo(node.port());
            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(there.copy().get("/private").location()).endsWith("/login"));
        }
        assertThat(administrator.get("/actuator/sessions/" + id).status()).isEqualTo(404);
        assertThat(administrator.get("/actuator/sessions/no-id").status()).isEqualTo(404);
    }

    @Test
    void metersAreBoundAndCount() {
        Browser browser = signedIn("ada");
        Map<?, ?> names = json(browser.get("/actuator/metrics"));
        assertThat(names.get("names")).asString().contains("sojourn.");
        Map<?, ?> signIns = json(browser.get("/actuator/metrics/sojourn.signins"));
        assertThat(signIns.toString()).contains("COUNT");
    }

    @Test
    void moveFromSpringSessionIsCounted() {
        for (int i = 0; i < 3; i++) {
            probe.call("HSET", "spring:session:sessions:" + UUID.randomUUID(), "creationTime", "1");
        }
        String id = UUID.randomUUID().toString();
        String now = "" + System.currentTimeMillis();
        probe.call(
                "HSET",
                "spring:session:sessions:" + id,
                "creationTime",
                now,
                "lastAccessedTime",
                now,
                "maxInactiveInterval",
                "1800");
        try (Node node = node("sojourn.spring-session.mode=move")) {
            Browser browser = new Browser(List.of(node));
            browser.signIn("ada", "secret");
            Map<?, ?> before = object(json(browser.get("/actuator/sojourn")), "springSession");
            assertThat(before.toString()).isEqualTo("{moved=0, remaining=4}");
            Browser visitor = new Browser(List.of(node));
            visitor.cookies().put("SESSION", id);
            visitor.get("/public/empty");
            Map<?, ?> after = object(json(browser.get("/actuator/sojourn")), "springSession");
            assertThat(after.toString()).isEqualTo("{moved=1, remaining=3}");
            assertThat(value(browser, "sojourn.spring.session.moved")).isEqualTo(1.0);
            Awaitility.await().until(() -> value(browser, "sojourn.spring.session.remaining"), Predicate.isEqual(3.0));
        }
        assertThat(json(signedIn("ada").get("/actuator/sojourn")).containsKey("springSession"))
                .as("on a node to which no sessions move")
                .isFalse();
    }

    private static Object value(Browser browser, String meter) {
        List<?> measurements = (List<?>) Objects.requireNonNull(
                json(browser.get("/actuator/metrics/" + meter)).get("measurements"));
        return Objects.requireNonNull(((Map<?, ?>) measurements.get(0)).get("value"));
    }

    @Test
    void switchedOffThereIsNoEndpointAndNoHealth() {
        try (Node node = Node.start(
                with("sojourn.enabled=false", "management.endpoint.health.validate-group-membership=false"))) {
            Browser browser = new Browser(List.of(node));
            assertThat(browser.get("/actuator/health").body()).doesNotContain("\"sojourn\":");
        }
    }
}
