package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.Session;
import io.sojourn.servlet.web.Site;
import io.sojourn.servlet.web.Wire;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One application with sessions by cookie for browsers, and by a header for other clients. */
class HeaderOrCookieTest {

    private static final String HEADER = "X-Auth-Token";

    @RegisterExtension
    static final Site site = new Site()
            .filter(manager -> SojournFilter.builder(manager)
                    .tokenTransport(TokenTransport.headerOrCookie(HEADER))
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

    private static Optional<String> header(String answer, String name) {
        return answer.lines()
                .takeWhile(line -> !line.isBlank())
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    private static String cookie(String value) {
        return "Cookie: " + Site.COOKIE + "=" + value;
    }

    @Test
    void requestWithoutTheHeaderUsesTheCookie() throws IOException {
        String made = answer("/make");
        assertThat(header(made, HEADER)).isEmpty();
        String set = header(made, "Set-Cookie").orElseThrow();
        assertThat(set).startsWith(Site.COOKIE + "=").contains("HttpOnly");
        String token = set.substring(set.indexOf('=') + 1, set.indexOf(';'));
        assertThat(answer("/", cookie(token))).endsWith("ada true");
    }

    @Test
    void emptyHeaderAsksForTheTokenInIt() throws IOException {
        String made = answer("/make", HEADER + ":");
        assertThat(header(made, "Set-Cookie")).isEmpty();
        String token = header(made, HEADER).orElseThrow();
        assertThat(site.manager().find(token)).isPresent();
        assertThat(answer("/", HEADER + ": " + token)).endsWith("ada false");
    }

    @Test
    void emptyHeaderIsNoTokenThatOpensNothing() throws IOException {
        int before = site.store().commands().size();
        assertThat(answer("/", HEADER + ":")).endsWith("nobody false");
        assertThat(site.store().commands()).hasSize(before);
    }

    /** A script in a page may add a header to a request, and must not read from the answer what the cookie keeps from it. */
    @Test
    void headerTellsNothingOfTheSessionOfTheCookie() throws IOException {
        Session stored = site.stored("user", "eve");
        String cookie = cookie(stored.token().reveal());
        for (String ask : Stream.of("", " ", " garbage")
                .map(value -> HEADER + ":" + value)
                .toList()) {
            String read = answer("/", cookie, ask);
            assertThat(read).endsWith("nobody false");
            assertThat(header(read, HEADER)).isEmpty();
            String signedIn = answer("/in", cookie, ask);
            String own = header(signedIn, HEADER).orElseThrow();
            assertThat(own).isNotEmpty().doesNotContain(stored.token().id().toString());
            assertThat(header(signedIn, "Set-Cookie")).isEmpty();
        }
        assertThat(answer("/", cookie)).endsWith("eve true");
    }

    @Test
    void eachEndsByItsOwnWay() throws IOException {
        String byHeader = header(answer("/make", HEADER + ":"), HEADER).orElseThrow();
        String renewed = header(answer("/in", HEADER + ": " + byHeader), HEADER).orElseThrow();
        assertThat(renewed).isNotEqualTo(byHeader);
        assertThat(header(answer("/out", HEADER + ": " + renewed), HEADER)).hasValue("");
        assertThat(answer("/", HEADER + ": " + renewed)).endsWith("nobody false");
        String byCookie = site.stored("user", "ada").token().reveal();
        String ended = answer("/out", cookie(byCookie));
        assertThat(header(ended, HEADER)).isEmpty();
        assertThat(header(ended, "Set-Cookie").orElseThrow()).contains("Max-Age=0");
    }

    @Test
    void nameThatNoHeaderHasIsRefused() {
        for (String name : new String[] {"", "X Auth", "X:Auth", "X\r\nAuth", "Cookie", "set-cookie"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TokenTransport.headerOrCookie(name))
                    .withMessageContaining("X-Auth-Token");
            assertThatIllegalArgumentException().isThrownBy(() -> TokenTransport.header(name));
        }
    }
}
