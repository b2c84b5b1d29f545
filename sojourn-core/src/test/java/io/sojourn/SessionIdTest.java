package io.sojourn;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SessionIdTest {

    @Test
    void isReadAsItWasWritten() {
        SessionId id = SessionId.random(new SecureRandom());
        assertThat(id.toString()).matches("[A-Za-z0-9_-]{21}[AQgw]");
        assertThat(SessionId.parse(id.toString())).contains(id);
        assertThat(SessionId.parse(id.toString()).orElseThrow()).hasSameHashCodeAs(id);
    }

    @Test
    void aTextThatCouldReachOutOfItsKeyIsRefused() {
        for (String other : new String[] {
            "",
            "x",
            "A".repeat(21),
            "A".repeat(23),
            "A".repeat(21) + "*",
            "A".repeat(21) + ":",
            "A".repeat(21) + "\n",
            "A".repeat(21) + "\0",
            "A".repeat(20) + "}A",
            "\u0391" + "A".repeat(21),
            "session:0123456789abcde"
        }) {
            assertThat(SessionId.parse(other)).as(other).isEmpty();
        }
    }

    @Test
    void idsThatDifferInCaseAreDifferent() {
        assertThat(SessionId.parse("A".repeat(22))).isNotEqualTo(SessionId.parse("a" + "A".repeat(21)));
    }
}
