package io.sojourn.servlet.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Browser;
import io.sojourn.testkit.RedisMonitor;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody writes into Redis. Whoever then asks sees that session or none, and no failure; encrypted, none at all. */
abstract class WrittenRecordTest {

    private static final String LARGE = "lorem ipsum ".repeat(8);

    private final Bank bank;
    private final boolean isEncrypted;

    private String ada = "";
    private String eve = "";

    WrittenRecordTest(Bank bank, boolean isEncrypted) {
        this.bank = bank;
        this.isEncrypted = isEncrypted;
    }

    @BeforeEach
    void twoAreSignedIn() {
        bank.site()
                .on(
                        "/large",
                        (request, response) ->
                                request.getSession().setAttribute("large", LARGE + request.getParameter("user")));
        bank.site().on("/all", (request, response) -> {
            response.getWriter().print(Bank.who(request));
            if (request.getSession(false) != null) {
                response.getWriter().print(" and " + request.getSession().getAttribute("large"));
            }
        });
        ada = signedIn("ada");
        eve = signedIn("eve");
        assertThat(says(ada)).isEqualTo("ada with account of ada and " + LARGE + "ada");
    }

    private String signedIn(String user) {
        Browser browser = bank.signedIn(user);
        browser.get("/large?user=" + user);
        return Bank.token(browser);
    }

    private static String key(String token) {
        return "sojourn:" + token.substring(0, 22);
    }

    private void write(String token, String field, byte[] value) {
        bank.probe().callBytes("HSET".getBytes(UTF_8), key(token).getBytes(UTF_8), field.getBytes(UTF_8), value);
    }

    /** What the page says to this token's owner, who must never see a failure, or the other one's session. */
    private String says(String token) {
        String answer = bank.answer("/all", "Cookie: JSESSIONID=" + token);
        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(answer.split("\r\n\r\n", 2)[0]).doesNotContainIgnoringCase("Set-Cookie");
        return answer.split("\r\n\r\n", 2)[1];
    }

    @Test
    void everyFlippedBitOfEveryFieldGivesTheSessionOrNone() {
        Map<String, byte[]> fields = bank.probe().hash(key(ada));
        assertThat(fields).hasSizeBetween(4, 5).containsKeys("v", "t", "r");
        int opened = 0;
        int bits = 0;
        try (RedisMonitor monitor = bank.monitor()) {
            for (Map.Entry<String, byte[]> field : fields.entrySet()) {
                byte[] whole = field.getValue();
                for (int bit = 0; bit < whole.length * 8; bit++, bits++) {
                    byte[] flipped = whole.clone();
                    flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                    write(ada, field.getKey(), flipped);
                    String said = says(ada);
                    if (!said.equals(Bank.NOBODY)) {
                        opened++;
                        assertIsStillHers(said, field.getKey());
                    }
                }
                write(ada, field.getKey(), whole);
            }
            assertThat(says(ada)).startsWith("ada ");
            assertThat(Bank.strangeKeys(monitor)).isEmpty();
        }
        assertThat(bits).isGreaterThan(1_500);
        // Of what is encrypted, only the time of the last touch is not: a digit may become another.
        assertThat(opened).isBetween(20, isEncrypted ? 13 * 8 : bits - 256);
    }

    private void assertIsStillHers(String said, String field) {
        assertThat(said).doesNotContain("eve").doesNotContain("io.sojourn");
        if (isEncrypted) {
            assertThat(field).isEqualTo("t");
            assertThat(said).startsWith("ada with account of ada and lorem");
        }
    }

    @Test
    void ownTokenDoesNotOpenTheRecordOfAnother() {
        write(ada, "r", Objects.requireNonNull(bank.probe().hash(key(eve)).get("r")));
        assertThat(says(ada)).isEqualTo(Bank.NOBODY);
        assertThat(says(eve)).startsWith("eve ");
    }

    @Test
    void ownTokenDoesNotOpenTheWholeHashOfAnother() {
        bank.probe().call("RENAME", key(eve), key(ada));
        assertThat(says(ada)).isEqualTo(Bank.NOBODY);
        assertThat(says(eve)).isEqualTo(Bank.NOBODY);
        // Not even if the secret is known: encrypted, a record is bound to its key.
        String moved = ada.substring(0, 22) + eve.substring(22);
        assertThat(says(moved)).startsWith(isEncrypted ? Bank.NOBODY : "eve ");
    }

    @Test
    void fieldOfAnotherSessionIsShownInPlaintextAlone() {
        String field = bank.probe().hash(key(eve)).keySet().stream()
                .filter(name -> name.length() > 1)
                .findFirst()
                .orElseThrow();
        write(ada, field, Objects.requireNonNull(bank.probe().hash(key(eve)).get(field)));
        assertThat(says(ada)).isEqualTo(isEncrypted ? Bank.NOBODY : "ada with account of ada and " + LARGE + "eve");
    }

    @Test
    void fieldInThePlaceOfAnotherGivesTheSessionOrNone() {
        Map<String, byte[]> fields = bank.probe().hash(key(ada));
        fields.forEach((one, whole) -> {
            fields.forEach((other, misplaced) -> {
                write(ada, one, misplaced);
                boolean isAttribute = one.startsWith("a:");
                assertThat(says(ada))
                        .matches(isAttribute || one.equals(other) ? "ada with account of ada.*" : Bank.NOBODY);
            });
            write(ada, one, whole);
        });
    }

    @Test
    void fieldThatIsCutOffEmptyOrEndlessGivesTheSessionOrNone() {
        bank.probe().hash(key(ada)).forEach((name, whole) -> {
            for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1, whole.length + 1, 3_000_000}) {
                write(ada, name, Arrays.copyOf(whole, length));
                assertThat(says(ada)).matches("(?s)nobody|ada with account of ada.*");
            }
            write(ada, name, whole);
        });
    }

    @Test
    void noFailureQuotesWhatWasStored() {
        bank.probe().hash(key(ada)).forEach((name, whole) -> {
            write(ada, name, "hunter2 io.sojourn.Trap".getBytes(ISO_8859_1));
            assertThat(says(ada)).doesNotContain("hunter2");
            write(ada, name, whole);
        });
        assertThat(bank.site().log()).noneMatch(line -> line.contains("hunter2"));
    }
}
