package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.core.session.SessionInformation;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.security.core.userdetails.UserDetailsService;

/** Spring Security's {@code maximumSessions(n)} on two nodes. */
@ExtendWith(OutputCaptureExtension.class)
class ConcurrentSessionsTest {

    @Test
    void oldestSessionEndsOnEveryNodeWhenThereAreTooMany() {
        try (Nodes nodes = Nodes.start("test.maximum-sessions=2")) {
            Browser first = nodes.browser();
            first.signIn("ada", "secret");
            Browser second = nodes.browser();
            second.signIn("ada", "secret");
            Browser third = nodes.browser();
            third.signIn("ada", "secret");
            assertThat(first.get("/private").location()).endsWith("/login");
            assertThat(first.get("/private").location()).endsWith("/login");
            assertThat(second.get("/private").body()).isEqualTo("hello ada");
            assertThat(third.get("/private").body()).isEqualTo("hello ada");
            Browser ofAnotherUser = nodes.browser();
            ofAnotherUser.signIn("bob", "secret");
            assertThat(third.get("/private").body()).isEqualTo("hello ada");
        }
    }

    @Test
    void signInAgainInTheSameSessionTakesNoFurtherPlace() {
        try (Nodes nodes = Nodes.start("test.maximum-sessions=1")) {
            Browser browser = nodes.browser();
            browser.signIn("ada", "secret");
            browser.signIn("ada", "secret");
            assertThat(browser.get("/private").body()).isEqualTo("hello ada");
            assertThat(nodes.one().sessions().findByPrincipal("ada")).hasSize(1);
        }
    }

    @Test
    void newSignInIsRefusedUntilAnotherSessionEnds() {
        try (Nodes nodes = Nodes.start("test.maximum-sessions=1", "test.prevents-login=true")) {
            Browser first = nodes.browser();
            first.signIn("ada", "secret");
            Browser second = nodes.browser();
            second.signIn("ada", "secret");
            assertThat(second.get("/public/last-error").body()).contains("Maximum sessions of 1");
            assertThat(second.get("/private").location()).endsWith("/login");
            assertThat(first.get("/private").body()).isEqualTo("hello ada");
            first.submit("/logout");
            second.signIn("ada", "secret");
            assertThat(second.get("/private").body()).isEqualTo("hello ada");
        }
    }

    /** The limit of Sojourn, which is exact, says so in the way of Spring Security. */
    @Test
    void signInOverSojournsLimitIsRefusedWithAnErrorToShow(CapturedOutput output) {
        try (Nodes nodes =
                Nodes.start("sojourn.max-sessions-per-principal=1", "sojourn.when-limit-reached=refuse-new")) {
            Browser first = nodes.browser();
            first.signIn("ada", "secret");
            Browser second = nodes.browser();
            second.signIn("ada", "secret");
            assertThat(second.get("/public/last-error").body()).contains("Maximum sessions of 1");
            assertThat(second.get("/private").location()).endsWith("/login");
            assertThat(first.get("/private").body()).isEqualTo("hello ada");
            assertThat(output.toString().lines())
                    .filteredOn(line -> line.contains("sojourn.max-sessions-per-principal"))
                    .singleElement()
                    .satisfies(line -> assertThat(line).doesNotContain("ada"));
            first.submit("/logout");
            second.signIn("ada", "secret");
            assertThat(second.get("/private").body()).isEqualTo("hello ada");
        }
    }

    /** As with Spring Security's own registry, once; then the visitor is nobody in particular. */
    @Test
    void visitorWhoseSessionWasEndedIsSentToTheExpiredUrl() {
        try (Nodes nodes =
                Nodes.start("test.maximum-sessions=2", "test.expired-url=/public/plain", "sojourn.end-events=true")) {
            Browser first = nodes.browser();
            first.signIn("ada", "secret");
            Browser second = nodes.browser();
            second.signIn("ada", "secret");
            Browser third = nodes.browser();
            third.signIn("ada", "secret");
            assertSentToExpiredUrl(nodes, first);
            assertThat(second.get("/private").body()).isEqualTo("hello ada");

            SessionRegistry registry = nodes.two().bean(SessionRegistry.class);
            Browser ofBob = nodes.browser();
            ofBob.signIn("bob", "secret");
            registry.getAllSessions("bob", false).get(0).expireNow();
            assertSentToExpiredUrl(nodes, ofBob);

            nodes.one().sessions().revokeAll("ada");
            assertSentToExpiredUrl(nodes, second);
        }
    }

    @Test
    void visitorWhoHasSignedOutIsNotSentToTheExpiredUrl() {
        try (Nodes nodes =
                Nodes.start("test.maximum-sessions=2", "test.expired-url=/public/plain", "sojourn.end-events=true")) {
            Browser browser = nodes.browser();
            browser.signIn("ada", "secret");
            Browser copy = browser.copy();
            browser.submit("/logout");
            assertThat(copy.get("/private").location()).endsWith("/login");
        }
    }

    /** As with a cookie that somebody has planted where the answer cannot remove it. */
    @Test
    void visitorWhoseCookieOfAnEndedSessionStaysIsToldOnceByEachNodeAndCanSignIn() {
        try (Nodes nodes =
                Nodes.start("test.maximum-sessions=2", "test.expired-url=/public/plain", "sojourn.end-events=true")) {
            Browser browser = nodes.browser();
            browser.signIn("ada", "secret");
            Map<String, String> kept = Map.copyOf(browser.cookies());
            nodes.one().sessions().revokeAll("ada");
            awaitNoteOfEnd(nodes, browser);
            List<String> told = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                browser.cookies().putAll(kept);
                told.add(browser.get("/private").location());
            }
            assertThat(told.subList(0, 2)).allMatch(location -> location.endsWith("/public/plain"));
            assertThat(told.subList(2, 6)).allMatch(location -> location.endsWith("/login"));
            browser.cookies().putAll(kept);
            assertThat(browser.get("/login").status()).isEqualTo(200);
        }
    }

    /** The node that ends a session notes it a moment later, when it has told its listeners. */
    private static void awaitNoteOfEnd(Nodes nodes, Browser browser) {
        SessionToken token = SessionToken.parse(
                        Objects.requireNonNull(browser.cookies().get("SESSION")))
                .orElseThrow();
        Awaitility.await().until(() -> nodes.one().sessions().ended(token).isPresent());
    }

    private static void assertSentToExpiredUrl(Nodes nodes, Browser browser) {
        awaitNoteOfEnd(nodes, browser);
        Browser.Page page = browser.get("/private");
        assertThat(page.status()).isEqualTo(302);
        assertThat(page.location()).endsWith("/public/plain");
        assertThat(browser.browse(page.location()).body()).isEqualTo("plain");
        assertThat(browser.get("/private").location()).endsWith("/login");
    }

    @Test
    void administratorListsAndExpiresSessionsOfAUser() {
        try (Nodes nodes = Nodes.start()) {
            Browser browser = nodes.browser();
            browser.signIn("ada", "secret");
            SessionRegistry registry = nodes.two().bean(SessionRegistry.class);
            Object ada = nodes.two().bean(UserDetailsService.class).loadUserByUsername("ada");
            List<SessionInformation> sessions = registry.getAllSessions(ada, false);
            assertThat(sessions).hasSize(1);
            sessions.get(0).expireNow();
            assertThat(registry.getAllSessions("ada", false)).isEmpty();
            assertThat(browser.get("/private").location()).endsWith("/login");
        }
    }
}
