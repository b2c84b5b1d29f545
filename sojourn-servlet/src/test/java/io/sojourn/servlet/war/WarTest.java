package io.sojourn.servlet.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Web applications with the jars in their {@code WEB-INF/lib}, on two servers with the environment variable and one without
 * it. Not in Undertow, which alone reads no descriptors and looks for no initializers: WildFly does that.
 */
@Tag("slow")
class WarTest {

    private static final String DESCRIBED = """
            <context-param>
              <param-name>sojourn.sameSite</param-name>
              <param-value>Strict</param-value>
            </context-param>
            <filter>
              <filter-name>sessions</filter-name>
              <filter-class>io.sojourn.servlet.SojournFilter</filter-class>
              <async-supported>true</async-supported>
              <init-param>
                <param-name>prefix</param-name>
                <param-value>described</param-value>
              </init-param>
              <init-param>
                <param-name>cookieName</param-name>
                <param-value>sid</param-value>
              </init-param>
              <init-param>
                <param-name>%s</param-name>
                <param-value>10m</param-value>
              </init-param>
            </filter>
            <filter-mapping>
              <filter-name>sessions</filter-name>
              <url-pattern>/*</url-pattern>
              <dispatcher>REQUEST</dispatcher>
              <dispatcher>ASYNC</dispatcher>
            </filter-mapping>
            """;

    private static final String LISTENING =
            "<listener><listener-class>io.sojourn.servlet.war.WarListener</listener-class></listener>";

    private static final List<AutoCloseable> STARTED = new ArrayList<>();

    @TempDir
    static Path folder;

    private static RedisServer redis;
    private static WarNode one;
    private static WarNode two;
    private static WarNode without;

    @BeforeAll
    static void start() throws IOException {
        assumeFalse("undertow".equals(System.getProperty("sojourn.container")), "Undertow alone reads no descriptors");
        WarFolder wars = new WarFolder(folder);
        Path nothing = wars.application("nothing", "");
        List<Path> all = List.of(
                nothing,
                wars.application("described", DESCRIBED.formatted("idleTimeout")),
                wars.application("misspelled", DESCRIBED.formatted("idleTimout")),
                wars.application("listening", LISTENING),
                wars.annotated("annotated"));
        Path launcher = wars.launcher();
        redis = started(RedisServers.start());
        Map<String, String> environment = Map.of("SOJOURN_REDIS_URI", redis.uri(), "SOJOURN_MAX_ATTRIBUTES", "50");
        one = started(new WarNode(folder.resolve("one"), launcher, all, environment));
        two = started(new WarNode(folder.resolve("two"), launcher, List.of(nothing, all.get(1)), environment));
        without = started(new WarNode(folder.resolve("without"), launcher, List.of(nothing), Map.of()));
    }

    private static <T extends AutoCloseable> T started(T resource) {
        STARTED.add(0, resource);
        return resource;
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable resource : STARTED) {
            resource.close();
        }
    }

    private static String cookie(HttpResponse<String> response) {
        return response.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    }

    private static Stream<String> keys() {
        try (RedisProbe probe = redis.probe()) {
            return probe.keys().stream().toList().stream();
        }
    }

    private static void signInOnOneGoOnOnTwoAndSignOut(String application) throws Exception {
        HttpResponse<String> in = one.get("/" + application + "/in?user=ada", null);
        assertThat(in.body()).startsWith("user=ada");
        String cookie = cookie(in);
        assertThat(two.get("/" + application + "/who", cookie).body()).startsWith("user=ada");
        assertThat(two.get("/" + application + "/out", cookie).body()).startsWith("user=null");
        assertThat(one.get("/" + application + "/who", cookie).body()).startsWith("user=null");
    }

    @Test
    void environmentVariableAloneMakesTwoServersShareTheirSessions() throws Exception {
        signInOnOneGoOnOnTwoAndSignOut("nothing");
    }

    @Test
    void filterThatRegistersItselfComesBeforeThoseOfTheDescriptorAndTakesAsyncRequests() throws Exception {
        HttpResponse<String> in = one.get("/nothing/in?user=ada", null);
        assertThat(in.body()).isEqualTo("user=ada first=true filters=" + filters(in) + " async=true");
        assertThat(in.headers().firstValue("Set-Cookie").orElseThrow())
                .matches("JSESSIONID=.*; Path=/nothing; HttpOnly; SameSite=Lax");
        assertThat(keys()).anyMatch(key -> key.startsWith("sojourn:"));
    }

    /** Containers have filters of their own among them. */
    private static String filters(HttpResponse<String> response) {
        return response.body().replaceFirst(".*filters=(\\d+).*", "$1");
    }

    @Test
    void withoutTheVariableTheSessionsAreTheContainersOwn() throws Exception {
        HttpResponse<String> in = without.get("/nothing/in?user=ada", null);
        assertThat(in.body()).startsWith("user=ada first=false");
        assertThat(cookie(in)).startsWith("JSESSIONID=").doesNotContain(".sojourn");
        assertThat(without.get("/nothing/who", cookie(in)).body()).startsWith("user=ada");
        assertThat(without.log()).doesNotContain("sojourn");
    }

    @Test
    void filterOfTheDescriptorHasItsParametersAndThoseOfTheApplicationAndTheEnvironment() throws Exception {
        signInOnOneGoOnOnTwoAndSignOut("described");
        HttpResponse<String> in = one.get("/described/in?user=ada", null);
        assertThat(in.headers().allValues("Set-Cookie"))
                .singleElement()
                .asString()
                .matches("sid=.*SameSite=Strict");
        String key =
                keys().filter(each -> each.startsWith("described:")).findFirst().orElseThrow();
        try (RedisProbe probe = redis.probe()) {
            assertThat(probe.ttlMillis(key)).isBetween(10 * 60_000L - 30_000, 11 * 60_000L);
        }
        assertThat(Integer.parseInt(filters(in)))
                .isEqualTo(Integer.parseInt(filters(one.get("/nothing/who", null)))); // One registered, one described.
    }

    @Test
    void applicationWithAMisspelledParameterDoesNotStartAndSaysWhy() throws Exception {
        assertThat(one.get("/misspelled/who", null).statusCode()).isGreaterThanOrEqualTo(404);
        assertThat(one.log())
                .contains(
                        "The init parameter idleTimout is not known. Did you mean idleTimeout? There are absoluteTimeout")
                .contains(", prefix, redis, ");
        assertThat(one.log().lines())
                .filteredOn(line -> line.contains("Sessions do not start: The init parameter idleTimout"))
                .hasSize(1);
    }

    @Test
    void filterThatTheApplicationRegistersLaterIsTheOnlyOneAtWork() throws Exception {
        HttpResponse<String> in = one.get("/listening/in?user=ada", null);
        assertThat(in.body()).startsWith("user=ada first=true");
        assertThat(in.headers().allValues("Set-Cookie"))
                .singleElement()
                .asString()
                .startsWith("own=");
        assertThat(keys()).anyMatch(key -> key.startsWith("own:"));
    }

    @Test
    void listenerThatTheContainerFindsByItsAnnotationHearsOfTheFiltersSessions() throws Exception {
        HttpResponse<String> in = one.get("/annotated/in?user=ada", null);
        assertThat(in.body()).startsWith("user=ada first=true").endsWith("heard=+");
        assertThat(one.get("/annotated/out", cookie(in)).body()).endsWith("heard=+-");
    }
}
