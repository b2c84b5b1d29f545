package io.sojourn.servlet.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application with all jars in its {@code WEB-INF/lib} is redeployed again and again in a server that goes on running. */
@Tag("slow")
class RedeployLeakTest {

    private static final int TIMES = 10;

    @Test
    void redeploysLeaveNoClassLoaderAndTheContainerDoesNotComplain(@TempDir Path folder) throws Exception {
        assumeTrue(
                !"undertow".equals(System.getProperty("sojourn.container"))
                        && "6.1".equals(System.getProperty("sojourn.servletVersion", "6.1")),
                "Tomcat and Jetty are tried in their newest versions; Undertow alone reads no descriptors");
        WarFolder wars = new WarFolder(folder);
        try (RedisServer redis = RedisServers.start();
                WarNode node = new WarNode(
                        folder.resolve("node"),
                        wars.launcher(),
                        List.of(wars.application("shop", "")),
                        Map.of("SOJOURN_REDIS_URI", redis.uri()))) {
            HttpResponse<String> first = node.get("/shop/in?user=ada", null);
            assertThat(first.statusCode()).as(first.body() + node.log()).isEqualTo(200);
            String cookie =
                    first.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
            int alive = 0;
            for (int i = 1; i <= TIMES; i++) {
                alive = node.redeploy(i == TIMES);
                HttpResponse<String> who = node.get("/shop/who", cookie);
                assertThat(who.body()).startsWith("user=ada");
            }
            // The JDK's own thread for delays belongs to whichever application needed it first, and keeps its class
            // loader.
            assertThat(alive).as(node.log()).isBetween(1, 2);
            assertThat(node.log().lines())
                    // Tomcat suspects its own thread, too, if that looks after the application at this moment.
                    .filteredOn(line -> !line.contains("[Catalina-utility-"))
                    .noneMatch(line -> line.contains("likely to create a memory leak"));
        }
    }
}
