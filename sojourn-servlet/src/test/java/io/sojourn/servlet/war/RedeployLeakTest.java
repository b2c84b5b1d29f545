package io.sojourn.servlet.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An application with all jars in its {@code WEB-INF/lib} is redeployed again and again in a server that goes on running. */
@Tag("slow")
@Timeout(value = 10, unit = TimeUnit.MINUTES) // Twelve starts of an application, on a machine that may be busy.
class RedeployLeakTest {

    private static final int TIMES = 10;

    /** Tomcat 11, Jetty 12.1 for Jakarta EE 11, Undertow. */
    private static final boolean NEWEST = "undertow".equals(System.getProperty("sojourn.container"))
            || "6.1".equals(System.getProperty("sojourn.servletVersion", "6.1"));

    @TempDir
    Path folder;

    @Test
    void redeploysLeaveNoClassLoaderAndTheContainerDoesNotComplain() throws Exception {
        assumeTrue(NEWEST, "Older containers have a test of their own");
        redeploy();
    }

    @Test
    @Tag("full")
    void redeploysInAnOlderContainerLeaveNoClassLoaderAndItDoesNotComplain() throws Exception {
        assumeFalse(NEWEST, "The newest containers have a test of their own");
        redeploy();
    }

    private void redeploy() throws Exception {
        WarFolder wars = new WarFolder(folder);
        try (RedisServer redis = RedisServers.start();
                WarNode node = new WarNode(
                        folder.resolve("node"),
                        wars.launcher(),
                        List.of(wars.application("shop", "")),
                        Map.of("SOJOURN_REDIS_URI", redis.uri()))) {
            HttpResponse<String> first = node.get("/shop/in?user=ada", null);
            assertThat(first.statusCode()).as(first.body() + node.log()).isEqualTo(200);
            assertThat(first.body()).startsWith("user=ada first=true");
            String cookie =
                    first.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
            for (int i = 1; i <= TIMES; i++) {
                node.redeploy();
                HttpResponse<String> who = node.get("/shop/who", cookie);
                assertThat(who.body()).startsWith("user=ada");
            }
            assertThat(node.classLoaders()).as(node.log()).isEqualTo(1);
            assertThat(node.log().lines())
                    // Tomcat suspects its own thread, too, if that looks after the application at this moment.
                    .filteredOn(line -> !line.contains("[Catalina-utility-"))
                    // Tomcat tells at INFO of a class that is asked for after the end.
                    .noneMatch(line -> line.startsWith("WARNING: ")
                            || line.startsWith("SEVERE: ")
                            || line.startsWith("INFO: Illegal access"));
        }
    }
}
