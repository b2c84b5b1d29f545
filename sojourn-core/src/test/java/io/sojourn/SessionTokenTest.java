package io.sojourn;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionTokenTest {

    private final SessionId id = SessionId.random(new SecureRandom());
    private final SessionToken token = SessionToken.random(id, new SecureRandom());
    private final String text = token.reveal();
    private final String secret = text.substring(22);

    @Test
    void isAnIdAndASecret() {
        assertThat(text)
                .matches("[A-Za-z0-9_-]{46}")
                .hasSize(SessionToken.LENGTH)
                .startsWith(id.toString());
        assertThat(SessionToken.LENGTH).isEqualTo(46);
        assertThat(SessionToken.SECRET_BYTES * 8).isGreaterThanOrEqualTo(128);
        assertThat(SessionId.BYTES * 8).isEqualTo(128);
    }

    @Test
    void isReadAsItWasWritten() {
        SessionToken read = SessionToken.parse(text).orElseThrow();
        assertThat(read).isEqualTo(token).hasSameHashCodeAs(token);
        assertThat(read.id()).isEqualTo(id);
        assertThat(read.reveal()).isEqualTo(text);
        assertThat(read.verifier()).isEqualTo(token.verifier());
    }

    @Test
    void itsVerifierIsSha256OfTheSecretsBytes() throws NoSuchAlgorithmException {
        byte[] secret = Base64.getUrlDecoder().decode(text.substring(22));
        assertThat(token.verifier())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(secret));
    }

    @Test
    void anyOtherCharacterInAnyPlaceMakesAnotherTokenOrNone() {
        for (int at = 0; at < text.length(); at++) {
            for (int c = 0; c < 0x180; c++) {
                if (c != text.charAt(at)) {
                    assertIsNotThisToken(text.substring(0, at) + (char) c + text.substring(at + 1));
                }
            }
        }
    }

    @Test
    void anyOtherBitInAnyPlaceMakesAnotherTokenOrNone() {
        for (int at = 0; at < text.length(); at++) {
            for (int bit = 0; bit < Character.SIZE; bit++) {
                char flipped = (char) (text.charAt(at) ^ (1 << bit));
                assertIsNotThisToken(text.substring(0, at) + flipped + text.substring(at + 1));
            }
        }
    }

    /** Neither the same bytes in a second spelling, nor a token that opens the same session. */
    private void assertIsNotThisToken(String other) {
        Optional<SessionToken> read = SessionToken.parse(other);
        assertThat(read).isNotEqualTo(Optional.of(token));
        read.filter(it -> it.id().equals(id))
                .ifPresent(it -> assertThat(it.verifier()).isNotEqualTo(token.verifier()));
    }

    @Test
    void onlyTheOneSpellingOfAnIdIsRead() {
        // Of the last of 22 characters only the upper two bits belong to the 128.
        String known = "A".repeat(21);
        int read = 0;
        for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".toCharArray()) {
            boolean canonical = "AQgw".indexOf(c) >= 0;
            assertThat(SessionId.parse(known + c).isPresent())
                    .as("an id that ends in %s", c)
                    .isEqualTo(canonical);
            assertThat(SessionToken.parse(known + c + "x".repeat(24)).isPresent())
                    .isEqualTo(canonical);
            read += canonical ? 1 : 0;
        }
        assertThat(read).isEqualTo(4);
    }

    @Test
    void aTextOfAnyOtherShapeIsRefused() {
        String[] others = {
            "",
            ".",
            text.substring(1),
            text.substring(0, 45),
            text + "A",
            text + "=",
            text + " ",
            " " + text,
            "\"" + text + "\"",
            text + text,
            id + ":" + secret,
            id + ".." + secret,
            "." + text,
            id.toString(),
            id + ".",
            id + "A".repeat(23) + "=",
            id + "A".repeat(23) + "+",
            id + "A".repeat(23) + "/",
            id + "A".repeat(23) + "\u0410",
            id + "." + "A".repeat(23),
            id + "." + "A".repeat(23) + "=",
            id + "." + secret + "A",
            text.substring(0, 45) + ".node1",
            text.substring(0, 30) + "." + text.substring(30),
            "../../etc/passwd".repeat(3).substring(0, 46),
            "*".repeat(46),
            "*".repeat(47),
            "x".repeat(1_000_000)
        };
        for (String other : others) {
            assertThat(SessionToken.parse(other))
                    .as(other.length() > 100 ? "a long text" : other)
                    .isEmpty();
        }
    }

    @Test
    void theShapeAloneDoesNotMakeAKnownToken() {
        assertThat(SessionToken.parse("A".repeat(46))).isPresent();
        assertThat(SessionToken.parse("A".repeat(22) + "_".repeat(24))).isPresent();
    }

    @Test
    void olderFormWithADotIsTheSameToken() {
        SessionToken older = SessionToken.parse(id + "." + secret).orElseThrow();
        assertThat(older).isEqualTo(token).hasSameHashCodeAs(token);
        assertThat(older.verifier()).isEqualTo(token.verifier());
        assertThat(older.reveal()).isEqualTo(text);
    }

    @Test
    void routeOfALoadBalancerIsIgnoredAndNeverGivenBack() {
        for (String whole : List.of(text, id + "." + secret)) {
            for (String route : List.of("n", "node1", "worker_2", "a-b", "R".repeat(64), text)) {
                SessionToken routed = SessionToken.parse(whole + "." + route).orElseThrow();
                assertThat(routed).isEqualTo(token);
                assertThat(routed.reveal()).isEqualTo(text);
                assertThat(routed.verifier()).isEqualTo(token.verifier());
            }
            for (String none : List.of("", "R".repeat(65), "a.b", "a b", "n\u00f6", "*", "a!", "~a", "a\n")) {
                assertThat(SessionToken.parse(whole + "." + none)).as(none).isEmpty();
            }
        }
    }

    @Test
    void tokensDifferInIdAndInSecret() {
        SessionToken other = SessionToken.random(id, new SecureRandom());
        assertThat(other).isNotEqualTo(token);
        assertThat(other.verifier()).isNotEqualTo(token.verifier());
        assertThat(token).isNotEqualTo(text);
        Set<SessionToken> all = new HashSet<>();
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < 1_000; i++) {
            all.add(SessionToken.random(SessionId.random(random), random));
        }
        assertThat(all).hasSize(1_000);
    }

    @Test
    void everyBitOfAnIdAndASecretIsRandom() {
        Random random = new Random(1);
        byte[] idOnes = new byte[SessionId.BYTES];
        byte[] secretOnes = new byte[SessionToken.SECRET_BYTES];
        byte[] idZeros = new byte[SessionId.BYTES];
        byte[] secretZeros = new byte[SessionToken.SECRET_BYTES];
        for (int i = 0; i < 100; i++) {
            String each = SessionToken.random(SessionId.random(random), random).reveal();
            collect(each.substring(0, 22), idOnes, idZeros);
            collect(each.substring(22), secretOnes, secretZeros);
        }
        for (byte[] bits : new byte[][] {idOnes, secretOnes, idZeros, secretZeros}) {
            assertThat(bits).containsOnly(0xff);
        }
    }

    private static void collect(String text, byte[] ones, byte[] zeros) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        for (int i = 0; i < bytes.length; i++) {
            ones[i] |= bytes[i];
            zeros[i] |= (byte) ~bytes[i];
        }
    }

    @Test
    void itsTextHidesTheSecret() {
        assertThat(token).hasToString(id + ".***");
        assertThat("" + Optional.of(token) + Set.of(token)).doesNotContain(text.substring(22));
    }
}
