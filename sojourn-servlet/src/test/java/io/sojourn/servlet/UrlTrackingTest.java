package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.Session;
import io.sojourn.servlet.cookie.Tracking;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.ServletContext;
import jakarta.servlet.SessionTrackingMode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens in URLs: never, unless somebody insists. */
class UrlTrackingTest {

    private static final String MARK = ";jsessionid=";

    private static Consumer<ServletContext> modes(SessionTrackingMode... modes) {
        return context -> context.setSessionTrackingModes(Set.of(modes));
    }

    /** Makes a session and tells what becomes of a link. */
    private static String link(Site site, String url) {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            response.getWriter().print(response.encodeURL(url));
        });
        return site.browser().get("/").body();
    }

    private static void greetsByName(Site site) {
        site.on("/", (request, response) -> {
            var session = request.getSession(false);
            response.getWriter().print(session == null ? "stranger" : session.getAttribute("user"));
        });
    }

    @Nested
    class SaidByTheContextWithCookies {

        @RegisterExtension
        static final Site site = new Site().configured(modes(SessionTrackingMode.COOKIE, SessionTrackingMode.URL));

        /** Since all containers say so by themselves. */
        @Test
        void meansNothing() {
            assertThat(link(site, "/a")).isEqualTo("/a");
            String token = site.stored("user", "ada").token().reveal();
            greetsByName(site);
            assertThat(site.browser().get("/" + MARK + token).body()).isEqualTo("stranger");
            assertThat(site.store().commands()).isEmpty();
        }
    }

    @Nested
    class SaidByTheContextAlone {

        @RegisterExtension
        static final Site site = new Site().configured(modes(SessionTrackingMode.URL));

        @Test
        void urlsCarryTheTokenAndNoCookieIsSetOrRead() {
            site.on("/make", (request, response) -> {
                request.getSession().setAttribute("user", "ada");
                response.getWriter().print(response.encodeURL("/"));
            });
            Reply reply = site.browser().get("/make");
            assertThat(reply.cookies()).isEmpty();
            assertThat(reply.body()).matches("/;jsessionid=[\\w-]{46}");
            greetsByName(site);
            assertThat(site.browser().get(reply.body()).body()).isEqualTo("ada");
            String token = reply.body().substring(("/" + MARK).length());
            assertThat(site.browser().with(Site.COOKIE, token).get("/").body()).isEqualTo("stranger");
        }

        @Test
        void rotationShowsInTheUrlsThatFollowAndTheOldOnesOpenNothing() {
            Session stored = site.stored("user", "ada");
            String old = "/" + MARK + stored.token().reveal();
            site.on("/", (request, response) -> {
                SojournFilter.signIn(request, "ada");
                response.getWriter().print(response.encodeRedirectURL("/"));
            });
            String fresh = site.browser().get(old).body();
            assertThat(fresh).contains(MARK).isNotEqualTo(old);
            greetsByName(site);
            assertThat(site.browser().get(fresh).body()).isEqualTo("ada");
            assertThat(site.browser().get(old).body()).isEqualTo("stranger");
            assertThat(site.log()).isEmpty();
        }

        @Test
        void sessionEndsWithoutACookieToClear() {
            String url = "/" + MARK + site.stored("user", "ada").token().reveal();
            site.on("/", (request, response) -> {
                request.getSession().invalidate();
                response.getWriter().print(response.encodeURL("/"));
            });
            Reply reply = site.browser().get(url);
            assertThat(reply.body()).isEqualTo("/");
            assertThat(reply.cookies()).isEmpty();
        }
    }

    @Nested
    class SaidOfTheFilter {

        @RegisterExtension
        static final Site site = new Site()
                .context("/shop")
                .filter(manager -> SojournFilter.builder(manager)
                        .trackingModes(SessionTrackingMode.COOKIE, SessionTrackingMode.URL)
                        .build());

        private static String link(String url) {
            site.on("/at/page", (request, response) -> {
                request.getSession().setAttribute("user", "ada");
                response.getWriter().print(response.encodeURL(url));
            });
            return site.browser().get("/shop/at/page").body();
        }

        @Test
        void urlsCarryTheTokenOfAClientWithoutCookies() {
            String token = MARK + "[\\w-]{46}";
            String here = site.address().toString();
            assertThat(link("/shop/a")).matches("/shop/a" + token);
            assertThat(link("/shop/a?b=c#d")).matches("/shop/a" + token + "\\?b=c#d");
            assertThat(link("a/b")).matches("a/b" + token);
            assertThat(link("../a")).matches("\\.\\./a" + token);
            assertThat(link("")).matches("/shop/at/page" + token);
            assertThat(link("?a=b")).matches("/shop/at/page" + token + "\\?a=b");
            assertThat(link("/shop")).matches("/shop" + token);
            assertThat(link(here + "/shop/a")).matches(here + "/shop/a" + token);
            assertThat(link("/shop/a;jsessionid=old?b")).matches("/shop/a" + token + "\\?b");
        }

        @Test
        void urlsThatLeadElsewhereAreLeftAlone() {
            for (String elsewhere : List.of(
                    "https://example.org/shop/a",
                    "//example.org/shop/a",
                    site.address().toString().replace("127.0.0.1", "127.0.0.2") + "/shop/a",
                    "http://user@127.0.0.1:" + site.address().getPort() + "/shop/a",
                    "/other",
                    "/shopping",
                    "/shop/../other",
                    "../../other",
                    "#top",
                    "mailto:ada@example.org",
                    "javascript:alert(1)",
                    "http://[",
                    "/shop/a b")) {
                assertThat(link(elsewhere)).isEqualTo(elsewhere);
            }
        }

        /** Browsers, proxies and containers read these in different ways, and some of them end up outside of the application. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/shop/%2e%2e/other/",
                    "/shop/%2E%2e/other/",
                    "/shop/%2E./other/",
                    "/shop/.%2e/other/",
                    "/shop/%2e/a",
                    "%2e%2e/%2e%2e/other",
                    "/shop/..;/other/",
                    "/shop/..;x=y/other/",
                    "/shop/.;/a",
                    "/shop/..%3b/other/",
                    "/shop/..%2fother",
                    "/shop/%2f..%2f..%2fother",
                    "/shop/..%5cother",
                    "/shop/..%5Cother",
                    "/shop/%252e%252e/other/",
                    "/shop/%25%32e%25%32e/other/",
                    "/shop/%25252e%25252e/other/",
                    "/shop/%252f..%252fother",
                    "/shop/%c0%ae%c0%ae/other/",
                    "/shop/a%00b",
                    "/shop/a%0d%0ab",
                    "/other//../shop/a",
                    "/shop//a",
                    "//shop/a",
                    "///shop/a",
                    "////shop/a",
                    "/\\shop/a",
                    "/shop/..\\other",
                    "\\\\example.org\\shop",
                    "http:/shop/a",
                    "http:///shop/a",
                    "http:shop/a"
                })
        void urlsThatNotAllReadAlikeAreLeftAlone(String url) {
            assertThat(link(url)).isEqualTo(url);
        }

        @Test
        void encodedCharactersThatMeanNothingElsewhereDoNoHarm() {
            String token = MARK + "[\\w-]{46}";
            assertThat(link("/shop/a%20b")).matches("/shop/a%20b" + token);
            assertThat(link("/shop/b%C3%BCcher")).matches("/shop/b%C3%BCcher" + token);
            assertThat(link("/shop/50%25")).matches("/shop/50%25" + token);
            assertThat(link("/shop/a.%2eb")).matches("/shop/a.%2eb" + token);
            assertThat(link("/shop/a;v=1/b")).matches("/shop/a;v=1/b" + token);
            assertThat(link("/shop/a?next=//example.org/%2e%2e"))
                    .matches("/shop/a" + token + "\\?next=//example.org/%2e%2e");
            String sameHost = "//" + site.address().getAuthority() + "/shop/a";
            assertThat(link(sameHost)).matches(sameHost + token);
        }

        @Test
        void clientThatComesByUrlGetsTheCookieToo() {
            Session stored = site.stored("user", "ada");
            greetsByName(site);
            Browser browser = site.browser();
            Reply reply = browser.get("/shop/" + MARK + stored.token().reveal());
            assertThat(reply.body()).isEqualTo("ada");
            assertThat(browser.cookie(Site.COOKIE)).isEqualTo(stored.token().reveal());
            assertThat(browser.get("/shop/").cookies()).isEmpty();
        }

        @Test
        void clientThatShowsTheCookieGetsPlainUrls() {
            Browser browser = site.visitor("user", "ada");
            site.on("/", (request, response) -> response.getWriter().print(response.encodeURL("/shop/a")));
            assertThat(browser.get("/shop/").body()).isEqualTo("/shop/a");
            assertThat(site.browser().get("/shop/").body()).isEqualTo("/shop/a"); // There is no session.
        }

        @Test
        void cookieComesFirst() {
            greetsByName(site);
            String bob = site.stored("user", "bob").token().reveal();
            assertThat(site.visitor("user", "ada").get("/shop/" + MARK + bob).body())
                    .isEqualTo("ada");
        }

        @Test
        void requestedIdSaysWhereItCameFrom() {
            site.on(
                    "/",
                    (request, response) -> response.getWriter()
                            .print(request.getRequestedSessionId() + " " + request.isRequestedSessionIdFromCookie()
                                    + " " + request.isRequestedSessionIdFromURL() + " "
                                    + request.isRequestedSessionIdValid()));
            Session stored = site.stored("user", "ada");
            String token = stored.token().reveal();
            assertThat(site.browser().get("/shop/").body()).isEqualTo("null false false false");
            assertThat(site.browser().get("/shop/" + MARK + token).body())
                    .isEqualTo(stored.publicId() + " false true true");
            assertThat(site.browser().with(Site.COOKIE, token).get("/shop/").body())
                    .isEqualTo(stored.publicId() + " true false true");
            assertThat(site.browser()
                            .with(Site.COOKIE, "garbage")
                            .get("/shop/" + MARK + token)
                            .body())
                    .isEqualTo(stored.publicId() + " false true true");
            assertThat(site.browser().get("/shop/" + MARK + "other.node1").body())
                    .isEqualTo("other false true false");
        }

        @Test
        void textThatIsNoTokenCostsNothing() {
            greetsByName(site);
            for (String text : List.of("", "garbage", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%2A")) {
                assertThat(site.browser().get("/shop/" + MARK + text).body()).isEqualTo("stranger");
            }
            assertThat(site.store().commands()).isEmpty();
        }
    }

    @Test
    void sessionsOfTlsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tracking.of(List.of(SessionTrackingMode.SSL)))
                .withMessageContaining("COOKIE");
    }
}
