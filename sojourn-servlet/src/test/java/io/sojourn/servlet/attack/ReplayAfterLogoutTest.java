package io.sojourn.servlet.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import io.sojourn.servlet.web.WatchedStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Somebody has the cookie of a session that its owner has ended. */
class ReplayAfterLogoutTest {

    @RegisterExtension
    static final Bank bank = new Bank();

    @RegisterExtension
    static final Site other = bank.otherNode();

    @ParameterizedTest
    @CsvSource({"load, nobody", "commit, ada with account of ada"})
    void slowRequestThatWritesAfterTheLogoutBringsNothingBack(String step, String body)
            throws InterruptedException, ExecutionException, TimeoutException {
        Bank.servePages(other);
        Browser ada = bank.signedIn("ada");
        String stolen = Bank.token(ada);
        bank.site().on("/slow", (request, response) -> {
            String who = Bank.who(request);
            if (request.getSession(false) != null) {
                request.getSession().setAttribute("note", "late");
            }
            response.getWriter().print(who);
        });
        WatchedStore.Held held = bank.site().store().hold(step);
        CompletableFuture<Reply> slow =
                CompletableFuture.supplyAsync(() -> bank.site().browser().send("/slow", Site.COOKIE + "=" + stolen));
        Awaitility.await().until(held::isReached);
        assertThat(other.browser().send("/out", Site.COOKIE + "=" + stolen).cookies())
                .singleElement()
                .asString()
                .contains("Max-Age=0");
        held.release();
        Reply late = slow.get(10, TimeUnit.SECONDS);
        assertThat(late.body()).isEqualTo(body);
        assertThat(late.cookies()).isEmpty();
        for (int i = 0; i < 3; i++) {
            assertThat(bank.says(stolen)).isEqualTo(Bank.NOBODY);
            assertThat(other.browser().send("/who", Site.COOKIE + "=" + stolen).body())
                    .isEqualTo(Bank.NOBODY);
        }
        assertThat(bank.probe().keys()).noneMatch(key -> key.contains(stolen.substring(0, 22)));
        assertThat(bank.site().manager().findByPrincipal("ada")).isEmpty();
    }

    @Test
    void whoeverStillHasTheCookieCannotSignTheNextUserOutOrReadItsSession() {
        Browser ada = bank.signedIn("ada");
        String stolen = Bank.token(ada);
        ada.get("/out");
        assertThat(ada.cookie(Site.COOKIE)).isNull();
        ada.get("/in?user=ada");
        assertThat(Bank.token(ada)).doesNotContain(stolen.substring(0, 22));
        assertThat(bank.says(stolen)).isEqualTo(Bank.NOBODY);
        bank.site().browser().with(Site.COOKIE, stolen).get("/note");
        assertThat(ada.get("/who").body()).isEqualTo("ada with account of ada");
    }

    @Test
    void cookieOfEverySessionThatWasRevokedOpensNothingAtOnceOnAnyNode() {
        Bank.servePages(other);
        String one = Bank.token(bank.signedIn("ada"));
        String two = Bank.token(bank.signedIn("ada"));
        assertThat(other.manager().revokeAll("ada")).isEqualTo(2);
        for (String stolen : new String[] {one, two}) {
            assertThat(bank.says(stolen)).isEqualTo(Bank.NOBODY);
            assertThat(other.browser().send("/who", Site.COOKIE + "=" + stolen).body())
                    .isEqualTo(Bank.NOBODY);
        }
    }
}
