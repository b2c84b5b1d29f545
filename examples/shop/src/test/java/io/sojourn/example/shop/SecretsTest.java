package io.sojourn.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.example.shop.settings.LogLevel;
import io.sojourn.testkit.RedisMonitor;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The cookie's secret is nowhere but in the cookie. */
class SecretsTest {

    @Test
    void secretIsNowhereInAWholeRunAtDebug() {
        secretIsNowhereInAWholeRun(LogLevel.DEBUG);
    }

    @Test
    @Tag("full")
    void secretIsNowhereInAWholeRunAtTrace() {
        secretIsNowhereInAWholeRun(LogLevel.TRACE);
    }

    private static void secretIsNowhereInAWholeRun(LogLevel level) {
        try (Stage stage = Stage.open(RedisServers.preferred(), "--log", level.name());
                RedisMonitor monitor = stage.probe().monitor()) {
            Visitor visitor = new Visitor();
            for (int i = 0; i < 3; i++) {
                visitor.post(stage.node(1) + "/api/visits");
                visitor.post(stage.node(2) + "/api/visits/atomic?delayMs=10");
                visitor.put(stage.node(1) + "/api/attributes/a", "\"" + "x".repeat(5_000 * i) + "\"");
                new Visitor(visitor.token()).post(stage.node(2) + "/api/login", "{\"user\":");
                String old = visitor.token();
                visitor.post(stage.node(2) + "/api/login", "{\"user\":\"ada\"}");
                new Visitor(old).get(stage.node(1) + "/api/session");
                new Visitor("x" + visitor.token()).get(stage.node(1) + "/api/session");
                visitor.get(stage.node(1) + "/api/redis");
                sendMalformed(stage.node(1), visitor.token());
                assertNowhereInRedis(stage, visitor);
                visitor.post(stage.node(1) + "/api/logout");
            }
            assertThat(visitor.secrets()).hasSize(6);

            List<String> executed = monitor.lines();
            assertThat(executed).anyMatch(line -> line.contains("\"EVALSHA\""));
            assertThat(String.join("\n", executed)).doesNotContain(visitor.secrets());

            stage.shop().close();
            String log = String.join("\n", stage.shop().demo().output());
            assertThat(log).contains(level + " org.apache.", level + " io.lettuce.");
            assertThat(log).doesNotContain(visitor.secrets());
        }
    }

    /** A request that no container takes, with the cookie in it: containers like to quote such requests. */
    private static void sendMalformed(String node, String token) {
        URI uri = URI.create(node);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            String request = "GET /api/session HTTP/1.1\r\nHost: x\r\nCookie: SESSION=" + token + "\0\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertThat(answer).isEqualTo("HTTP/1.1 400");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertNowhereInRedis(Stage stage, Visitor visitor) {
        for (byte[] value : stage.probe().hash(stage.onlyKey()).values()) {
            String bytes = new String(value, StandardCharsets.ISO_8859_1);
            assertThat(bytes).doesNotContain(visitor.secrets());
            for (String secret : visitor.secrets()) {
                byte[] decoded = Base64.getUrlDecoder().decode(secret);
                assertThat(bytes).doesNotContain(new String(decoded, StandardCharsets.ISO_8859_1));
            }
        }
    }
}
