package io.sojourn.servlet.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.SojournFilter;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The victim signs in with a cookie that the attacker knows. */
class FixationTest {

    private static final String MADE_UP_ID = "AAAAAAAAAAAAAAAAAAAAAA";
    private static final String MADE_UP = MADE_UP_ID + ".AAAAAAAAAAAAAAAAAAAAAAAA";

    @RegisterExtension
    static final Bank bank = new Bank();

    @Test
    void madeUpTokenIsNotTaken() {
        for (String page : new String[] {"/note", "/in?user=ada"}) {
            Browser victim = bank.site().browser().with(Site.COOKIE, MADE_UP);
            victim.get(page);
            assertThat(Bank.token(victim)).doesNotContain(MADE_UP_ID);
            assertThat(bank.says(MADE_UP)).isEqualTo(Bank.NOBODY);
        }
        assertThat(bank.probe().keys()).hasSize(3).noneMatch(key -> key.contains(MADE_UP_ID));
    }

    @Test
    void attackersOwnTokenOpensNothingOnceTheVictimHasSignedInWithIt() {
        Browser attacker = bank.site().browser();
        attacker.get("/note");
        Browser victim = bank.site().browser().with(Site.COOKIE, Bank.token(attacker));
        assertThat(victim.get("/in?user=ada").cookies()).hasSize(1);
        assertThat(victim.get("/who").body()).startsWith("ada ");
        assertThat(attacker.get("/who").body()).isEqualTo(Bank.NOBODY);

        // Neither does it get a new one in exchange, nor take the victim's away.
        for (String page : new String[] {"/note", "/out"}) {
            bank.site().on("/out", (request, response) -> {
                if (request.getSession(false) != null) {
                    request.getSession().invalidate();
                }
            });
            assertThat(attacker.get(page).cookies()).as(page).isEmpty();
        }
        // Who signs in gets a session, whatever cookie came along; it is not the victim's.
        assertThat(attacker.get("/in?user=mallory").cookies()).hasSize(1);
        assertThat(attacker.get("/who").body()).startsWith("mallory ");
        assertThat(victim.get("/who").body()).isEqualTo("ada with account of ada");
    }

    @Test
    void attackersTokenOfAnAccountOfItsOwnOpensNothingOnceTheVictimHasSignedInWithIt() {
        Browser attacker = bank.signedIn("mallory");
        Browser victim = bank.site().browser().with(Site.COOKIE, Bank.token(attacker));
        victim.get("/in?user=ada");
        assertThat(bank.says(Bank.token(attacker))).isEqualTo(Bank.NOBODY);
        assertThat(victim.get("/who").body()).isEqualTo("ada with account of ada");
        assertThat(bank.site().manager().findByPrincipal("mallory")).isEmpty();
    }

    @Test
    void attackersRequestThatIsUnderWayWhileTheVictimSignsInIsNotSignedIn() {
        Browser attacker = bank.site().browser();
        attacker.get("/note");
        String planted = Bank.token(attacker);
        Browser victim = bank.site().browser().with(Site.COOKIE, planted);
        bank.site().on("/slow", (request, response) -> {
            request.getSession().setAttribute("slow", 1);
            victim.get("/in?user=ada");
            response.getWriter().print(Bank.who(request));
        });
        Reply slow = attacker.get("/slow");
        assertThat(slow.body()).isEqualTo("a stranger with null");
        assertThat(slow.cookies()).isEmpty();
        assertThat(bank.says(planted)).isEqualTo(Bank.NOBODY);
    }

    @Test
    void cookieThatANeighbourPlantedBesideTheVictimsDoesNotReplaceIt() {
        Browser victim = bank.signedIn("ada");
        String own = Site.COOKIE + "=" + Bank.token(victim);
        for (String planted : new String[] {MADE_UP, "x", "", "*", "\"" + MADE_UP + "\""}) {
            String pair = Site.COOKIE + "=" + planted;
            for (String header : new String[] {pair + "; " + own, own + "; " + pair}) {
                Reply reply = victim.send("/who", header);
                assertThat(reply.body()).isEqualTo("ada with account of ada");
                assertThat(reply.cookies()).isEmpty();
            }
        }
    }

    /** Which of the two the browser sends first is up to their paths. The name that begins with __Host- cannot be planted. */
    @Test
    void ofTwoThatOpenSessionsOneIsTakenAndTheAttackersOpensNothingAfterASignIn() {
        Browser attacker = bank.signedIn("mallory");
        String planted = Bank.token(attacker);
        Browser victim = bank.signedIn("ada");
        String both = Site.COOKIE + "=" + planted + "; " + Site.COOKIE + "=" + Bank.token(victim);
        AtomicReference<String> id = new AtomicReference<>();
        bank.site().on("/again", (request, response) -> {
            SojournFilter.signIn(request, "ada");
            id.set(SojournFilter.session(request).orElseThrow().id().toString());
        });
        assertThat(victim.send("/again", both).cookies()).hasSize(1);
        assertThat(planted).startsWith(id.get());
        assertThat(bank.says(planted)).isEqualTo(Bank.NOBODY);
    }
}
