package io.sojourn.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sojourn.SessionToken;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** A client's text is a token in exactly one spelling, or none. */
class TokenFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void token(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        Optional<SessionToken> token = SessionToken.parse(text);
        assertThat(token.isPresent()).isEqualTo(isToken(text));
        token.ifPresent(read -> {
            assertThat(read.reveal()).isEqualTo(text);
            assertThat(read.id().toString()).isEqualTo(text.substring(0, 22));
            assertThat(read.toString()).doesNotContain(text.substring(23));
        });
    }

    /** The same, in the words of the documentation. */
    private static boolean isToken(String text) {
        if (!text.matches("[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{24}")) {
            return false;
        }
        byte[] id = Base64.getUrlDecoder().decode(text.substring(0, 22));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id).equals(text.substring(0, 22));
    }
}
