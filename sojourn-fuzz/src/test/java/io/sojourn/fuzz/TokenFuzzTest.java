package io.sojourn.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sojourn.SessionToken;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client's text is a token in one of its spellings, or none; only one spelling is ever handed out. */
class TokenFuzzTest {

    private static final Pattern SHAPE =
            Pattern.compile("([A-Za-z0-9_-]{22})\\.?([A-Za-z0-9_-]{24})(?:\\.[A-Za-z0-9_-]{1,64})?");

    @FuzzTest(maxDuration = "1m")
    void token(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        Optional<SessionToken> token = SessionToken.parse(text);
        assertThat(token.isPresent()).isEqualTo(isToken(text));
        token.ifPresent(read -> {
            Matcher parts = SHAPE.matcher(text);
            assertThat(parts.matches()).isTrue();
            assertThat(read.reveal()).isEqualTo(parts.group(1) + parts.group(2));
            assertThat(read.id().toString()).isEqualTo(parts.group(1));
            assertThat(read.toString()).doesNotContain(parts.group(2));
            assertThat(SessionToken.parse(read.reveal())).contains(read);
        });
    }

    /** The same, in the words of the documentation. */
    private static boolean isToken(String text) {
        if (!SHAPE.matcher(text).matches()) {
            return false;
        }
        byte[] id = Base64.getUrlDecoder().decode(text.substring(0, 22));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id).equals(text.substring(0, 22));
    }
}
