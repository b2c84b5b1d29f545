package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Handler;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cookie with a max age lasts for as long as its session is in use. */
@Tag("slow")
class SlidingCookieTest {

    private static final Duration MAX_AGE = Duration.ofMinutes(30);

    @RegisterExtension
    static final Site site = new Site()
            .filter(manager -> SojournFilter.builder(manager)
                    .cookie(SessionCookie.builder()
                            .name(Site.COOKIE)
                            .maxAge(MAX_AGE)
                            .build())
                    .build());

    private static final Handler READS =
            (request, response) -> assertThat(request.getSession(false)).isNotNull();

    private static final Handler CHANGES = (request, response) -> request.getSession()
            .setAttribute("n", (int) Objects.requireNonNull(request.getSession().getAttribute("n")) + 1);

    private static List<Integer> sentWith(Handler page, Duration pause, int requests) {
        site.on("/", page);
        Browser browser = site.visitor("n", 1);
        return IntStream.rangeClosed(1, requests)
                .filter(i -> {
                    site.pass(pause);
                    return !browser.get("/").cookies().isEmpty();
                })
                .boxed()
                .toList();
    }

    @Test
    void cookieIsSentAgainWithTheSameToken() {
        Session stored = site.stored("n", 1);
        site.on("/", READS);
        site.pass(Duration.ofMinutes(5));
        assertThat(site.browser()
                        .with(Site.COOKIE, stored.token().reveal())
                        .get("/")
                        .cookies())
                .containsExactly("JSESSIONID=" + stored.token().reveal() + "; Path=/; Max-Age=1800; "
                        + site.expires(Duration.ofMinutes(30)) + "; HttpOnly; SameSite=Lax");
    }

    @Test
    void cookieIsSentAgainOnceInATouchIntervalWhileTheSessionIsRead() {
        assertThat(sentWith(READS, Duration.ofSeconds(20), 9)).containsExactly(3, 6, 9);
    }

    @Test
    void cookieIsSentAgainOnceInATouchIntervalWhileTheSessionIsChanged() {
        assertThat(sentWith(CHANGES, Duration.ofSeconds(20), 9)).hasSize(3);
    }

    @Test
    void cookieIsSentAgainAtOnceAfterALongerPause() {
        assertThat(sentWith(READS, Duration.ofMinutes(10), 2)).containsExactly(1, 2);
    }

    @Test
    void cookieOfARequestThatDoesNotAskForItsSessionIsLeftAlone() {
        assertThat(sentWith((request, response) -> {}, Duration.ofMinutes(5), 2))
                .isEmpty();
    }

    @Test
    void cookieThatIsClearedIsNotSentAgain() {
        site.on("/", (request, response) -> request.getSession().invalidate());
        Browser browser = site.visitor("n", 1);
        site.pass(Duration.ofMinutes(5));
        assertThat(browser.get("/").cookies()).singleElement().asString().contains("; Max-Age=0;");
    }

    @Test
    void ofTheCookiesMaxAgeAndTheLifeOfASessionThatIsRememberedTheLongerCounts() {
        site.on("/short", (request, response) -> remember(request, Duration.ofMinutes(5)));
        site.on("/long", (request, response) -> remember(request, Duration.ofDays(14)));
        assertThat(site.browser().get("/short").cookies())
                .singleElement()
                .asString()
                .contains("; Max-Age=1800;");
        assertThat(site.browser().get("/long").cookies())
                .singleElement()
                .asString()
                .contains("; Max-Age=1209600;");
    }

    private static void remember(HttpServletRequest request, Duration idle) {
        SojournFilter.signIn(request, "ada");
        SojournFilter.session(request).orElseThrow().remember(idle, Duration.ZERO);
    }
}
