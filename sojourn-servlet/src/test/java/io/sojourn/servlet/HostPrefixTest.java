package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How the cookie is called on requests over HTTPS, as they look behind a proxy that ends it. */
class HostPrefixTest {

    private static final String PREFIXED = "__Host-JSESSIONID";
    private static final String PLAIN = "JSESSIONID";

    private static final Filter PROXY =
            (request, response, chain) -> chain.doFilter(new Secured((HttpServletRequest) request), response);

    private static final class Secured extends HttpServletRequestWrapper {
        Secured(HttpServletRequest request) {
            super(request);
        }

        /** Or not, if the browser has asked so. */
        @Override
        public boolean isSecure() {
            return !getRequestURI().endsWith("/http");
        }
    }

    private static String cookieOf(Site site, String path) {
        site.on(path, (request, response) -> request.getSession().setAttribute("user", "ada"));
        return site.browser().get(path).cookies().get(0).replaceFirst("=[^;]*", "=…");
    }

    private static void greetsByName(Site site) {
        site.on("/", (request, response) -> {
            var session = request.getSession(false);
            response.getWriter().print(session == null ? "stranger" : session.getAttribute("user"));
        });
    }

    @Nested
    class AtTheRoot {

        @RegisterExtension
        static final Site site = new Site().outside(PROXY);

        @Test
        void cookieOfASecureRequestHasThePrefix() {
            assertThat(cookieOf(site, "/")).isEqualTo("__Host-JSESSIONID=…; Path=/; Secure; HttpOnly; SameSite=Lax");
            assertThat(site.notices()).isEmpty();
        }

        @Test
        void cookieOfAPlainRequestHasNoneAndTheLogSaysOnceWhy() {
            assertThat(cookieOf(site, "/http")).isEqualTo("JSESSIONID=…; Path=/; HttpOnly; SameSite=Lax");
            assertThat(cookieOf(site, "/http")).startsWith("JSESSIONID=");
            assertThat(site.notices())
                    .singleElement()
                    .asString()
                    .contains("JSESSIONID", "__Host-", "did not come over HTTPS");
        }

        @Test
        void sessionIsFoundAgainRotatedAndEndedUnderThatName() {
            site.on("/login", (request, response) -> {
                SojournFilter.signIn(request, "ada");
                request.getSession().setAttribute("user", "ada");
            });
            site.on("/logout", (request, response) -> request.getSession().invalidate());
            greetsByName(site);
            Browser browser = site.browser();
            browser.get("/login");
            assertThat(browser.cookie(PLAIN)).isNull();
            assertThat(browser.cookie(PREFIXED)).hasSize(46);
            assertThat(browser.get("/").body()).isEqualTo("ada");
            browser.get("/login");
            assertThat(browser.get("/").body()).isEqualTo("ada");
            browser.get("/logout");
            assertThat(browser.cookie(PREFIXED)).isNull();
        }

        @Test
        void whatANeighbouringHostHasPlantedIsNotEvenAskedFor() {
            greetsByName(site);
            String planted = site.stored("user", "mallory").token().reveal();
            String own = site.stored("user", "ada").token().reveal();
            assertThat(site.browser().with(PLAIN, planted).get("/").body()).isEqualTo("stranger");
            assertThat(site.store().commands()).isEmpty();
            assertThat(site.browser()
                            .with(PLAIN, planted)
                            .with(PREFIXED, own)
                            .get("/")
                            .body())
                    .isEqualTo("ada");
            assertThat(site.store().commands()).containsExactly("load");
        }

        @Test
        void prefixedCookieIsNotReadOnAPlainRequest() {
            greetsByName(site);
            site.on(
                    "/http",
                    (request, response) ->
                            assertThat(request.getRequestedSessionId()).isNull());
            String own = site.stored("user", "ada").token().reveal();
            assertThat(site.browser().with(PREFIXED, own).get("/http").status()).isEqualTo(200);
        }
    }

    @Nested
    class BelowAPath {

        @RegisterExtension
        static final Site site = new Site().context("/shop").outside(PROXY);

        @Test
        void cookieHasNoPrefixAndTheLogSaysWhy() {
            site.on("/", (request, response) -> request.getSession().setAttribute("user", "ada"));
            assertThat(site.browser().get("/shop/").cookies().get(0))
                    .startsWith("JSESSIONID=")
                    .endsWith("; Path=/shop; Secure; HttpOnly; SameSite=Lax");
            assertThat(site.notices()).singleElement().asString().contains("its path is /shop");
        }
    }

    @Nested
    class NamedByTheApplication {

        @RegisterExtension
        static final Site site = new Site()
                .configured(context -> context.getSessionCookieConfig().setName("shop"))
                .outside(PROXY);

        @Test
        void nameIsLeftAlone() {
            assertThat(cookieOf(site, "/")).isEqualTo("shop=…; Path=/; Secure; HttpOnly; SameSite=Lax");
            assertThat(site.notices()).isEmpty();
        }
    }

    @Nested
    class NamedByTheFilter {

        @RegisterExtension
        static final Site site = new Site()
                .filter(manager -> SojournFilter.builder(manager)
                        .cookie(SessionCookie.builder().name(PLAIN).build())
                        .build())
                .outside(PROXY);

        @Test
        void nameIsLeftAloneEvenIfItIsTheStandardOne() {
            assertThat(cookieOf(site, "/")).isEqualTo("JSESSIONID=…; Path=/; Secure; HttpOnly; SameSite=Lax");
        }
    }

    @Nested
    class Renamed {

        @RegisterExtension
        static final Site site = new Site()
                .filter(manager -> SojournFilter.builder(manager)
                        .cookie(SessionCookie.builder().alsoRead("old").build())
                        .build())
                .outside(PROXY);

        @Test
        void sessionUnderAFormerNameIsFoundAndItsTokenHandedOutUnderTheNewOne() {
            greetsByName(site);
            Session stored = site.stored("user", "ada");
            Browser browser = site.browser().with("old", stored.token().reveal());
            assertThat(browser.get("/").body()).isEqualTo("ada");
            assertThat(browser.cookie("__Host-SESSION"))
                    .isEqualTo(stored.token().reveal());
            assertThat(browser.get("/").cookies()).isEmpty();
            assertThat(site.store().commands()).containsExactly("load", "load");
        }

        @Test
        void sessionThatIsAskedForTooLateIsHandedOutWithTheNextResponse() {
            Session stored = site.stored("user", "ada");
            site.on("/late", (request, response) -> {
                response.flushBuffer();
                assertThat(request.getSession(false)).isNotNull();
            });
            greetsByName(site);
            Browser browser = site.browser().with("old", stored.token().reveal());
            assertThat(browser.get("/late").cookies()).isEmpty();
            assertThat(site.log()).isEmpty();
            assertThat(browser.get("/").cookies()).hasSize(1);
        }

        @Test
        void ownNameComesFirstAndAFormerOneIsTriedIfItOpensNothing() {
            greetsByName(site);
            String bob = site.stored("user", "bob").token().reveal();
            Session ada = site.stored("user", "ada");
            String adas = ada.token().reveal();
            assertThat(site.browser()
                            .send("/", "old=" + bob + "; __Host-SESSION=" + adas)
                            .body())
                    .isEqualTo("ada");
            site.manager().revoke(ada);
            assertThat(site.browser()
                            .send("/", "old=" + bob + "; __Host-SESSION=" + adas)
                            .body())
                    .isEqualTo("bob");
        }
    }
}
