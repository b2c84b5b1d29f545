package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import io.sojourn.servlet.web.Wire;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the store is asked for the session, and what for. */
class LookupTest {

    private static final String UNKNOWN = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    @RegisterExtension
    static final Site site = new Site();

    @Test
    void requestThatNeverAsksForTheSessionCostsNothing() {
        site.on("/", (request, response) -> response.getWriter().print("hello"));
        assertThat(site.visitor("user", "ada").get("/").body()).isEqualTo("hello");
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void readingASessionCostsOneLoadHoweverOftenItIsAskedFor() {
        site.on("/", (request, response) -> {
            assertThat(request.getSession(false)).isSameAs(request.getSession()).isSameAs(request.getSession(true));
            assertThat(request.isRequestedSessionIdValid()).isTrue();
            assertThat(request.getRequestedSessionId())
                    .isEqualTo(request.getSession().getId());
            response.getWriter().print(request.getSession().getAttribute("user"));
        });
        assertThat(site.visitor("user", "ada").get("/").body()).isEqualTo("ada");
        assertThat(site.store().commands()).containsExactly("load");
    }

    @Test
    void missIsRememberedForTheRequest() {
        site.on("/", (request, response) -> {
            for (int i = 0; i < 3; i++) {
                assertThat(request.getSession(false)).isNull();
                assertThat(request.isRequestedSessionIdValid()).isFalse();
            }
        });
        site.browser().with(Site.COOKIE, UNKNOWN).get("/");
        assertThat(site.store().commands()).containsExactly("load");
    }

    @Test
    void sessionMadeAfterAMissDoesNotAskAgain() {
        site.on("/", (request, response) -> {
            assertThat(request.getSession(false)).isNull();
            request.getSession().setAttribute("user", "ada");
            assertThat(request.isRequestedSessionIdValid()).isFalse();
        });
        site.browser().with(Site.COOKIE, UNKNOWN).get("/");
        assertThat(site.store().commands()).containsExactly("load", "commit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "AAAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAAA.",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                UNKNOWN + "A",
                "AAAAAAAAAAAAAAAAAAAAAA~AAAAAAAAAAAAAAAAAAAAAAAA",
                "*",
                "AAAAAAAAAAAAAAAAAAAAA*.AAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void cookieThatIsNoTokenCostsNothingAndIsTreatedAsNone(String value) {
        site.on("/", (request, response) -> {
            assertThat(request.isRequestedSessionIdValid()).isFalse();
            assertThat(request.getSession(false)).isNull();
        });
        assertThat(site.browser().with(Site.COOKIE, value).get("/").cookies()).isEmpty();
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void oversizedCookieCostsNothing() {
        site.on(
                "/",
                (request, response) -> assertThat(request.getSession(false)).isNull());
        site.browser().with(Site.COOKIE, "A".repeat(5_000)).get("/");
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void ofSeveralCookiesTheFirstThatOpensASessionIsTaken() {
        String token = site.stored("user", "ada").token().reveal();
        site.on("/", (request, response) -> {
            assertThat(request.isRequestedSessionIdValid()).isTrue();
            response.getWriter().print(request.getSession().getAttribute("user"));
        });
        String several = "JSESSIONID=garbage; JSESSIONID=" + UNKNOWN + "; x=y; JSESSIONID=" + token;
        assertThat(site.browser().send("/", several).body()).isEqualTo("ada");
        assertThat(site.store().commands()).containsExactly("load", "load");
    }

    @Test
    void noMoreThanFourCookiesAreTried() {
        String token = site.stored("user", "ada").token().reveal();
        site.on(
                "/",
                (request, response) -> assertThat(request.getSession(false)).isNull());
        List<String> others = Stream.of("A", "E", "I", "M")
                .map(last -> "JSESSIONID=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" + last)
                .toList();
        site.browser().send("/", String.join("; ", others) + "; JSESSIONID=" + token);
        assertThat(site.store().commands()).containsExactly("load", "load", "load", "load");
    }

    @Test
    void noMoreThanFourCookiesAreTriedHoweverManyHeadersCarryThem() throws IOException {
        String token = site.stored("user", "ada").token().reveal();
        site.on(
                "/",
                (request, response) -> assertThat(request.getSession(false)).isNull());
        List<String> headers = Stream.of("A", "E", "I", "M")
                .map(last -> "Cookie: JSESSIONID=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" + last)
                .toList();
        String three = headers.get(0) + "; " + headers.get(1).substring(8) + "; "
                + headers.get(2).substring(8);
        try (Wire wire = site.wire("/", three, headers.get(3) + "; JSESSIONID=" + token)) {
            assertThat(wire.rest()).startsWith("HTTP/1.1 200");
        }
        assertThat(site.store().commands()).containsExactly("load", "load", "load", "load");
    }

    /** Load balancers and single sign-on add cookies of several kilobytes. */
    @Test
    void sessionIsFoundHoweverManyOtherCookiesThereAre() throws IOException {
        String token = site.stored("user", "ada").token().reveal();
        site.on("/", (request, response) -> response.getWriter().print(request.getSession(false) == null));
        String large = "Cookie: x=" + "y".repeat(4_000);
        try (Wire wire = site.wire("/", large, "Cookie: JSESSIONID=" + token)) {
            assertThat(wire.rest()).endsWith("false");
        }
        try (Wire wire = site.wire("/", large, large, large, large, "Cookie: JSESSIONID=" + token)) {
            assertThat(wire.rest()).doesNotContain("true"); // Some containers refuse it by themselves.
        }
    }

    @Test
    void idOfTheSessionIsPublicAndProvesNothing() {
        Session stored = site.stored("user", "ada");
        String token = stored.token().reveal();
        site.on("/", (request, response) -> {
            String id = request.getSession().getId();
            assertThat(id).isEqualTo(stored.publicId()).isEqualTo(request.getRequestedSessionId());
            assertThat(token).doesNotContain(id);
            response.getWriter().print(id);
        });
        String id = site.browser().with(Site.COOKIE, token).get("/").body();
        site.on(
                "/",
                (request, response) -> assertThat(request.getSession(false)).isNull());
        site.browser().with(Site.COOKIE, id).get("/");
    }

    @Test
    void requestedIdNeverShowsASecret() {
        String secret = UNKNOWN.substring(22);
        site.on("/", (request, response) -> response.getWriter().print(request.getRequestedSessionId()));
        assertThat(site.browser().send("/").body()).isEqualTo("null");
        assertThat(requestedId(UNKNOWN)).isEqualTo("AAAAAAAAAAAAAAAAAAAAAA");
        assertThat(requestedId("other.node1")).isEqualTo("other");
        assertThat(requestedId(UNKNOWN + "x")).isNotEmpty().doesNotContain(secret);
        assertThat(requestedId("AAAAAAAAAAAAAAAAAAAAAA." + secret)).isEqualTo("AAAAAAAAAAAAAAAAAAAAAA");
        assertThat(requestedId(UNKNOWN + ".node1")).isEqualTo("AAAAAAAAAAAAAAAAAAAAAA");
        assertThat(requestedId(UNKNOWN.substring(1))).isNotEmpty().doesNotContain(secret.substring(1));
    }

    private static String requestedId(String cookie) {
        return site.browser().with(Site.COOKIE, cookie).get("/").body();
    }

    @Test
    void routeOfALoadBalancerStaysInTheCookieAndTheSessionIsFound() {
        String token = site.stored("user", "ada").token().reveal();
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("page", "a");
            response.getWriter().print(request.getSession().getAttribute("user"));
        });
        Reply reply = site.browser().with(Site.COOKIE, token + ".node-1").get("/");
        assertThat(reply.body()).isEqualTo("ada");
        assertThat(reply.cookies()).isEmpty();
    }

    @Test
    void newCookieHasNoRoute() {
        String token = site.stored("user", "ada").token().reveal();
        site.on("/", (request, response) -> response.getWriter().print(request.changeSessionId()));
        Browser browser = site.browser().with(Site.COOKIE, token + ".node-1");
        assertThat(browser.get("/").body()).hasSizeGreaterThan(10);
        assertThat(browser.cookie(Site.COOKIE)).hasSize(46);
    }

    @Test
    void cookieOfTheOlderFormIsReadAndReplaced() {
        String token = site.stored("user", "ada").token().reveal();
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("page", "a");
            response.getWriter().print(request.getSession().getAttribute("user"));
        });
        String older = token.substring(0, 22) + "." + token.substring(22);
        Browser browser = site.browser().with(Site.COOKIE, older);
        assertThat(browser.get("/").body()).isEqualTo("ada");
        assertThat(browser.cookie(Site.COOKIE)).isEqualTo(token);
        assertThat(browser.get("/").cookies()).isEmpty();
    }

    @Test
    void requestedIdComesFromTheCookieAlone() {
        site.on(
                "/",
                (request, response) -> response.getWriter()
                        .print(request.isRequestedSessionIdFromCookie() + " " + request.isRequestedSessionIdFromURL()));
        assertThat(site.browser().get("/").body()).isEqualTo("false false");
        assertThat(site.browser().get("/;jsessionid=" + UNKNOWN).body()).isEqualTo("false false");
        assertThat(site.browser().with(Site.COOKIE, UNKNOWN).get("/").body()).isEqualTo("true false");
    }

    @Test
    void requestedIdStaysWhatTheClientAskedFor() {
        Session stored = site.stored("user", "ada");
        String id = stored.publicId();
        site.on("/", (request, response) -> {
            assertThat(request.changeSessionId()).isNotEqualTo(id);
            assertThat(request.getRequestedSessionId()).isEqualTo(id);
            request.getSession().invalidate();
            request.getSession().setAttribute("user", "bob");
            assertThat(request.getRequestedSessionId()).isEqualTo(id);
            assertThat(request.isRequestedSessionIdValid()).isFalse();
        });
        site.browser().with(Site.COOKIE, stored.token().reveal()).get("/");
    }

    @Test
    void urlsAreNotRewritten() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            response.getWriter().print(response.encodeURL("/a") + response.encodeRedirectURL("/b"));
        });
        assertThat(site.browser().get("/").body()).isEqualTo("/a/b");
    }

    @Test
    void containersOwnSessionIsNeverMade() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            String unused = request.changeSessionId();
            HttpServletRequest unwrapped = Site.unwrapped(request);
            assertThat(unwrapped).isNotSameAs(request);
            assertThat(unwrapped.getSession(false)).isNull();
        });
        Browser browser = site.browser();
        browser.get("/");
        browser.get("/");
        assertThat(Objects.requireNonNull(browser.cookie(Site.COOKIE))).hasSize(46);
        assertThat(site.containerSessions()).isZero();
    }
}
