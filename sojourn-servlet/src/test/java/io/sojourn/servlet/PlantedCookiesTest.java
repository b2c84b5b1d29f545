package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More session cookies than are tried: a neighbouring host plants them, so that the visitor's own comes too late. */
class PlantedCookiesTest {

    private static final RedisServer redis = RedisServers.start();

    @RegisterExtension
    static final Site one = new Site(Site.patientStore(redis.uri()));

    @RegisterExtension
    static final Site two = new Site(Site.patientStore(redis.uri()));

    private final RedisProbe probe = redis.probe();

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void servePages() {
        probe.call("FLUSHDB");
        for (Site site : List.of(one, two)) {
            site.on("/write", (request, response) -> request.getSession().setAttribute("written", 1));
            site.on("/empty", (request, response) -> request.getSession());
            site.on("/end", (request, response) -> {
                request.getSession().setAttribute("written", 1);
                request.getSession().invalidate();
            });
            site.on("/in", (request, response) -> SojournFilter.signIn(request, "ada"));
            site.on(
                    "/who",
                    (request, response) -> response.getWriter()
                            .print(SojournFilter.session(request)
                                    .flatMap(Session::principal)
                                    .orElse("nobody")));
        }
    }

    private static String planted(int number) {
        return IntStream.range(0, number)
                .mapToObj(
                        i -> Site.COOKIE + "=" + one.manager().create().token().reveal())
                .collect(Collectors.joining("; "));
    }

    private static String signedIn() {
        Browser browser = one.browser();
        browser.get("/in");
        return Site.COOKIE + "=" + browser.cookie(Site.COOKIE);
    }

    @Test
    void goodCookieBehindTooManyIsNeverOverwrittenOrCleared() {
        String good = signedIn();
        String header = planted(4) + "; " + good;
        int keys = probe.keys().size();
        for (Site site : List.of(one, two)) {
            for (String page : List.of("/write", "/empty", "/end", "/who", "/write")) {
                assertThat(site.browser().send(page, header).cookies()).as(page).isEmpty();
            }
        }
        assertThat(probe.keys()).hasSize(keys);
        assertThat(two.browser().send("/who", good).body()).isEqualTo("ada");
    }

    @Test
    void itIsSaidOnceInTheLog() {
        // One site for a class: the first test may have made it say so already.
        String header = planted(6);
        one.browser().send("/write", header);
        long said = said();
        one.browser().send("/write", header);
        assertThat(said()).isEqualTo(said).isLessThanOrEqualTo(1);
        assertThat(one.log()).noneMatch(line -> line.contains(header.substring(header.length() - 20)));
    }

    private static long said() {
        return one.log().stream()
                .filter(line -> line.contains("more than 4 session cookies"))
                .count();
    }

    @Test
    void pageThatRedirectsToBeRidOfABadIdIsServed() {
        one.on("/redirecting", UnknownTokenTest::redirectingFromABadId);
        Reply reply = one.browser().send("/redirecting", planted(5));
        assertThat(reply.body()).isEqualTo("welcome");
        assertThat(reply.cookies()).isEmpty();
    }

    @Test
    void aSignInBehindTooManyCookiesMakesASession() {
        Reply reply = one.browser().send("/in", planted(5));
        assertThat(reply.cookies()).hasSize(1);
        String fresh = reply.cookies().get(0).split(";", 2)[0];
        assertThat(two.browser().send("/who", fresh).body()).isEqualTo("ada");
    }

    @Test
    void asManyAsAreTriedHideNothing() {
        String good = signedIn();
        assertThat(two.browser().send("/who", planted(3) + "; " + good).body()).isEqualTo("ada");
    }

    @Test
    void plantedTextsThatAreNoTokensHideNothing() {
        String good = signedIn();
        String garbage = (Site.COOKIE + "=garbage; ").repeat(50);
        assertThat(two.browser().send("/who", garbage + good).body()).isEqualTo("ada");
    }
}
