package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import jakarta.servlet.http.HttpSession;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The container's own login by a form, which the container keeps in a session of its own. */
class FormLoginTest {

    private static final Map<String, String> ADA = Map.of("j_username", "ada", "j_password", "engine");

    private static void servePages(Site site) {
        site.on("/cart", (request, response) -> request.getSession().setAttribute("cart", "tea"));
        site.on("/login", (request, response) -> {
            HttpSession session = request.getSession();
            session.setAttribute("csrf", "token");
            response.getWriter().print("login form for " + session.getAttribute("cart"));
        });
        site.on("/private/home", (request, response) -> {
            HttpSession session = request.getSession();
            Object visits = session.getAttribute("visits");
            int count = visits == null ? 1 : (int) visits + 1;
            session.setAttribute("visits", count);
            response.getWriter()
                    .print(request.getRemoteUser() + " has " + session.getAttribute("cart") + ", visit " + count);
        });
    }

    private static void assertLoginIsKept(Site site, String ours) {
        servePages(site);
        Browser browser = site.browser();
        browser.get("/cart");
        String token = browser.cookie(ours);
        assertThat(token).isNotNull();
        Reply form = browser.follow(browser.get("/private/home"));
        assertThat(form.body()).isEqualTo("login form for tea");
        Reply home = browser.follow(browser.post("/j_security_check", ADA));
        assertThat(home.body()).isEqualTo("ada has tea, visit 1");
        for (int visit = 2; visit < 5; visit++) {
            assertThat(browser.get("/private/home").body()).isEqualTo("ada has tea, visit " + visit);
        }
        assertThat(browser.cookie(ours)).isEqualTo(token);
        assertThat(site.log()).isEmpty();
    }

    @Nested
    class WithDefaultSettings {

        @RegisterExtension
        static final Site site = new Site().formLogin();

        @Test
        void loginIsKeptAndTheSessionsDataToo() {
            assertLoginIsKept(site, Site.COOKIE);
            assertThat(site.containerSessions()).isPositive();
        }

        @Test
        void theContainersCookieHasAnotherName() {
            servePages(site);
            site.browser().get("/cart"); // Undertow starts a filter when the first request comes to it.
            Browser browser = site.browser();
            browser.follow(browser.get("/private/home"));
            assertThat(browser.cookie("CONTAINER_SESSION")).isNotNull();
            assertThat(browser.cookie(Site.COOKIE)).hasSizeGreaterThan(40);
        }
    }

    @Nested
    class OnTwoNodes {

        private static final RedisServer redis = RedisServers.start();

        @RegisterExtension
        static final Site one = new Site(Site.patientStore(redis.uri())).formLogin();

        @RegisterExtension
        static final Site two = new Site(Site.patientStore(redis.uri())).formLogin();

        @AfterAll
        static void stop() {
            redis.close();
        }

        @Test
        void theSessionsDataIsThereOnTheOtherNodeAfterTheLogin() {
            servePages(one);
            servePages(two);
            two.browser().get("/cart"); // Undertow starts a filter when the first request comes to it.
            Browser browser = one.browser();
            browser.get("/cart");
            browser.follow(browser.get("/private/home"));
            assertThat(browser.follow(browser.post("/j_security_check", ADA)).body())
                    .isEqualTo("ada has tea, visit 1");
            Browser other = two.browser().with(Site.COOKIE, Objects.requireNonNull(browser.cookie(Site.COOKIE)));
            assertThat(other.follow(other.get("/private/home")).body()).isEqualTo("login form for tea");
            assertThat(other.follow(other.post("/j_security_check", ADA)).body())
                    .isEqualTo("ada has tea, visit 2");
        }
    }

    @Nested
    class WithANameOfTheApplications {

        @RegisterExtension
        static final Site site = new Site()
                .formLogin()
                .configured(context -> context.getSessionCookieConfig().setName("shop"));

        @Test
        void ourCookieHasThatNameAndTheContainersAnother() {
            assertLoginIsKept(site, "shop");
        }
    }

    @Nested
    class WithANameThatTheFilterWasGiven {

        @RegisterExtension
        static final Site site = new Site()
                .formLogin()
                .filter(manager -> SojournFilter.builder(manager)
                        .cookie(SessionCookie.builder().name("JSESSIONID").build())
                        .build());

        @Test
        void ourCookieHasThatNameAndTheContainersAnother() {
            assertLoginIsKept(site, "JSESSIONID");
        }
    }

    @Nested
    class WithAnotherNameThanTheContainers {

        @RegisterExtension
        static final Site site = new Site()
                .formLogin()
                .filter(manager -> SojournFilter.builder(manager)
                        .cookie(SessionCookie.builder().name("id").build())
                        .build());

        @Test
        void theContainersCookieKeepsItsName() {
            assertLoginIsKept(site, "id");
            site.browser().get("/cart"); // Undertow starts a filter when the first request comes to it.
            Browser browser = site.browser();
            browser.follow(browser.get("/private/home"));
            assertThat(browser.cookie("CONTAINER_SESSION")).isNull();
            assertThat(browser.cookie("JSESSIONID")).isNotNull();
        }
    }
}
