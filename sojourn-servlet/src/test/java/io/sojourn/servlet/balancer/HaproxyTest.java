package io.sojourn.servlet.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HAProxy, set up as the page says. */
class HaproxyTest extends TwoNodes {

    private String program = "";

    @BeforeEach
    void findProgram() {
        program = Balancer.program("haproxy").map(Path::toString).orElse("");
        assumeTrue(!program.isEmpty(), "HAProxy is not installed");
    }

    private Balancer haproxy(String heading) throws IOException {
        String backend = block(heading);
        return Balancer.start(
                directory,
                port -> """
                        global
                          log stdout format raw local0
                        defaults
                          mode http
                          log global
                          option httplog
                          timeout connect 5s
                          timeout client 30s
                          timeout server 30s
                        frontend www
                          bind 127.0.0.1:%d
                          default_backend shop
                        """.formatted(port) + backend,
                List.of(program, "-db", "-f", directory.resolve("balancer.conf").toString()));
    }

    @Test
    void itsOwnCookieKeepsUsersOnTheirServers() throws Exception {
        try (Balancer balancer = haproxy("HAProxy: own cookie")) {
            usersStayOnTheirServersAndSignedInWhenOneStops(balancer);
        }
    }

    @Test
    void aServerInFrontOfTheTokenIsTakenAwayBeforeSojournSeesIt() throws Exception {
        try (Balancer balancer = haproxy("HAProxy: route in the session cookie")) {
            Shopper shopper = new Shopper(balancer.port()).signIn("ada");
            String node = shopper.visit("ada");
            assertThat(shopper.cookie(SESSION)).matches(node + "~[A-Za-z0-9_-]{46}");
            assertThat(shopper.get("/").headers().firstValue(ShopNode.COOKIE_SENT))
                    .hasValue(SESSION + "="
                            + String.valueOf(shopper.cookie(SESSION)).substring(3));
            usersStayOnTheirServersAndSignedInWhenOneStops(balancer);
        }
    }
}
