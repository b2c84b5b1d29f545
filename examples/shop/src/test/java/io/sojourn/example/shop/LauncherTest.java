package io.sojourn.example.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.example.shop.DemoProcess.Running;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the demonstration begins and ends. */
class LauncherTest {

    private static final Duration SOON = Duration.ofSeconds(15);

    @ParameterizedTest
    @CsvSource({
        "--nodes 0,                                         --nodes must be from 1 to 16",
        "--nodes many,                                      --nodes",
        "--nodes 17,                                        --nodes must be from 1 to 16",
        "--port 0,                                          --port must be from 2 to",
        "--port 65535 --nodes 2,                            --port must be from 2 to 65534",
        "--log LOUD,                                        --log",
        "--unknown,                                         --unknown",
        "--redis,                                           --redis",
        "--redis http://localhost,                          redis://",
        "--redis nonsense,                                  redis://",
        "--redis redis://,                                  --redis",
        "--redis redis://127.0.0.1:1,                       Redis at redis://127.0.0.1:1 does not answer",
        "--redis redis://user:secret@127.0.0.1:1,           Redis at redis://***@127.0.0.1:1 does not answer"
    })
    void whatCannotBeIsToldInOneLine(String arguments, String told) {
        assertThat(assertRefused(arguments.split(" "))).contains(told);
    }

    @Test
    void takenPortIsToldInOneLine() throws IOException {
        int first = DemoProcess.freePorts(2);
        try (ServerSocket taken = new ServerSocket(first + 1, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            assertThat(assertRefused("--nodes", "1", "--port", port)).contains(port);
            assertThat(assertRefused("--nodes", "2", "--port", String.valueOf(first)))
                    .contains(port);
        }
    }

    @Test
    void redisThatAcceptsAndNeverRepliesIsToldInOneLine() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            String uri = "redis://127.0.0.1:" + silent.getLocalPort();
            assertThat(assertRefused("--redis", uri)).contains(uri);
        }
    }

    private static String assertRefused(String... given) {
        List<String> arguments = new ArrayList<>(List.of(given));
        if (!arguments.contains("--port")) {
            // Somebody may be looking at the demonstration at this moment, on the default ports.
            arguments.addAll(0, List.of("--port", String.valueOf(DemoProcess.freePorts(2))));
        }
        try (DemoProcess demo = DemoProcess.run(arguments.toArray(String[]::new))) {
            assertThat(demo.awaitExit()).isEqualTo(2);
            assertThat(demo.output()).hasSize(1);
            assertThat(demo.output().get(0)).startsWith("demo: ").doesNotContain("secret", "Exception");
            assertThat(demo.files()).isEmpty();
            return demo.output().get(0);
        }
    }

    @Test
    void endLeavesNoProcessAndNoFile() {
        try (Running shop = DemoProcess.open(2)) { // Brings a Redis of its own.
            List<ProcessHandle> started = shop.demo().descendants();
            assertThat(started).hasSizeGreaterThanOrEqualTo(3);
            assertThat(shop.demo().files()).isNotEmpty();
            assertThat(new Visitor().post(shop.node(2) + "/api/visits").status())
                    .isEqualTo(200);
            shop.demo().handle().destroy(); // SIGTERM
            shop.demo().awaitExit();
            assertGone(shop, started);
            // Redis is stopped after the nodes, so that none of them logs a lost connection.
            assertThat(shop.demo().output()).noneMatch(line -> line.startsWith("[node"));
        }
    }

    @Test
    void nothingOutlivesLauncherThatIsKilled() {
        try (Running shop = DemoProcess.open(2)) {
            List<ProcessHandle> started = shop.demo().descendants();
            shop.demo().handle().destroyForcibly();
            shop.demo().awaitExit();
            assertGone(shop, started);
        }
    }

    private static void assertGone(Running shop, List<ProcessHandle> started) {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(started).noneMatch(ProcessHandle::isAlive);
            assertThat(shop.demo().files()).isEmpty();
        });
    }

    @Test
    void sessionOutlivesItsNodeAndTheWholeFleet() {
        try (RedisServer redis = RedisServers.start()) {
            Visitor visitor = new Visitor();
            try (Running shop = DemoProcess.open(2, "--redis", redis.uri())) {
                visitor.post(shop.node(1) + "/api/visits");
                shop.demo().nodes().get(0).destroyForcibly();
                shop.demo().awaitLine("node 1 was ended by signal 9");
                assertThat(visitor.post(shop.node(2) + "/api/visits").attributes())
                        .containsEntry("visits", 2);
                assertThat(shop.demo().handle().isAlive()).isTrue();
            }
            try (Running next = DemoProcess.open(1, "--redis", redis.uri())) {
                assertThat(visitor.post(next.node(1) + "/api/visits").attributes())
                        .containsEntry("visits", 3);
            }
        }
    }

    @Test
    void nodeThatWasTheLastIsStartedAgain() {
        try (Running shop = DemoProcess.open(1)) {
            Visitor visitor = new Visitor();
            visitor.post(shop.address() + "/api/visits");
            shop.demo().nodes().get(0).destroyForcibly();
            shop.demo().awaitLine("node 1 was ended by signal 9");
            Reply none = visitor.get(shop.address() + "/api/session");
            assertThat(none.status()).isEqualTo(502);
            assertThat(none.json()).containsEntry("error", "no node answers; start one");
            assertThat(visitor.get(shop.address() + "/").status()).isEqualTo(200); // with the tiles
            assertThat(visitor.post(shop.address() + "/demo/machines/node-1/start")
                            .status())
                    .isEqualTo(204);
            shop.demo().awaitLine("node 1 serves again");
            assertThat(visitor.post(shop.address() + "/api/visits").attributes())
                    .containsEntry("visits", 2);
        }
    }
}
