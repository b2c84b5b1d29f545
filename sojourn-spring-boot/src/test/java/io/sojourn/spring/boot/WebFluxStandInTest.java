package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpCookie;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.WebSession;
import org.springframework.web.server.session.WebSessionManager;

/**
 * A cookie was replaced by a sign-in a moment ago. What the application stores for a request with that cookie is found again by the
 * same cookie, as a login form needs it. After {@code changeSessionId} it is not, since an attacker may have planted the cookie;
 * but Spring Security calls that for each CSRF token, too.
 */
class WebFluxStandInTest {

    private static final String CSRF_TOKEN =
            "org.springframework.security.web.server.csrf.WebSessionServerCsrfTokenRepository.CSRF_TOKEN";

    private static final Nodes nodes = Nodes.startReactive();

    private final SessionManager other = nodes.two().sessions();
    private final String replaced = replaced();

    private String replaced() {
        Session session = other.create();
        session.set("cart", "tea");
        other.save(session);
        String cookie = session.token().reveal();
        session.signIn("ada");
        other.save(session);
        return cookie;
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    /** A request with the replaced cookie. */
    private final class Request {
        private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.post("/")
                .cookie(new HttpCookie("SESSION", replaced))
                .build());
        private final WebSession session = Objects.requireNonNull(
                nodes.one().bean(WebSessionManager.class).getSession(exchange).block());

        private Request put(String name, String value) {
            session.getAttributes().put(name, value);
            return this;
        }

        private Request save() {
            session.save().block();
            return this;
        }

        private Request changeId() {
            session.changeSessionId().block();
            return this;
        }

        private void end() {
            exchange.getResponse().setComplete().block();
            assertThat(exchange.getResponse().getHeaders().getOrEmpty("Set-Cookie"))
                    .isEmpty();
        }
    }

    private Map<String, Object> found() {
        return new Request().session.getAttributes();
    }

    @Test
    void csrfTokenIsFoundAgain() {
        new Request().put(CSRF_TOKEN, "one").changeId().end();
        assertThat(found()).containsOnly(Map.entry(CSRF_TOKEN, "one"));
        new Request().put(CSRF_TOKEN, "two").changeId().end();
        assertThat(found()).containsOnly(Map.entry(CSRF_TOKEN, "two"));
    }

    @Test
    void loginOfTheApplicationsOwnIsNotFound() {
        new Request().put("user", "ada").changeId().end();
        assertThat(found()).isEmpty();
    }

    @Test
    void loginAfterACsrfTokenIsNotFound() {
        new Request()
                .put(CSRF_TOKEN, "one")
                .changeId()
                .put("user", "ada")
                .changeId()
                .end();
        assertThat(found()).isEmpty();
    }

    @Test
    void loginBeforeACsrfTokenIsNotFound() {
        new Request().put("user", "ada").put(CSRF_TOKEN, "one").changeId().end();
        assertThat(found()).isEmpty();
    }

    @Test
    void loginThatWasSavedBeforeItChangesTheIdIsNotFound() {
        new Request().put("user", "ada").save().changeId().end();
        assertThat(found()).isEmpty();
        new Request()
                .put("user", "ada")
                .save()
                .put(CSRF_TOKEN, "one")
                .changeId()
                .end();
        assertThat(found()).isEmpty();
    }
}
