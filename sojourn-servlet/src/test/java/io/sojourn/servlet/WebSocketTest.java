package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sojourn.Session;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions and WebSockets: the handshake is a request like any other, and what comes after it is none. */
class WebSocketTest {

    @RegisterExtension
    static final Site site = new Site()
            .inside((request, response, chain) -> {
                HttpServletRequest http = (HttpServletRequest) request;
                if (http.getParameter("join") != null) {
                    http.getSession().setAttribute("joined", http.getParameter("join"));
                }
                chain.doFilter(request, response);
            })
            .webSocket("/echo", Echo.class);

    @BeforeAll
    static void endpointsAreThere() {
        String container = System.getProperty("sojourn.container", "");
        assumeFalse(
                container.equals("jetty-ee10"),
                "Jetty's WebSockets for EE 10 cannot be resolved: their parent is missing in the repository");
        assumeFalse(container.equals("undertow"), "The Undertow of these tests is set up without WebSockets");
    }

    private static String ask(String cookie, String query, String message) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (!cookie.isEmpty()) {
            builder.header("Cookie", Site.COOKIE + "=" + cookie);
        }
        URI address = URI.create("ws" + site.address().toString().substring(4) + "/echo" + query);
        WebSocket socket = builder.buildAsync(address, new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        answer.complete(data.toString());
                        return CompletableFuture.completedFuture(null);
                    }
                })
                .get(10, TimeUnit.SECONDS);
        try {
            socket.sendText(message, true).get(10, TimeUnit.SECONDS);
            return answer.get(10, TimeUnit.SECONDS);
        } finally {
            socket.abort();
        }
    }

    @Test
    void handshakeHasTheSessionOfTheClient() throws Exception {
        Session stored = site.stored("user", "ada");
        assertThat(ask(stored.token().reveal(), "", "user")).isEqualTo("ada");
        assertThat(site.containerSessions()).isZero();
    }

    @Test
    void handshakeOfAStrangerHasNoSession() throws Exception {
        assertThat(ask("", "", "user")).isEqualTo("no session");
    }

    @Test
    void sessionIsSavedWhenTheHandshakeLeaves() throws Exception {
        Session stored = site.stored("user", "ada");
        assertThat(ask(stored.token().reveal(), "?join=room", "joined")).isEqualTo("room");
        assertThat(site.manager().find(stored.token()).orElseThrow().get("joined", String.class))
                .contains("room");
    }

    @Test
    void whatAMessageDoesToTheSessionOfTheHandshakeIsStoredAtOnce() throws Exception {
        Session stored = site.stored("user", "ada");
        assertThat(ask(stored.token().reveal(), "", "color=red")).isEqualTo("red");
        assertThat(site.manager().find(stored.token()).orElseThrow().get("color", String.class))
                .contains("red");
    }
}
