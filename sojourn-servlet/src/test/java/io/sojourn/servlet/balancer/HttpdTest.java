package io.sojourn.servlet.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Debian's Apache httpd with mod_proxy_balancer or mod_jk, set up as the page says. */
class HttpdTest extends TwoNodes {

    private static final Path MODULES = Path.of("/usr/lib/apache2/modules");
    private static final Path JK = MODULES.resolve("mod_jk.so");

    private static final List<String> PROXY = List.of(
            "mpm_event",
            "authz_core",
            "headers",
            "proxy",
            "proxy_http",
            "proxy_balancer",
            "slotmem_shm",
            "lbmethod_byrequests");

    private String program = "";

    @BeforeEach
    void findProgram() {
        program = Balancer.program("apache2").map(Path::toString).orElse("");
        assumeTrue(
                !program.isEmpty() && Files.isDirectory(MODULES),
                "Apache httpd is not installed (apache2-bin on Debian)");
    }

    private Balancer httpd(List<String> modules, String settings, String logFormat) throws IOException {
        StringBuilder loads = new StringBuilder();
        modules.forEach(module -> loads.append("LoadModule %1$s_module %2$s/mod_%1$s.so%n".formatted(module, MODULES)));
        String log = logFormat + "\nCustomLog /dev/stdout balancer\n";
        return Balancer.start(
                directory,
                port -> """
                        ServerRoot %1$s
                        DefaultRuntimeDir %1$s
                        PidFile %1$s/httpd.pid
                        ServerName localhost
                        Listen 127.0.0.1:%2$d
                        ErrorLog /dev/stderr
                        User nobody
                        Group nogroup
                        """.formatted(directory, port) + loads + log + settings,
                List.of(
                        program,
                        "-DFOREGROUND",
                        "-f",
                        directory.resolve("balancer.conf").toString()));
    }

    private Balancer proxy(String heading) throws IOException {
        return httpd(PROXY, block(heading), Page.block("mod_proxy_balancer: log format"));
    }

    private Balancer jk(String heading) throws IOException {
        assumeTrue(Files.exists(JK), "mod_jk is not installed (libapache2-mod-jk on Debian)");
        Path workers = Files.writeString(directory.resolve("workers.properties"), block(heading));
        String settings = """
                JkWorkersFile %s
                JkShmFile %s
                JkLogFile %s
                JkLogLevel info
                JkRequestLogFormat "%%w %%R %%U %%s"
                JkMount /* shop
                """.formatted(workers, directory.resolve("jk.shm"), directory.resolve("jk.log"));
        return httpd(List.of("mpm_event", "authz_core", "jk"), settings, Page.block("mod_jk: log format"));
    }

    @Test
    void theProxyBalancersOwnCookieKeepsUsersOnTheirServers() throws Exception {
        try (Balancer balancer = proxy("mod_proxy_balancer: own cookie")) {
            usersStayOnTheirServersAndSignedInWhenOneStops(balancer);
            assertThat(balancer.output()).contains("sticky=ROUTEID session=n1 worker=n1 changed=-");
        }
    }

    @Test
    void theProxyBalancerUsesARouteBehindTheSessionCookieAndSojournIgnoresIt() throws Exception {
        try (Balancer balancer = proxy("mod_proxy_balancer: route in the session cookie")) {
            Shopper shopper = new Shopper(balancer.port()).signIn("ada");
            String node = shopper.visit("ada");
            assertThat(shopper.cookie(SESSION)).matches("[A-Za-z0-9_-]{46}\\." + node);
            HttpResponse<String> response = shopper.get("/");
            assertThat(response.headers().firstValue(ShopNode.COOKIE_SENT))
                    .hasValue(SESSION + "=" + shopper.cookie(SESSION));
            assertThat(response.headers().allValues("Set-Cookie"))
                    .as("nothing to change")
                    .isEmpty();
            usersStayOnTheirServersAndSignedInWhenOneStops(balancer);
            assertThat(balancer.output()).contains("sticky=JSESSIONID session=n1 worker=n1 changed=-");
        }
    }

    /** As a set-up does that was made for the container's own sessions. */
    @Test
    void withoutARouteTheProxyBalancerFindsNoneInTheSessionCookieAndSpreadsTheRequests() throws Exception {
        String settings = block("mod_proxy_balancer: own cookie")
                .replaceFirst("Header .*\n", "")
                .replace("stickysession=ROUTEID", "stickysession=JSESSIONID|jsessionid");
        try (Balancer balancer = httpd(PROXY, settings, Page.block("mod_proxy_balancer: log format"))) {
            Shopper shopper = new Shopper(balancer.port()).signIn("ada");
            List<String> nodes = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                nodes.add(shopper.visit("ada"));
            }
            assertThat(nodes).filteredOn("n1"::equals).hasSize(5);
            assertNoSecretIsLogged(balancer, List.of(shopper));
            assertThat(balancer.output()).doesNotContainPattern("session=[^-]");
        }
    }

    @Test
    void theOwnCookieOfModJkKeepsUsersOnTheirServers() throws Exception {
        try (Balancer balancer = jk("mod_jk: own cookie")) {
            usersStayOnTheirServersAndSignedInWhenOneStops(balancer);
            assertThat(balancer.output()).contains("worker=shop route=n1 first=n1");
        }
    }

    @Test
    void modJkUsesARouteBehindTheSessionCookieAndSojournIgnoresIt() throws Exception {
        try (Balancer balancer = jk("mod_jk: route in the session cookie")) {
            for (String node : List.of("n1", "n2")) {
                Shopper shopper = new Shopper(balancer.port()).signIn("ada");
                String token = Objects.requireNonNull(shopper.cookie(SESSION));
                shopper.cookie(SESSION, token + "." + node); // As a container has written it.
                for (int i = 0; i < 5; i++) {
                    assertThat(shopper.visit("ada")).isEqualTo(node);
                }
                assertThat(shopper.cookie(SESSION)).as("nothing is sent back").isEqualTo(token + "." + node);
                assertNoSecretIsLogged(balancer, List.of(shopper));
                assertThat(Files.readString(directory.resolve("jk.log")))
                        .containsPattern("shop " + node + " / 200")
                        .doesNotContainPattern(Pattern.quote(token.substring(30)));
            }
            Shopper last = new Shopper(balancer.port()).signIn("ada");
            last.cookie(SESSION, last.cookie(SESSION) + ".n1");
            assertThat(last.visit("ada")).isEqualTo("n1");
            node("n1").close();
            assertThat(last.visit("ada")).isEqualTo("n2");
        }
    }
}
