package io.sojourn.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.example.shop.DemoProcess.Running;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts rely on: paths, statuses, names in the JSON. */
class EndpointsTest {

    @SuppressWarnings("NullAway.Init") // set before all
    private static Running shop;

    private final Visitor visitor = new Visitor();

    @BeforeAll
    static void open() {
        shop = DemoProcess.open(1, "--redis", RedisServers.sharedUri());
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    private static String url(String path) {
        return shop.node(1) + path;
    }

    @Test
    void sessionIsToldWithAllItsNames() {
        Instant before = Instant.now();
        visitor.post(url("/api/visits"));
        Reply reply = visitor.get(url("/api/session"));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).hasValue("application/json;charset=utf-8");
        assertThat(reply.header("Cache-Control")).hasValue("no-store");
        assertThat(reply.json())
                .containsOnlyKeys(
                        "node", "id", "new", "createdAt", "lastAccessedAt", "idleTimeoutSeconds", "user", "attributes")
                .containsEntry("node", "node-1")
                .containsEntry("new", false)
                .containsEntry("idleTimeoutSeconds", 1_800)
                .containsEntry("user", null)
                .containsEntry("attributes", Map.of("visits", 1));
        assertThat(Instant.parse((String) reply.json().get("createdAt")))
                .isBetween(before.minusMillis(1), Instant.now());
        assertThat((String) reply.json().get("id")).isNotEqualTo(visitor.token());
    }

    @Test
    void lookingMakesNoSession() {
        for (String path : List.of("/", "/api/session", "/health", "/api/nodes", "/api/redis", "/nowhere")) {
            assertThat(visitor.get(url(path)).setCookie()).as(path).isEmpty();
        }
        assertThat(visitor.get(url("/api/session")).status()).isEqualTo(204);
        assertThat(visitor.get(url("/api/session")).body()).isEmpty();
    }

    @Test
    void anyJsonValueIsKeptAsItCame() {
        String deep = "{\"list\":[1,2.5,true,null,\"ü\"],\"map\":{\"a\":{\"b\":[[]]}},\"long\":12345678901}";
        assertThat(visitor.put(url("/api/attributes/deep"), deep).json()).containsEntry("new", true);
        visitor.put(url("/api/attributes/text"), "\"<b>\"");
        visitor.put(url("/api/attributes/number"), "7");
        visitor.put(url("/api/attributes/a%20b"), "false");
        assertThat(visitor.get(url("/api/session")).body())
                .endsWith("\"attributes\":{\"deep\":" + deep + ",\"text\":\"<b>\",\"number\":7,\"a b\":false}}");
    }

    @Test
    void nullAndDeleteRemove() {
        visitor.put(url("/api/attributes/a"), "1");
        visitor.put(url("/api/attributes/b"), "2");
        assertThat(visitor.put(url("/api/attributes/a"), "null").attributes()).isEqualTo(Map.of("b", 2));
        assertThat(visitor.send("DELETE", url("/api/attributes/b"), "").attributes())
                .isEmpty();
    }

    @Test
    void loginRotatesAndLogoutEnds() {
        Reply visit = visitor.post(url("/api/visits"));
        String before = visitor.token();
        Reply login = visitor.post(url("/api/login"), "{\"user\":\"ada\"}");
        assertThat(login.json()).containsEntry("user", "ada").containsEntry("attributes", Map.of("visits", 1));
        assertThat(login.json().get("id")).isNotEqualTo(visit.json().get("id"));
        assertThat(visitor.token()).isNotEqualTo(before);
        assertThat(visitor.get(url("/api/session")).json()).containsEntry("user", "ada");
        assertThat(visitor.post(url("/api/logout")).status()).isEqualTo(204);
        assertThat(visitor.token()).isEmpty();
        assertThat(visitor.get(url("/api/session")).status()).isEqualTo(204);
    }

    @Test
    void strangerMayLogInAndOut() {
        assertThat(visitor.post(url("/api/logout")).status()).isEqualTo(204);
        assertThat(visitor.token()).isEmpty();
        assertThat(visitor.post(url("/api/login"), "{\"user\":\"ada\"}").json()).containsEntry("new", true);
        assertThat(visitor.get(url("/api/session")).json()).containsEntry("user", "ada");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT    | /api/attributes/a            | {\"a\":  | 400",
                "PUT    | /api/attributes/a            | 1 2      | 400",
                "PUT    | /api/attributes/a            |          | 400",
                "PUT    | /api/attributes/             | 1        | 400",
                "PUT    | /api/attributes/a/b          | 1        | 404",
                "POST   | /api/login                   | \"ada\"  | 400",
                "POST   | /api/login                   | {\"user\":\" \"} | 400",
                "POST   | /api/visits?delayMs=5001     |          | 400",
                "POST   | /api/visits?delayMs=-1       |          | 400",
                "POST   | /api/visits?delayMs=soon     |          | 400",
                "GET    | /health?delayMs=             |          | 400",
                "GET    | /api/visits                  |          | 405",
                "DELETE | /                            |          | 405",
                "GET    | /api                         |          | 404",
                "GET    | /api/session/                |          | 404",
                "GET    | /index.htm                   |          | 404",
                "GET    | /..%2f..%2fetc%2fpasswd      |          | 400",
            })
    void mistakesAreToldInOneLineOfJson(String method, String path, @Nullable String body, int status) {
        Reply reply = visitor.send(method, url(path), body == null ? "" : body);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.json()).containsOnlyKeys("error");
        assertThat(reply.body()).doesNotContain("\n", "Exception", "org.apache");
        assertThat(reply.setCookie()).isEmpty();
    }

    @Test
    void bodyOverTheLimitIsRefused() {
        String mebibyte = "\"" + "x".repeat(1024 * 1024) + "\"";
        assertThat(visitor.put(url("/api/attributes/a"), mebibyte).status()).isEqualTo(413);
        String under = mebibyte.substring(3);
        assertThat(visitor.put(url("/api/attributes/a"), "\"" + under).status()).isEqualTo(200);
    }

    @Test
    void deepNestingIsAnsweredNotDiedOf() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        assertThat(visitor.put(url("/api/attributes/a"), deep).status()).isEqualTo(400);
    }

    @Test
    void visitsThatAreNoIntegerAreNotOverwritten() {
        visitor.put(url("/api/attributes/visits"), "\"many\"");
        assertThat(visitor.post(url("/api/visits")).status()).isEqualTo(409);
        assertThat(visitor.post(url("/api/visits/atomic")).status()).isEqualTo(409);
        assertThat(visitor.get(url("/api/session")).attributes()).containsEntry("visits", "many");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/sessions", "/api/session", "/api/redis"})
    void delayIsWaitedFor(String path) {
        assertThat(visitor.get(url(path + "?delayMs=300")).took()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void panelShowsTheKeyAndNoSecret() {
        visitor.put(url("/api/attributes/large"), "\"" + "x".repeat(5_000) + "\"");
        Reply reply = visitor.get(url("/api/redis"));
        String id = visitor.token().substring(0, 22);
        assertThat(reply.json()).containsEntry("key", "sojourn:" + id).containsEntry("type", "hash");
        assertThat((Integer) reply.json().get("ttlMillis")).isBetween(1_700_000, 1_900_000);
        assertThat((Integer) reply.json().get("memoryBytes")).isGreaterThan(5_000);
        assertThat(String.valueOf(reply.json().get("fields"))).contains("name=v", "name=t", "name=r", "name=a:large");
        assertThat(reply.body()).doesNotContain(visitor.secrets());
    }

    @Test
    void panelDecodesTheRecord() {
        visitor.put(url("/api/attributes/cart"), "[{\"id\":\"mug\",\"quantity\":2}]");
        visitor.post(url("/api/login"), "{\"user\":\"ada\"}");
        String fields = String.valueOf(visitor.get(url("/api/redis")).json().get("fields"));
        assertThat(fields).contains("\"principal\" : \"ada\"", "\"mug\"", "\"digest of the secret\" : \"32 bytes\"");
    }

    @Test
    void lookingWhetherTheSessionLivesDoesNotUseIt() {
        assertThat(visitor.get(url("/api/alive")).json()).containsEntry("alive", false);
        visitor.post(url("/api/visits"));
        Object used = visitor.get(url("/api/session")).json().get("lastAccessedAt");
        String first = touched();
        assertThat(visitor.get(url("/api/alive")).json()).containsEntry("alive", true);
        assertThat(touched()).isEqualTo(first);
        assertThat(used).isNotNull();
        visitor.post(url("/api/logout"));
        assertThat(visitor.get(url("/api/alive")).json()).containsEntry("alive", false);
    }

    /** When Redis says that the session was touched. */
    private String touched() {
        String fields = String.valueOf(visitor.get(url("/api/redis")).json().get("fields"));
        return fields.replaceAll("(?s).*name=t, .*?text=([^,}]+).*", "$1");
    }

    /** A page whose host name leads here (DNS rebinding) is of the same site as this address, to a browser. */
    @Test
    void onlyTheLoopbackHostsAreAnswered() throws IOException {
        int port = URI.create(url("/")).getPort();
        for (String path : List.of("/", "/api/session", "/api/admin/revoke")) {
            assertThat(statusFor("shop.example:" + port, path)).as(path).isEqualTo("403");
        }
        assertThat(statusFor("localhost:" + port, "/api/session")).isEqualTo("204");
    }

    private static String statusFor(String host, String path) throws IOException {
        URI node = URI.create(url(path));
        try (Socket socket = new Socket(node.getHost(), node.getPort())) {
            socket.setSoTimeout(30_000);
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.split(" ", 3)[1];
        }
    }

    @Test
    void pageForbidsWhatItDoesNotNeed() {
        Reply page = visitor.get(url("/"));
        assertThat(page.header("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(page.header("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.body()).doesNotContain("http://www", "https://");
        assertThat(visitor.send("HEAD", url("/"), "").body()).isEmpty();
    }
}
