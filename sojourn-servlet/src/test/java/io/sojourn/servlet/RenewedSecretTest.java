package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.LimitPolicy;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Secrets that are replaced for their age, and sign-ins that are refused: which cookie the client gets. */
class RenewedSecretTest {

    @RegisterExtension
    static final Site site = new Site()
            .settings(settings -> settings.renewal(Duration.ofMinutes(15))
                    .maxSessionsPerPrincipal(1)
                    .whenLimitReached(LimitPolicy.REFUSE_NEW));

    @Test
    void oldSecretIsReplacedByARequestThatOnlyReads() {
        Session stored = site.stored("user", "ada");
        Browser browser = site.browser().with(Site.COOKIE, stored.token().reveal());
        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("user")));
        assertThat(browser.get("/").cookies()).isEmpty();
        site.pass(Duration.ofMinutes(15));
        assertThat(browser.get("/").cookies()).hasSize(1);
        assertThat(browser.get("/").cookies()).isEmpty();
        assertThat(browser.get("/").body()).isEqualTo("ada");
    }

    @Test
    void renewalIsPutOffWhenTheClientCannotBeTold() {
        Session stored = site.stored("user", "ada");
        Browser browser = site.browser().with(Site.COOKIE, stored.token().reveal());
        site.pass(Duration.ofMinutes(15));
        site.on("/", (request, response) -> {
            response.flushBuffer();
            request.getSession().setAttribute("more", 1);
        });
        assertThat(browser.get("/").cookies()).isEmpty();
        assertThat(site.manager().find(stored.token()).orElseThrow().names()).contains("more");
    }

    @Test
    void refusedSignInLeavesTheClientItsCookie() {
        site.on("/login", (request, response) -> SojournFilter.signIn(request, "ada"));
        Browser first = site.browser();
        assertThat(first.get("/login").cookies()).hasSize(1);
        Session stored = site.stored("cart", "tea");
        Browser second = site.browser().with(Site.COOKIE, stored.token().reveal());
        assertThat(second.get("/login").cookies()).isEmpty();
        assertThat(site.manager().find(stored.token()).orElseThrow().principal())
                .isEmpty();
        site.on("/login", (request, response) -> {
            SojournFilter.signIn(request, "ada");
            assertThat(SojournFilter.save(request)).isEqualTo(SaveOutcome.LIMIT_REACHED);
        });
        assertThat(second.get("/login").cookies()).isEmpty();
    }
}
