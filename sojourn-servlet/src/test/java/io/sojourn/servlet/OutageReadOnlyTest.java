package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.NearCache;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Redis is down, and requests that only read go on with what was last known of their sessions. */
class OutageReadOnlyTest {

    private static final RedisServer REDIS = RedisServers.start();

    private static final RedisStore STORE = RedisStore.builder()
            .uri(REDIS.uri())
            .nearCache(NearCache.builder()
                    .maxStaleness(Duration.ofMillis(100))
                    .staleWhileDown(Duration.ofMinutes(10))
                    .build())
            .connect();

    @RegisterExtension
    static final Site site = new Site(STORE)
            .filter(manager -> SojournFilter.builder(manager)
                    .onOutage(OutagePolicy.READ_ONLY)
                    .build());

    @AfterAll
    static void stop() {
        REDIS.close();
    }

    @BeforeEach
    void pages() {
        Awaitility.await().until(() -> STORE.nearCache().orElseThrow().active());
        site.on("/read", (request, response) -> {
            var session = request.getSession(false);
            response.getWriter().print(session == null ? "nobody" : session.getAttribute("user"));
        });
        site.on("/write", (request, response) -> {
            request.getSession().setAttribute("user", "grace");
            response.getWriter().print("written");
        });
        site.on("/logout", (request, response) -> request.getSession().invalidate());
    }

    @AfterEach
    void restart() {
        REDIS.restart();
        Awaitility.await().until(() -> STORE.nearCache().orElseThrow().active());
    }

    /** Until nobody gets an answer from Redis, and copies are no longer as good as one. */
    private static void kill() {
        REDIS.kill();
        Awaitility.await().until(() -> {
            try {
                return STORE.load(SessionId.random(new SecureRandom()))
                        .thenApply(found -> false)
                        .toCompletableFuture()
                        .join();
            } catch (CompletionException e) {
                return e.getCause() instanceof StoreUnavailableException;
            }
        });
    }

    @Test
    void requestThatReadsIsServedAndOneThatWritesIsNot() {
        Browser browser = site.visitor("user", "ada");
        assertThat(browser.get("/read").body()).isEqualTo("ada");
        kill();
        for (int i = 0; i < 3; i++) {
            Reply read = browser.get("/read");
            assertThat(read.status()).isEqualTo(200);
            assertThat(read.body()).isEqualTo("ada");
            assertThat(read.cookies()).isEmpty();
            Reply write = browser.get("/write");
            assertThat(write.status()).isEqualTo(503);
            assertThat(write.header("Retry-After")).contains("1");
            assertThat(write.cookies()).isEmpty();
        }
    }

    @Test
    void visitorWithoutACopyGetsNothingThatNeedsASession() {
        Browser browser = site.visitor("user", "ada");
        kill();
        assertThat(site.browser().get("/read").body()).isEqualTo("nobody");
        assertThat(site.browser().get("/write").status()).isEqualTo(503);
        assertThat(browser.get("/read").body()).isEqualTo("ada");
    }

    @Test
    void logoutIsNotPretendedButKnownHereFromThenOn() {
        Browser browser = site.visitor("user", "ada");
        browser.get("/read");
        kill();
        Reply logout = browser.get("/logout");
        assertThat(logout.status()).isEqualTo(503);
        assertThat(logout.cookies()).isEmpty();
        assertThat(browser.get("/read").status()).isEqualTo(503);
    }

    @Test
    void sessionOfAnotherSecretIsNotShown() {
        Browser browser = site.visitor("user", "ada");
        browser.get("/read");
        kill();
        String token = String.valueOf(browser.cookie("JSESSIONID"));
        Browser thief = site.browser().with("JSESSIONID", token.substring(0, 22) + "A".repeat(token.length() - 22));
        assertThat(thief.get("/read").status()).isEqualTo(503);
    }
}
