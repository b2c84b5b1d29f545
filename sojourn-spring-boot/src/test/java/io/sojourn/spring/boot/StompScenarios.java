package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A signed-in user's STOMP over a WebSocket, on one of two nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StompScenarios {

    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration TOUCH_INTERVAL = Duration.ofMillis(500);

    private final Nodes nodes;

    /** @param server which server they run on */
    StompScenarios(String server) {
        nodes = Nodes.start(
                "test.server=" + server,
                "sojourn.idle-timeout=" + IDLE.toSeconds() + "s",
                "sojourn.touch-interval=" + TOUCH_INTERVAL.toMillis() + "ms");
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    /** A client's end of it. */
    private static final class Stomp implements WebSocket.Listener, AutoCloseable {

        private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder frame = new StringBuilder();
        private final WebSocket socket;

        Stomp(Node node, Browser browser) throws Exception {
            this(node, browser, "/stomp");
        }

        Stomp(Node node, Browser browser, String path) throws Exception {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .header("Cookie", "SESSION=" + browser.cookies().get("SESSION"))
                    .buildAsync(URI.create("ws://127.0.0.1:" + node.port() + path), this)
                    .get(10, TimeUnit.SECONDS);
            send("CONNECT\naccept-version:1.2\nhost:shop\n\n");
            assertThat(next()).startsWith("CONNECTED");
            send("SUBSCRIBE\nid:0\ndestination:/topic/echo\nreceipt:subscribed\n\n");
        }

        private void send(String text) throws Exception {
            socket.sendText(text + "\0", true).get(10, TimeUnit.SECONDS);
        }

        private String next() throws InterruptedException {
            return Objects.requireNonNull(frames.poll(10, TimeUnit.SECONDS), "no answer");
        }

        /** The first message may overtake the subscription. */
        String ask(String text) {
            return Awaitility.await().until(() -> once(text), answer -> !answer.isEmpty());
        }

        private String once(String text) throws Exception {
            send("SEND\ndestination:/app/echo\ncontent-type:text/plain\n\n" + text);
            String answer = frames.poll(1, TimeUnit.SECONDS);
            return answer == null ? "" : answer.substring(answer.indexOf("\n\n") + 2);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            frame.append(part);
            if (last) {
                frames.add(frame.toString().replace("\0", ""));
                frame.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            closed.complete(status);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.completeExceptionally(error);
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    private Browser signedIn() {
        Browser browser = nodes.browser();
        browser.signIn("ada", "secret");
        return browser;
    }

    @Test
    void socketStaysOpenAndKeepsTheSessionAlive() throws Exception {
        Browser browser = signedIn();
        try (Stomp stomp = new Stomp(nodes.one(), browser)) {
            long start = System.nanoTime();
            Awaitility.await()
                    .atMost(IDLE.multipliedBy(6))
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> {
                        assertThat(stomp.ask("hello")).isEqualTo("ada says hello");
                        return System.nanoTime() - start > IDLE.multipliedBy(2).toNanos();
                    });
            assertThat(stomp.closed).isNotDone();
            assertThat(browser.get("/private").body()).isEqualTo("hello ada");
            assertThat(browser.get("/private").body()).isEqualTo("hello ada");
        }
    }

    @Test
    void socketIsClosedAfterALogoutOnAnotherNode() throws Exception {
        Browser browser = signedIn();
        Browser other = signedIn();
        try (Stomp stomp = new Stomp(nodes.one(), browser);
                Stomp ofAnotherSession = new Stomp(nodes.one(), other)) {
            assertThat(stomp.ask("hello")).isEqualTo("ada says hello");
            assertThat(ofAnotherSession.ask("hello")).isNotEmpty();
            nodes.two()
                    .sessions()
                    .find(Objects.requireNonNull(browser.cookies().get("SESSION")))
                    .ifPresent(session -> nodes.two().sessions().revoke(session));
            long ended = System.nanoTime();
            assertThat(stomp.closed.get(10, TimeUnit.SECONDS)).isIn(1000, 1008);
            assertThat(Duration.ofNanos(System.nanoTime() - ended))
                    .as("one touch interval, and a second for a busy machine")
                    .isLessThan(TOUCH_INTERVAL.plusSeconds(1));
            assertThat(ofAnotherSession.ask("again")).isNotEmpty();
        }
    }

    @Test
    void socketIsClosedWhenTheUserIsSignedOutEverywhere() throws Exception {
        Browser browser = signedIn();
        try (Stomp stomp = new Stomp(nodes.two(), browser)) {
            assertThat(stomp.ask("hello")).isEqualTo("ada says hello");
            assertThat(nodes.one().sessions().revokeAll("ada")).isPositive();
            assertThat(stomp.closed.get(10, TimeUnit.SECONDS)).isIn(1000, 1008);
        }
    }

    @Test
    void socketOfSockJsIsClosedAfterALogoutOnTheSameNode() throws Exception {
        Browser browser = new Browser(List.of(nodes.one()));
        browser.signIn("bob", "secret");
        try (Stomp stomp = new Stomp(nodes.one(), browser, "/sockjs/websocket")) {
            assertThat(stomp.ask("hello")).isEqualTo("bob says hello");
            browser.submit("/logout");
            assertThat(stomp.closed.get(10, TimeUnit.SECONDS)).isIn(1000, 1008);
        }
    }
}
