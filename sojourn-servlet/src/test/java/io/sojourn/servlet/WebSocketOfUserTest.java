package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.Session;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** WebSockets of signed-in users: they are opened, keep their session alive while they are used, and are closed with it. */
class WebSocketOfUserTest {

    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final int NORMAL = 1000;
    private static final int POLICY = 1008;

    @RegisterExtension
    static final Site site = new Site()
            .settings(settings -> settings.idleTimeout(IDLE).touchInterval(Duration.ofMillis(200)))
            .inside((request, response, chain) -> chain.doFilter(new SignedIn((HttpServletRequest) request), response))
            .webSocket("/pong", Pong.class);

    /** As a security framework has it, which keeps its users in the session. */
    private static final class SignedIn extends HttpServletRequestWrapper {

        SignedIn(HttpServletRequest request) {
            super(request);
        }

        @Override
        public @Nullable Principal getUserPrincipal() {
            HttpSession session = getSession(false);
            Object user = session == null ? null : session.getAttribute("user");
            return user == null ? null : user::toString;
        }
    }

    @BeforeAll
    static void endpointsAreThere() {
        String container = System.getProperty("sojourn.container", "");
        assumeFalse(
                container.equals("jetty-ee10"),
                "Jetty's WebSockets for EE 10 cannot be resolved: their parent is missing in the repository");
        assumeFalse(container.equals("undertow"), "The Undertow of these tests is set up without WebSockets");
    }

    private static void assumeThatTheContainerBindsSocketsItself() {
        assumeTrue(
                System.getProperty("sojourn.container", "tomcat").equals("tomcat"),
                "Only Tomcat binds WebSockets of signed-in users to their session by itself");
    }

    /** A client's WebSocket: its answers, and the code by which it was closed. */
    private record Socket(WebSocket socket, BlockingQueue<String> answers, CompletableFuture<Integer> closed)
            implements AutoCloseable {

        static Socket open(Session session, String query) throws Exception {
            BlockingQueue<String> answers = new LinkedBlockingQueue<>();
            CompletableFuture<Integer> closed = new CompletableFuture<>();
            URI address = URI.create("ws" + site.address().toString().substring(4) + "/pong" + query);
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .header("Cookie", Site.COOKIE + "=" + session.token().reveal())
                    .buildAsync(address, new WebSocket.Listener() {
                        @Override
                        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                            answers.add(data.toString());
                            from.request(1);
                            return CompletableFuture.completedFuture(null);
                        }

                        @Override
                        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
                            closed.complete(status);
                            return CompletableFuture.completedFuture(null);
                        }

                        @Override
                        public void onError(WebSocket from, Throwable error) {
                            closed.completeExceptionally(error);
                        }
                    })
                    .get(10, TimeUnit.SECONDS);
            return new Socket(socket, answers, closed);
        }

        String ask() throws Exception {
            socket.sendText("?", true).get(10, TimeUnit.SECONDS);
            return String.valueOf(answers.poll(10, TimeUnit.SECONDS));
        }

        void assertClosed() throws Exception {
            assertThat(closed.get(20, TimeUnit.SECONDS)).isIn(NORMAL, POLICY);
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    private static Session signedIn() {
        Session session = site.stored("user", "ada");
        session.signIn("ada");
        site.manager().save(session);
        return session;
    }

    private static Instant lastAccess(Session session) {
        return site.manager().find(session.token()).orElseThrow().lastAccessedAt();
    }

    @Test
    void socketIsOpenedAndNothingOfTheContainerIsStored() throws Exception {
        Session session = signedIn();
        try (Socket socket = Socket.open(session, "")) {
            assertThat(socket.ask()).isEqualTo("pong");
            assertThat(socket.ask()).isEqualTo("pong");
            assertThat(socket.closed()).isNotDone();
            assertThat(site.manager().find(session.token()).orElseThrow().names())
                    .containsExactly("user");
        }
        assertThat(site.log()).isEmpty();
    }

    @Test
    void attributeOfTheContainerIsSeenByRequestsOfThisNodeAlone() throws Exception {
        assumeThatTheContainerBindsSocketsItself();
        Session session = signedIn();
        site.on("/names", (request, response) -> {
            HttpSession seen = request.getSession();
            response.getWriter().print(Collections.list(seen.getAttributeNames()));
            Collections.list(seen.getAttributeNames()).forEach(seen::getAttribute);
        });
        try (Socket socket = Socket.open(session, "")) {
            assertThat(socket.ask()).isEqualTo("pong");
            String names = site.browser()
                    .with(Site.COOKIE, session.token().reveal())
                    .get("/names")
                    .body();
            assertThat(names).contains("user", "WsHttpSessionBindingListener");
        }
        await().untilAsserted(() -> assertThat(site.browser()
                        .with(Site.COOKIE, session.token().reveal())
                        .get("/names")
                        .body())
                .isEqualTo("[user]"));
    }

    private static void assertClosedWithItsSession(String query) throws Exception {
        Session session = signedIn();
        site.on("/logout", (request, response) -> request.getSession().invalidate());
        try (Socket one = Socket.open(session, query);
                Socket two = Socket.open(session, query)) {
            assertThat(one.ask()).isNotEmpty();
            assertThat(two.ask()).isNotEmpty();
            site.browser().with(Site.COOKIE, session.token().reveal()).get("/logout");
            one.assertClosed();
            two.assertClosed();
        }
        session = signedIn();
        try (Socket socket = Socket.open(session, query)) {
            assertThat(socket.ask()).isNotEmpty();
            assertThat(site.manager().revokeAll("ada")).isPositive(); // As another node does.
            socket.assertClosed();
        }
        session = signedIn();
        try (Socket socket = Socket.open(session, query)) {
            assertThat(socket.ask()).isNotEmpty();
            Session later = site.manager().find(session.token()).orElseThrow();
            later.signIn("eve");
            site.manager().save(later);
            socket.assertClosed();
        }
        session = signedIn();
        try (Socket socket = Socket.open(session, query)) {
            assertThat(socket.ask()).isNotEmpty();
            site.pass(IDLE.plusMinutes(1));
            socket.assertClosed();
        }
    }

    @Test
    void socketIsClosedWithItsSession() throws Exception {
        assumeThatTheContainerBindsSocketsItself();
        assertClosedWithItsSession("");
    }

    @Test
    void socketThatTheApplicationHasBoundIsClosedWithItsSession() throws Exception {
        assertClosedWithItsSession("?bound");
    }

    private static void assertKeptAlive(String query) throws Exception {
        Session session = signedIn();
        try (Socket socket = Socket.open(session, query)) {
            for (int i = 0; i < 4; i++) {
                site.pass(IDLE.dividedBy(3).multipliedBy(2));
                assertThat(socket.ask()).isNotEmpty();
                await().untilAsserted(() -> assertThat(lastAccess(session)).isEqualTo(site.now()));
            }
            Session later = site.manager().find(session.token()).orElseThrow();
            later.rotate(); // The secret of the handshake is none any more.
            site.manager().save(later);
            site.pass(IDLE.dividedBy(3).multipliedBy(2));
            assertThat(socket.ask()).isNotEmpty();
            await().untilAsserted(() -> assertThat(lastAccess(later)).isEqualTo(site.now()));
            assertThat(socket.closed()).isNotDone();
        }
    }

    @Test
    void sessionLivesOnWhileMessagesCome() throws Exception {
        assumeThatTheContainerBindsSocketsItself();
        assertKeptAlive("");
    }

    @Test
    void sessionLivesOnWhileTheApplicationReadsIt() throws Exception {
        assertKeptAlive("?bound");
    }

    /** A visitor's socket, perhaps of an attacker who has planted the cookie, is open beside that of the user. */
    @Test
    void sessionLivesOnByTheUsersSocketAndNotByOneFromBeforeTheSignIn() throws Exception {
        Session visitor = site.stored("cart", "tea");
        try (Socket before = Socket.open(visitor, "?bound")) {
            assertThat(before.ask()).isEqualTo("null");
            Session user = site.manager().find(visitor.token()).orElseThrow();
            user.set("user", "ada");
            user.signIn("ada");
            site.manager().save(user);
            try (Socket after = Socket.open(user, "?bound")) {
                for (int i = 0; i < 2; i++) {
                    site.pass(IDLE.dividedBy(3).multipliedBy(2));
                    assertThat(after.ask()).isEqualTo("ada");
                    await().untilAsserted(() -> assertThat(lastAccess(user)).isEqualTo(site.now()));
                }
            }
            site.pass(IDLE.dividedBy(3).multipliedBy(2));
            assertThat(before.ask()).isEqualTo("null");
            site.pass(IDLE.dividedBy(2));
            before.assertClosed();
            assertThat(site.manager().find(user.token())).isEmpty();
        }
    }

    /** After a sign-out the session goes on as a visitor's, and so do the sockets of the visitor. */
    @Test
    void aSignOutClosesTheSocketsOfTheUserAndNotThoseOfTheVisitor() throws Exception {
        Session visitor = site.stored("cart", "tea");
        try (Socket before = Socket.open(visitor, "?bound")) {
            assertThat(before.ask()).isEqualTo("null");
            Session user = site.manager().find(visitor.token()).orElseThrow();
            user.set("user", "ada");
            user.signIn("ada");
            site.manager().save(user);
            try (Socket during = Socket.open(user, "?bound")) {
                assertThat(during.ask()).isEqualTo("ada");
                Session signedOut = site.manager().find(user.token()).orElseThrow();
                signedOut.remove("user");
                signedOut.signOut();
                site.manager().save(signedOut);
                during.assertClosed();
                try (Socket after = Socket.open(signedOut, "?bound")) {
                    assertThat(after.ask()).isEqualTo("null");
                    await().during(Duration.ofSeconds(1)) // Each is looked at several times.
                            .atMost(Duration.ofSeconds(20))
                            .until(() ->
                                    !before.closed().isDone() && !after.closed().isDone());
                }
            }
            site.manager().revoke(visitor.id());
            before.assertClosed();
        }
    }
}
