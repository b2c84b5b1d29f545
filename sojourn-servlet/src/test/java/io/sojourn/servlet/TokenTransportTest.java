package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.memory.MemoryStore;
import io.sojourn.servlet.web.Site;
import io.sojourn.servlet.web.Wire;
import jakarta.servlet.SessionTrackingMode;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tokens in a header of the application's choice instead of the cookie. */
class TokenTransportTest {

    private static final String HEADER = "X-Auth-Token";

    @RegisterExtension
    static final Site site = new Site()
            .filter(manager -> SojournFilter.builder(manager)
                    .tokenTransport(TokenTransport.header(HEADER))
                    .build());

    @BeforeEach
    void servePages() {
        site.on("/make", (request, response) -> request.getSession().setAttribute("user", "ada"));
        site.on("/in", (request, response) -> SojournFilter.signIn(request, "ada"));
        site.on("/out", (request, response) -> request.getSession().invalidate());
        site.on(
                "/",
                (request, response) -> response.getWriter()
                        .print((request.getSession(false) == null
                                        ? "nobody"
                                        : request.getSession().getAttribute("user"))
                                + " " + request.isRequestedSessionIdFromCookie()));
    }

    private static String answer(String path, String... headers) throws IOException {
        try (Wire wire = site.wire(path, headers)) {
            return wire.rest();
        }
    }

    private static String token(String answer) {
        return answer.lines()
                .filter(line -> line.regionMatches(true, 0, HEADER + ":", 0, HEADER.length() + 1))
                .map(line -> line.substring(HEADER.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void tokenIsHandedAndReadByTheHeaderAlone() throws IOException {
        String made = answer("/make");
        assertThat(made).doesNotContainIgnoringCase("Set-Cookie");
        String token = token(made);
        assertThat(site.manager().find(token)).isPresent();
        assertThat(answer("/", HEADER + ": " + token)).endsWith("ada false").doesNotContainIgnoringCase(HEADER);
        assertThat(answer("/", "Cookie: " + Site.COOKIE + "=" + token)).endsWith("nobody false");
    }

    @Test
    void newSecretAndEndAreToldByTheHeader() throws IOException {
        Session stored = site.stored("user", "ada");
        String before = stored.token().reveal();
        String after = token(answer("/in", HEADER + ": " + before));
        assertThat(after).isNotEqualTo(before);
        assertThat(answer("/", HEADER + ": " + after)).endsWith("ada false");
        assertThat(answer("/", HEADER + ": " + before)).endsWith("nobody false");
        assertThat(token(answer("/out", HEADER + ": " + after))).isEmpty();
        assertThat(answer("/", HEADER + ": " + after)).endsWith("nobody false");
    }

    @Test
    void textsThatAreNoTokensCostNothing() throws IOException {
        assertThat(answer("/", HEADER + ": garbage")).endsWith("nobody false");
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void trackingModesBesidesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SojournFilter.builder(SessionManager.create(new MemoryStore()))
                        .tokenTransport(TokenTransport.header(HEADER))
                        .trackingModes(SessionTrackingMode.URL)
                        .build())
                .withMessageContaining("trackingModes");
    }
}
