package io.sojourn.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sojourn.SessionToken;
import io.sojourn.http.ReceivedCookie;
import io.sojourn.http.SessionCookie;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** A {@code Cookie} header gives a few tokens that stand in it, and no part of it gets into an answer unchecked. */
class CookieFuzzTest {

    private static final SessionCookie COOKIE =
            SessionCookie.builder().alsoRead("SID").build();

    @FuzzTest(maxDuration = "1m")
    void cookieHeader(byte[] input) {
        String header = new String(input, StandardCharsets.ISO_8859_1);
        for (boolean secure : new boolean[] {false, true}) {
            ReceivedCookie received = COOKIE.read(header, secure);
            List<SessionToken> tokens = received.tokens();
            assertThat(tokens)
                    .hasSizeLessThanOrEqualTo(SessionCookie.MAX_CANDIDATES)
                    .doesNotHaveDuplicates();
            received.firstText().ifPresent(text -> {
                assertThat(header).contains(text);
                assertThat(text).doesNotContain(";");
            });
            for (SessionToken token : tokens) {
                assertThat(header).contains(token.id().toString());
                assertThat(COOKIE.set(token, secure, Instant.EPOCH))
                        .matches((secure ? "__Host-" : "") + "SESSION=[A-Za-z0-9_-]{46}; Path=/;"
                                + (secure ? " Secure;" : "") + " HttpOnly; SameSite=Lax");
            }
        }
    }
}
