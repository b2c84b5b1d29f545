package io.sojourn.servlet.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An answer does not tell why a cookie opened nothing: byte for byte the same, for the same number of commands. */
class AnswersTellNothingTest {

    private static final Set<String> REPLACED = Set.of("replaced long ago", "superseded");
    private static final String UNKNOWN = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    @RegisterExtension
    static final Bank bank = new Bank();

    private final Map<String, String> cookies = new LinkedHashMap<>();

    @BeforeEach
    void collectCookies() {
        Site site = bank.site();
        cookies.put("past its deadline", site.stored("a", 1).token().reveal());
        site.pass(Duration.ofHours(24));
        Session replaced = site.stored("a", 1);
        cookies.put("replaced long ago", replaced.token().reveal());
        replaced.rotate();
        site.manager().save(replaced);
        site.pass(Duration.ofMinutes(1));
        Session revoked = site.stored("a", 1);
        cookies.put("revoked", revoked.token().reveal());
        site.manager().revoke(revoked.id());
        Session unreadable = site.stored("a", 1);
        cookies.put("unreadable", unreadable.token().reveal());
        bank.probe().call("HSET", "sojourn:" + unreadable.id(), "r", "garbage");
        Session damaged = site.stored("a", 1);
        cookies.put("something else", damaged.token().reveal());
        bank.probe().call("DEL", "sojourn:" + damaged.id());
        bank.probe().call("SET", "sojourn:" + damaged.id(), "garbage");
        cookies.put("wrong secret", Bank.token(bank.signedIn("ada")).substring(0, 22) + "A".repeat(24));
        cookies.put("unknown", UNKNOWN);
        site.pass(Duration.ofMinutes(2)); // As long as the index keeps those that were just revoked.
    }

    private String superseded() {
        Browser victim = bank.site().browser();
        victim.get("/note");
        String old = Bank.token(victim);
        victim.get("/in?user=ada");
        return old;
    }

    private void assertAlike(String page, Map<String, String> cookies, UnaryOperator<String> mask, String... commands) {
        String known = mask.apply(bank.answer(page, "Cookie: JSESSIONID=" + UNKNOWN));
        assertThat(known).startsWith("HTTP/1.1 200");
        cookies.forEach((why, cookie) -> {
            bank.site().store().forget();
            String answer = mask.apply(bank.answer(page, "Cookie: JSESSIONID=" + cookie));
            assertThat(answer).as(why).isEqualTo(known);
            assertThat(bank.site().store().commands()).as(why).containsExactlyElementsOf(expected(why, commands));
        });
    }

    /**
     * A secret that was right once and was replaced costs a load more, for what its client may have stored in the meantime (a login
     * form's CSRF token). How long the answer takes may so tell the client that its own secret was replaced, and nothing else.
     */
    private static List<String> expected(String why, String... commands) {
        List<String> expected = new ArrayList<>(List.of(commands));
        if (REPLACED.contains(why)) {
            expected.add(0, "load");
        }
        return expected;
    }

    @Test
    void whyATokenOpensNothingIsNotToldByAPageThatReads() {
        cookies.put("superseded", superseded());
        assertThat(cookies).hasSize(8);
        assertAlike("/who", cookies, answer -> answer, "load");
        bank.site()
                .on("/valid", (request, response) -> response.getWriter().print(request.isRequestedSessionIdValid()));
        assertAlike("/valid", cookies, answer -> answer, "load");
    }

    @Test
    void eachIsOneCommandOfTheServers() {
        cookies.put("superseded", superseded());
        cookies.remove("something else"); // Counted as one of the server's failures, too.
        cookies.forEach((why, cookie) -> {
            bank.probe().resetStats();
            bank.says(cookie);
            assertThat(bank.probe().commandStats())
                    .as(why)
                    .isEqualTo(Map.of("hgetall", REPLACED.contains(why) ? 2L : 1L));
        });
    }

    @Test
    void textThatIsNoTokenIsAnsweredAlikeForNoCommand() {
        Map<String, String> others = new LinkedHashMap<>();
        for (String text :
                List.of("", "garbage", UNKNOWN + "A", UNKNOWN.substring(0, 22) + "~" + UNKNOWN.substring(22), "*")) {
            others.put(text, text);
        }
        assertAlike("/who", others, answer -> answer);
        assertThat(bank.answer("/who")).isEqualTo(bank.answer("/who", "Cookie: JSESSIONID=" + UNKNOWN));
    }

    private static String maskToken(String answer) {
        return answer.replaceFirst("JSESSIONID=[\\w-]{46};", "JSESSIONID=(new);");
    }

    @Test
    void whyATokenOpensNothingIsNotToldByAPageThatMakesASession() {
        assertAlike("/note", cookies, AnswersTellNothingTest::maskToken, "load", "commit");
        assertAlike("/note", Map.of("garbage", "garbage"), AnswersTellNothingTest::maskToken, "commit");
    }

    /**
     * The one exception, and what it is for: a cookie that was right until a moment ago gets no new one, which would push
     * the victim's aside. So whoever had it learns that it was replaced just now.
     */
    @Test
    void cookieThatWasReplacedAMomentAgoGetsNoOtherInItsPlace() {
        String old = superseded();
        String stranger = bank.answer("/note", "Cookie: JSESSIONID=" + UNKNOWN);
        String late = bank.answer("/note", "Cookie: JSESSIONID=" + old);
        assertThat(late).isEqualTo(stranger.replaceFirst("Set-Cookie: [^\r]*\r\n", ""));
        bank.site().pass(Duration.ofSeconds(31));
        assertThat(maskToken(bank.answer("/note", "Cookie: JSESSIONID=" + old))).isEqualTo(maskToken(stranger));
    }
}
