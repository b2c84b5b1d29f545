package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.SessionCookieConfig;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The cookie is what the application's descriptor says, and safe where it says nothing. */
class CookieConfigurationTest {

    private static String cookieOf(Site site, String path) {
        site.on("/", (request, response) -> request.getSession().setAttribute("user", "ada"));
        return site.browser().get(path).cookies().get(0).replaceFirst("=[^;]*", "=…");
    }

    @Nested
    class Everything {

        @RegisterExtension
        static final Site site = new Site().context("/shop").configured(context -> {
            SessionCookieConfig config = context.getSessionCookieConfig();
            config.setName("shop");
            config.setPath("/shop/inside");
            config.setDomain("example.org");
            config.setSecure(true);
            config.setMaxAge(600);
            config.setAttribute("SameSite", "strict");
            config.setAttribute("Partitioned", "true");
            config.setAttribute("Priority", "High");
        });

        @Test
        void allThatTheContextSaysIsInTheCookie() {
            assertThat(cookieOf(site, "/shop/"))
                    .isEqualTo("shop=…; Path=/shop/inside; Domain=example.org; Max-Age=600; "
                            + site.expires(Duration.ofMinutes(10)) + "; Secure; HttpOnly; SameSite=Strict;"
                            + " Partitioned; Priority=High");
        }

        @Test
        void cookieIsReadUnderItsName() {
            site.on("/", (request, response) -> response.getWriter().print(request.getSession(false) != null));
            String token = site.stored("user", "ada").token().reveal();
            assertThat(site.browser().with("shop", token).get("/shop/").body()).isEqualTo("true");
            assertThat(site.browser().with("JSESSIONID", token).get("/shop/").body())
                    .isEqualTo("false");
        }

        @Test
        void clearingCookieHasTheSamePathAndDomain() {
            site.on("/", (request, response) -> request.getSession().invalidate());
            Browser browser = site.browser();
            String token = site.stored("user", "ada").token().reveal();
            assertThat(browser.with("shop", token).get("/shop/").cookies())
                    .containsExactly(
                            "shop=; Path=/shop/inside; Domain=example.org; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure;"
                                    + " HttpOnly; SameSite=Strict; Partitioned; Priority=High");
        }
    }

    @Nested
    class ForScripts {

        @RegisterExtension
        static final Site site = new Site()
                .configured(context -> context.getSessionCookieConfig().setHttpOnly(false));

        @Test
        void scriptsMayReadTheCookieIfTheApplicationHasSaidSo() {
            assertThat(cookieOf(site, "/")).isEqualTo("JSESSIONID=…; Path=/; SameSite=Lax");
        }
    }

    @Nested
    class Nothing {

        @RegisterExtension
        static final Site site = new Site().context("/a b");

        @Test
        void pathIsThatOfTheContextAsBrowsersSeeIt() {
            assertThat(cookieOf(site, "/a%20b/")).isEqualTo("JSESSIONID=…; Path=/a%20b; HttpOnly; SameSite=Lax");
        }
    }

    @Nested
    class OfTheHost {

        @RegisterExtension
        static final Site site = new Site().context("/shop").configured(context -> {
            SessionCookieConfig config = context.getSessionCookieConfig();
            config.setName("__Host-id");
            config.setPath("/");
            config.setSecure(true);
        });

        @Test
        void cookieWithAHostPrefixHasWhatBrowsersAskOfIt() {
            assertThat(cookieOf(site, "/shop/")).isEqualTo("__Host-id=…; Path=/; Secure; HttpOnly; SameSite=Lax");
        }
    }

    @Nested
    class OfTheFilter {

        @RegisterExtension
        static final Site site = new Site()
                .configured(context -> context.getSessionCookieConfig().setName("ignored"))
                .filter(manager -> SojournFilter.builder(manager)
                        .cookie(SessionCookie.builder()
                                .name("id")
                                .maxAge(Duration.ofDays(1))
                                .build())
                        .build());

        @Test
        void cookieOfTheFilterComesFirst() {
            assertThat(cookieOf(site, "/"))
                    .isEqualTo("id=…; Path=/; Max-Age=86400; " + site.expires(Duration.ofDays(1))
                            + "; HttpOnly; SameSite=Lax");
        }
    }

    @Nested
    class Wrong {

        private final Site site = new Site()
                .configured(context -> context.getSessionCookieConfig().setAttribute("SameSite", "sometimes"));

        @Test
        void applicationWithACookieThatCannotBeDoesNotStart() {
            assertThatThrownBy(site::open).isInstanceOf(Exception.class);
        }
    }
}
