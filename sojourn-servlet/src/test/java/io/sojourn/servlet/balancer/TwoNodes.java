package io.sojourn.servlet.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Two servers of the shop, for a load balancer that a test starts in front of them. */
@Tag("slow")
abstract class TwoNodes {

    /** A token's secret is longer; no part of it that long may be logged. */
    private static final int PART = 8;

    static final String SESSION = "JSESSIONID";

    @TempDir
    Path directory;

    private final RedisServer redis = RedisServers.start();
    private final Map<String, ShopNode> nodes = new TreeMap<>();

    @BeforeEach
    void startNodes() throws Exception {
        assumeTrue("tomcat".equals(System.getProperty("sojourn.container", "tomcat")), "only Tomcat has AJP");
        for (String name : List.of("n1", "n2")) {
            nodes.put(name, new ShopNode(name, redis.uri(), Files.createDirectory(directory.resolve(name))));
        }
    }

    @AfterEach
    void stopNodes() throws Exception {
        for (ShopNode node : nodes.values()) {
            node.close();
        }
        redis.close();
    }

    ShopNode node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    /** A block of the page, with our addresses in place of its own. */
    String block(String heading) throws IOException {
        return Page.block(heading)
                .replace("10.0.0.1:8080", "127.0.0.1:" + node("n1").httpPort())
                .replace("10.0.0.2:8080", "127.0.0.1:" + node("n2").httpPort())
                .replaceAll("(?m)host=10\\.0\\.0\\..$", "host=127.0.0.1")
                .replaceAll(
                        "(?m)^worker.n1.port=.*$",
                        "worker.n1.port=" + node("n1").ajpPort())
                .replaceAll(
                        "(?m)^worker.n2.port=.*$",
                        "worker.n2.port=" + node("n2").ajpPort());
    }

    /** Users stay on their servers, all servers have some, and a server that stops takes no session along. */
    final void usersStayOnTheirServersAndSignedInWhenOneStops(Balancer balancer) throws Exception {
        List<Shopper> shoppers = new ArrayList<>();
        Map<Shopper, String> home = new HashMap<>();
        for (int i = 0; i < 6; i++) {
            Shopper shopper = new Shopper(balancer.port()).signIn("user" + i);
            shoppers.add(shopper);
            home.put(shopper, shopper.visit("user" + i));
        }
        assertThat(new HashSet<>(home.values())).isEqualTo(Set.of("n1", "n2"));
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < shoppers.size(); i++) {
                assertThat(shoppers.get(i).visit("user" + i)).isEqualTo(home.get(shoppers.get(i)));
            }
        }
        assertNoSecretIsLogged(balancer, shoppers);
        node("n1").close();
        for (int i = 0; i < shoppers.size(); i++) {
            assertThat(shoppers.get(i).visit("user" + i)).isEqualTo("n2");
        }
        assertNoSecretIsLogged(balancer, shoppers);
    }

    final void assertNoSecretIsLogged(Balancer balancer, List<Shopper> shoppers) throws IOException {
        String log = balancer.output();
        assertThat(log).as("the log of requests").contains("GET / HTTP/1.1");
        for (Shopper shopper : shoppers) {
            String token = Objects.requireNonNull(shopper.cookie(SESSION)).replaceFirst("^n[12]~|[.]n[12]$", "");
            assertThat(token).hasSize(46);
            for (int i = 0; i + PART <= token.length(); i++) {
                assertThat(log).doesNotContain(token.substring(i, i + PART));
            }
        }
    }
}
