package io.sojourn.example.shop.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.sojourn.example.shop.settings.WorkDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which requests are repeated at another node, and which must not be. */
@SuppressWarnings("NullAway.Init") // set before each test
class BalancerTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> served = new CopyOnWriteArrayList<>();
    private final List<String> receivedHeaders = new CopyOnWriteArrayList<>();
    private final List<String> swallowed = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final WorkDirectory directory = WorkDirectory.create();
    private volatile boolean silent;
    private HttpServer good;
    private ServerSocket bad;
    private Front front;
    private int port;

    @BeforeEach
    void start() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        good = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        good.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                String path = exchange.getRequestURI().toString();
                if (!path.equals("/health")) {
                    served.add(exchange.getRequestMethod() + " " + path + " " + body);
                    receivedHeaders.addAll(exchange.getRequestHeaders().keySet());
                }
                exchange.getResponseHeaders().add("Connection", "X-Node-Hop");
                exchange.getResponseHeaders().add("X-Node-Hop", "1");
                exchange.getResponseHeaders().add("Set-Cookie", "a=1");
                exchange.getResponseHeaders().add("Set-Cookie", "b=2");
                exchange.sendResponseHeaders(200, 2);
                exchange.getResponseBody().write("ok".getBytes(StandardCharsets.US_ASCII));
            }
        });
        good.start();
        bad = new ServerSocket(0, 50, loopback);
        Thread dying = new Thread(this::dieOfEachRequest);
        dying.setDaemon(true);
        dying.start();
        try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
            port = free.getLocalPort();
        }
        front = Front.start(new Front.Settings(
                port,
                List.of(good.getAddress().getPort(), bad.getLocalPort()),
                List.of(),
                "redis://127.0.0.1:1",
                true,
                directory));
    }

    /** Healthy, and ends each connection that brings another request; or lets it wait for ever. */
    private void dieOfEachRequest() {
        try {
            while (true) {
                Socket socket = bad.accept();
                byte[] request = new byte[8_192];
                InputStream in = socket.getInputStream();
                int length = in.read(request);
                String text = new String(request, 0, Math.max(0, length), StandardCharsets.US_ASCII);
                if (silent) {
                    open.add(socket);
                } else {
                    if (text.startsWith("GET /health")) {
                        socket.getOutputStream().write(OK.getBytes(StandardCharsets.US_ASCII));
                    }
                    socket.close();
                }
                if (!text.startsWith("GET /health")) {
                    swallowed.add(text.split(" ", 2)[0]);
                }
            }
        } catch (IOException e) {
            assertThat(bad.isClosed()).isTrue();
        }
    }

    @AfterEach
    void stop() throws Exception {
        front.close();
        good.stop(0);
        bad.close();
        for (Socket socket : open) {
            socket.close();
        }
        directory.remove();
    }

    private HttpResponse<String> send(String method, String body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/thing?x=%C3%BC"))
                        .timeout(Duration.ofSeconds(30))
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void putWhoseNodeDiesIsDoneByAnother() throws Exception {
        for (int i = 1; i <= 4; i++) {
            HttpResponse<String> answer = send("PUT", "body " + i);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().allValues("Set-Cookie")).containsExactly("a=1", "b=2");
            assertThat(served.get(i - 1)).isEqualTo("PUT /api/thing?x=%C3%BC body " + i);
        }
        assertThat(served).hasSize(4);
        assertThat(swallowed).isNotEmpty();
    }

    @Test
    void postWhoseNodeDiesIsNotRepeatedAndItsFateIsTold() throws Exception {
        int done = 0;
        for (int i = 1; i <= 4; i++) {
            HttpResponse<String> answer = send("POST", "once");
            assertThat(answer.statusCode()).isIn(200, 502);
            done += answer.statusCode() == 200 ? 1 : 0;
        }
        assertThat(served).hasSize(done);
        assertThat(swallowed).hasSize(4 - done);
        assertThat(done).isBetween(1, 3);
    }

    @Test
    void postThatNoNodeHasTakenIsDoneByAnother() throws Exception {
        bad.close();
        for (int i = 1; i <= 4; i++) {
            assertThat(send("POST", "once").statusCode()).isEqualTo(200);
        }
        assertThat(served).hasSize(4);
    }

    @Test
    void nodeThatFallsSilentIsGivenUp() throws Exception {
        silent = true;
        for (int i = 1; i <= 4; i++) {
            assertThat(send("PUT", "x").statusCode()).isEqualTo(200);
        }
        // It is known by now, so that not even the first try goes there.
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            int before = swallowed.size();
            int first = send("POST", "x").statusCode();
            int second = send("POST", "x").statusCode(); // in turn, the one that is silent
            return first == 200 && second == 200 && swallowed.size() == before;
        });
    }

    @Test
    void pageOfAnotherSiteChangesNothing() throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/thing"))
                .PUT(BodyPublishers.noBody())
                .header("Origin", "http://127.0.0.1:" + good.getAddress().getPort());
        assertThat(client.send(request.build(), BodyHandlers.discarding()).statusCode())
                .isEqualTo(403);
        assertThat(served).isEmpty();
        request.setHeader("Origin", "http://127.0.0.1:" + port);
        assertThat(client.send(request.build(), BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void tilesAnswerNoPageOfAnotherSite() throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/demo/machines/redis/kill"))
                .POST(BodyPublishers.noBody());
        assertThat(client.send(request.build(), BodyHandlers.discarding()).statusCode())
                .isEqualTo(404);
        request.header("Sec-Fetch-Site", "cross-site");
        assertThat(client.send(request.build(), BodyHandlers.discarding()).statusCode())
                .isEqualTo(403);
    }

    /** Writes the headers as they are, which a client of the JDK would not, and returns the whole answer. */
    private String sendRaw(String... lines) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            String request = String.join("\r\n", lines) + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** A page whose host name leads here (DNS rebinding) is of the same site as this address, to a browser. */
    @Test
    void onlyTheLoopbackHostsAreAnswered() throws Exception {
        for (String path : List.of("/api/thing", "/demo/fleet", "/console/")) {
            for (String host : List.of("shop.example:" + port, "127.0.0.1", "127.0.0.1.shop.example:" + port)) {
                assertThat(sendRaw("GET " + path + " HTTP/1.1", "Host: " + host, "Connection: close"))
                        .as("%s at %s", path, host)
                        .startsWith("HTTP/1.1 403");
            }
        }
        assertThat(served).isEmpty();
        for (String host : List.of("127.0.0.1:" + port, "LOCALHOST:" + port, "[::1]:" + port)) {
            assertThat(sendRaw("GET /api/thing HTTP/1.1", "Host: " + host, "Connection: close"))
                    .as(host)
                    .startsWith("HTTP/1.1 200");
        }
    }

    /** RFC 9110, 7.6.1. */
    @Test
    void headersThatConnectionNamesAreNotHandedOn() throws Exception {
        String answer = sendRaw(
                "PUT /api/thing HTTP/1.1",
                "Host: 127.0.0.1:" + port,
                "Connection: x-hop,, X-Other",
                "Connection: close",
                "X-Hop: 1",
                "X-Other: 1",
                "X-Kept: 1",
                "Content-Length: 0");
        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .contains("set-cookie: a=1")
                .doesNotContain("x-node-hop");
        assertThat(receivedHeaders).contains("X-kept").doesNotContain("X-hop", "X-other");
    }
}
