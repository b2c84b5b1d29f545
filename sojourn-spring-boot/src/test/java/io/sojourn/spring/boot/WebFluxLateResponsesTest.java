package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpCookie;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.WebSession;
import org.springframework.web.server.session.WebSessionManager;

/**
 * A request of WebFlux has loaded the session, and meanwhile the browser signs in at the other node. Then the browser has a newer
 * cookie, which the late response must not clear.
 */
class WebFluxLateResponsesTest {

    private static final Nodes nodes = Nodes.startReactive();

    private final SessionManager other = nodes.two().sessions();
    private final Session cart = cart();
    private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/")
            .cookie(new HttpCookie("SESSION", cart.token().reveal()))
            .build());
    private final WebSession late = Objects.requireNonNull(
            nodes.one().bean(WebSessionManager.class).getSession(exchange).block());

    private Session cart() {
        Session session = other.create();
        session.set("cart", "tea");
        other.save(session);
        return session;
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    private List<String> cookies() {
        exchange.getResponse().setComplete().block();
        return exchange.getResponse().getHeaders().getOrEmpty("Set-Cookie");
    }

    private SessionToken signIn() {
        Session session = other.find(cart.token()).orElseThrow();
        session.signIn("ada");
        other.save(session);
        return session.token();
    }

    @Test
    void endOfASessionInWhichAnotherHasSignedInClearsNoCookie() {
        SessionToken token = signIn();
        late.invalidate().block();
        assertThat(late.isExpired()).isTrue();
        assertThat(cookies()).isEmpty();
        assertThat(other.find(token)).isPresent();
    }

    @Test
    void saveOfASessionThatHasEndedElsewhereClearsNoCookie() {
        other.revoke(cart.id());
        late.getAttributes().put("late", 1);
        late.save().block();
        assertThat(late.isExpired()).isTrue();
        assertThat(cookies()).isEmpty();
    }

    @Test
    void endByThisRequestClearsTheCookie() {
        late.invalidate().block();
        assertThat(cookies()).singleElement().asString().startsWith("SESSION=;").contains("Max-Age=0");
        assertThat(other.find(cart.token())).isEmpty();
    }
}
