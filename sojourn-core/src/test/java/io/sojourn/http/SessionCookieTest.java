package io.sojourn.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionToken;
import io.sojourn.http.SessionCookie.SameSite;
import io.sojourn.http.SessionCookie.Secure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionCookieTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String TEXT = "AAAAAAAAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBBBBBBBBB";
    private static final String OTHER_TEXT = "CCCCCCCCCCCCCCCCCCCCCADDDDDDDDDDDDDDDDDDDDDDDD";
    private static final SessionToken TOKEN = SessionToken.parse(TEXT).orElseThrow();
    private static final SessionToken OTHER = SessionToken.parse(OTHER_TEXT).orElseThrow();

    private final SessionCookie cookie = SessionCookie.builder().build();

    private static List<SessionToken> tokens(SessionCookie cookie, String header) {
        return cookie.read(header, false).tokens();
    }

    @Test
    void defaultsAreTheSafeOnes() {
        assertThat(cookie.set(TOKEN, true, NOW))
                .isEqualTo("__Host-SESSION=" + TEXT + "; Path=/; Secure; HttpOnly; SameSite=Lax");
        assertThat(cookie.set(TOKEN, false, NOW)).isEqualTo("SESSION=" + TEXT + "; Path=/; HttpOnly; SameSite=Lax");
        assertThat(cookie.clear(true))
                .isEqualTo(
                        "__Host-SESSION=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; SameSite=Lax");
        assertThat(cookie.name()).isEqualTo(SessionCookie.DEFAULT_NAME);
        assertThat(cookie.hostPrefix()).isEqualTo(SessionCookie.DEFAULT_HOST_PREFIX);
        assertThat(cookie.alsoRead()).isEmpty();
        assertThat(cookie.path()).isEqualTo(SessionCookie.DEFAULT_PATH);
        assertThat(cookie.domain()).isEmpty();
        assertThat(cookie.httpOnly()).isTrue();
        assertThat(cookie.secure()).isEqualTo(Secure.WHEN_REQUEST_IS);
        assertThat(cookie.sameSite()).contains(SameSite.LAX);
        assertThat(cookie.partitioned()).isFalse();
        assertThat(cookie.maxAge()).isEmpty();
    }

    @Test
    void everyPropertyIsRendered() {
        SessionCookie full = SessionCookie.builder()
                .name("id")
                .path("/shop")
                .domain("example.com")
                .httpOnly(false)
                .secure(Secure.ALWAYS)
                .sameSite(SameSite.NONE)
                .partitioned(true)
                .maxAge(Duration.ofDays(30))
                .build();
        assertThat(full.set(TOKEN, false, NOW))
                .isEqualTo(
                        "id=" + TEXT
                                + "; Path=/shop; Domain=example.com; Max-Age=2592000; Expires=Tue, 31 Mar 2026 12:00:00 GMT; Secure; SameSite=None; Partitioned");
        assertThat(full.clear(false))
                .isEqualTo(
                        "id=; Path=/shop; Domain=example.com; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; SameSite=None; Partitioned");
        assertThat(SessionCookie.builder()
                        .secure(Secure.NEVER)
                        .sameSite(SameSite.STRICT)
                        .build()
                        .set(TOKEN, true, NOW))
                .isEqualTo("SESSION=" + TEXT + "; Path=/; HttpOnly; SameSite=Strict");
    }

    @Test
    void sameSiteIsLeftOutOnDemand() {
        SessionCookie without =
                SessionCookie.builder().sameSite(SameSite.OMITTED).build();
        assertThat(without.sameSite()).isEmpty();
        assertThat(without.set(TOKEN, false, NOW)).isEqualTo("SESSION=" + TEXT + "; Path=/; HttpOnly");
    }

    @Test
    void isFoundAmongOthers() {
        for (String header : List.of(
                "SESSION=" + TEXT,
                "a=b; SESSION=" + TEXT,
                "a=b;SESSION=" + TEXT + ";c=d",
                "SESSION=" + TEXT + "; c=d",
                "  SESSION=" + TEXT + "  ",
                "a=b;\tSESSION=" + TEXT,
                "SESSION=\"" + TEXT + "\"",
                "a=\"x=y\"; SESSION= " + TEXT + " ; b",
                ";;; SESSION=" + TEXT + ";;",
                "$Version=1; SESSION=" + TEXT + "; $Path=/",
                "a; b; =c; SESSION=" + TEXT,
                "SESSION; SESSION=" + TEXT)) {
            assertThat(tokens(cookie, header)).as(header).containsExactly(TOKEN);
        }
    }

    @Test
    void otherNamesAreNotTakenForIt() {
        for (String header : List.of(
                "",
                ";",
                "=",
                "SESSION",
                "SESSION=",
                "SESSION=\"\"",
                "session=" + TEXT,
                "XSESSION=" + TEXT,
                "SESSIONX=" + TEXT,
                "X SESSION=" + TEXT,
                "SESSION x=" + TEXT,
                "a=SESSION=" + TEXT,
                "a=\"; XSESSION=" + TEXT + "\"",
                TEXT)) {
            assertThat(tokens(cookie, header)).as(header).isEmpty();
        }
    }

    @Test
    void textsThatAreNoTokensAreLeftOut() {
        for (String value : List.of(
                "x",
                TEXT + "x",
                TEXT.substring(1),
                "\"" + TEXT,
                TEXT + "\"",
                TEXT + "," + TEXT,
                TEXT.substring(0, 22) + "%" + TEXT.substring(22),
                "../" + TEXT)) {
            assertThat(tokens(cookie, "SESSION=" + value)).as(value).isEmpty();
            assertThat(cookie.read("SESSION=" + value, false).firstText()).contains(value);
        }
    }

    @Test
    void ofSeveralOfTheNameAllAreCandidatesInOrderEachOnce() {
        assertThat(tokens(cookie, "SESSION=" + OTHER_TEXT + "; SESSION=" + TEXT))
                .containsExactly(OTHER, TOKEN);
        assertThat(tokens(cookie, "SESSION=old; SESSION=" + TEXT + "; SESSION=" + TEXT))
                .containsExactly(TOKEN);
    }

    private static String others(int number) {
        StringBuilder header = new StringBuilder();
        for (int i = 0; i < number; i++) {
            header.append("SESSION=")
                    .append(OTHER_TEXT, 0, OTHER_TEXT.length() - 1)
                    .append(i)
                    .append("; ");
        }
        return header.toString();
    }

    @Test
    void tokensBeyondTheFirstFewAreNotTriedAndItIsKnownThatThereAreSome() {
        ReceivedCookie many = cookie.read(others(SessionCookie.MAX_CANDIDATES) + "SESSION=" + TEXT, false);
        assertThat(many.tokens()).hasSize(SessionCookie.MAX_CANDIDATES).doesNotContain(TOKEN);
        assertThat(many.candidatesLeftOut()).isTrue();
        ReceivedCookie few = cookie.read(others(SessionCookie.MAX_CANDIDATES - 1) + "SESSION=" + TEXT, false);
        assertThat(few.tokens()).hasSize(SessionCookie.MAX_CANDIDATES).contains(TOKEN);
        assertThat(few.candidatesLeftOut()).isFalse();
        String repeated = ("SESSION=" + TEXT + "; ").repeat(100) + "SESSION=none; ".repeat(100);
        assertThat(cookie.read(repeated, false).candidatesLeftOut())
                .as("the same token each time, and texts that are none")
                .isFalse();
    }

    @Test
    void tokensOfFormerNamesCountAmongTheCandidates() {
        SessionCookie renamed = SessionCookie.builder().alsoRead("OLD").build();
        ReceivedCookie both = renamed.read("OLD=" + TEXT + "; SESSION=" + OTHER_TEXT, false);
        assertThat(both.tokens()).containsExactly(OTHER, TOKEN);
        assertThat(both.isCurrent(OTHER)).isTrue();
        assertThat(both.isCurrent(TOKEN)).isFalse();
        assertThat(renamed.read("OLD=" + TEXT + "; " + others(SessionCookie.MAX_CANDIDATES), false)
                        .candidatesLeftOut())
                .isTrue();
    }

    @Test
    void whatARequestCarriesIsToldWithoutSecrets() {
        assertThat(cookie.read("SESSION=" + TEXT, false)).hasToString("ReceivedCookie[1 tokens]");
    }

    @Test
    void whatIsNoTokenHidesNone() {
        assertThat(tokens(cookie, "SESSION=a; SESSION=b; SESSION=c; SESSION=d; SESSION=e; SESSION=" + TEXT))
                .containsExactly(TOKEN);
    }

    /** They may be cookies of another session library, whose good one comes last. */
    @Test
    void textsThatAreNoTokensAreKeptHoweverManyThereAre() {
        String header = "SESSION=a; SESSION=b; SESSION=c; SESSION=d; SESSION=e; SESSION=f; SESSION=a";
        assertThat(cookie.read(header, false).others()).containsExactly("a", "b", "c", "d", "e", "f");
    }

    /** A load balancer's cookies alone may be larger than what servers take by default. */
    @Test
    void aTokenIsFoundHoweverLongTheHeaderIs() {
        String balancer = "balancer=" + "x".repeat(64 * 1024) + "; ";
        assertThat(tokens(cookie, balancer + "SESSION=" + TEXT)).containsExactly(TOKEN);
        assertThat(tokens(cookie, "SESSION=" + TEXT + "; " + balancer)).containsExactly(TOKEN);
    }

    /** Quadratic work on a header of this length would take minutes. */
    @Test
    @Timeout(20)
    void workIsLinearInTheLengthOfTheHeader() {
        int length = 4 * 1024 * 1024;
        for (String part : List.of(
                ";",
                "=",
                "a;",
                "a=b;",
                "SESSION;",
                "SESSION=;",
                "SESSION=x;",
                "SESSION=" + TEXT + ";",
                "\"",
                " ",
                " ;")) {
            String header = part.repeat(length / part.length());
            assertThat(tokens(cookie, header)).as("many of " + part).hasSizeLessThanOrEqualTo(1);
        }
        StringBuilder distinct = new StringBuilder(length);
        for (int i = 0; distinct.length() < length; i++) {
            String number = Integer.toString(1_000_000 + i);
            distinct.append("SESSION=")
                    .append(TEXT, 0, TEXT.length() - number.length())
                    .append(number)
                    .append(';');
        }
        assertThat(tokens(cookie, distinct.toString())).hasSize(SessionCookie.MAX_CANDIDATES);
        String noTokens = distinct.toString().replace("SESSION=", "SESSION=!");
        assertThat(cookie.read(noTokens, false).others()).hasSizeGreaterThan(length / 100);
    }

    @Test
    void aNameWithMarksOfItsOwnIsFound() {
        SessionCookie host =
                SessionCookie.builder().name("__Host-id").secure(Secure.ALWAYS).build();
        assertThat(tokens(host, "__Host-id=" + TEXT)).containsExactly(TOKEN);
        assertThat(host.set(TOKEN, false, NOW))
                .isEqualTo("__Host-id=" + TEXT + "; Path=/; Secure; HttpOnly; SameSite=Lax");
    }

    @Test
    void whatBrowsersAskOfAHostCookieIsAskedHere() {
        assertThatThrownBy(() ->
                        SessionCookie.builder().name("__Host-id").path("/shop").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("__Host-");
        assertThatThrownBy(() -> SessionCookie.builder()
                        .name("__Host-id")
                        .domain("example.com")
                        .build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SessionCookie.builder()
                        .name("__Host-id")
                        .secure(Secure.NEVER)
                        .build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatBrowsersAskOfASecureCookieIsAskedHere() {
        assertThatThrownBy(() -> SessionCookie.builder()
                        .name("__secure-id") // Browsers do not mind the case.
                        .secure(Secure.NEVER)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("__Secure-");
    }

    @Test
    void furtherAttributesAreRendered() {
        SessionCookie cookie = SessionCookie.builder()
                .attribute("Priority", "High")
                .attribute("Beta", "")
                .build();
        assertThat(cookie.attributes()).containsOnly(Map.entry("Beta", ""), Map.entry("Priority", "High"));
        assertThat(cookie.set(TOKEN, false, NOW)).endsWith("; SameSite=Lax; Beta; Priority=High");
        assertThat(cookie.clear(false)).endsWith("; SameSite=Lax; Beta; Priority=High");
    }

    @Test
    void anAttributeThatHasASettingOfItsOwnIsRefused() {
        for (String own :
                List.of("Path", "domain", "Max-Age", "Expires", "SECURE", "HttpOnly", "SameSite", "Partitioned")) {
            assertThatThrownBy(() -> SessionCookie.builder().attribute(own, "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(own);
        }
    }

    @Test
    void anAttributeThatNoHeaderCanCarryIsRefused() {
        for (String name : List.of("", "a b", "a;b", "a=b", "\u00e4")) {
            assertThatThrownBy(() -> SessionCookie.builder().attribute(name, "x"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> SessionCookie.builder().attribute("a", "b; Secure"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("attribute a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a=b",
                "a;b",
                "a,b",
                "\"a\"",
                "a\n",
                "a\r\nSet-Cookie: b=c",
                "\u00e4",
                "a\0",
                "(a)"
            })
    void aNameThatNoHeaderCanCarryIsRefused(String name) {
        assertThatThrownBy(() -> SessionCookie.builder().name(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name of a cookie");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SESSION", "a", "!#$%&'*+-.^_`|~09azAZ", "JSESSIONID"})
    void aNameOfTokenCharactersIsTaken(String name) {
        SessionCookie named = SessionCookie.builder().name(name).build();
        assertThat(tokens(named, "x=y; " + name + "=" + TEXT)).containsExactly(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a;b", "/a\nb", "/a\r\nSet-Cookie: b=c", "/\u00e4", "/\0", "/\u007f"})
    void aPathOrDomainThatNoHeaderCanCarryIsRefused(String value) {
        assertThatThrownBy(() -> SessionCookie.builder().path(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path");
        assertThatThrownBy(() -> SessionCookie.builder().domain(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("domain");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop.example:8443",
                "https://shop.example",
                "//shop.example",
                "*.example.com",
                "shop.example/",
                "shop.example/app",
                "user@shop.example",
                "shop example",
                " shop.example",
                "shop..example",
                "..shop.example",
                ".",
                "shop.example.",
                "-shop.example",
                "shop-.example",
                "[::1]",
                "::1",
                "shop.example,other.example",
                "example",
                ".example"
            })
    void aDomainThatBrowsersRefuseIsRefusedWithTheReason(String domain) {
        assertThatThrownBy(() -> SessionCookie.builder().domain(domain))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("domain of a cookie")
                .hasMessageContaining("browsers refuse")
                .hasMessageEndingWith(": " + domain);
    }

    @Test
    void aDomainIsRenderedWithoutTheDotThatBrowsersIgnore() {
        for (String domain :
                List.of("example.com", "shop.example", "a-b.xn--bcher-kva.example", "localhost", "10.0.0.1")) {
            assertThat(SessionCookie.builder().domain(domain).build().set(TOKEN, false, NOW))
                    .contains("; Domain=" + domain + ";");
        }
        assertThat(SessionCookie.builder().domain(".example.com").build().set(TOKEN, false, NOW))
                .contains("; Domain=example.com;");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"shop", "shop/", "./shop", "https://shop.example/", "*", "/shop?a", "/shop#a", "/a b", "/a "})
    void aPathThatBrowsersIgnoreIsRefusedWithTheReason(String path) {
        assertThatThrownBy(() -> SessionCookie.builder().path(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path of a cookie")
                .hasMessageContaining("browsers")
                .hasMessageEndingWith(": " + path);
    }

    @Test
    void whatIsTooLongForBrowsersIsRefused() {
        for (Runnable tooLong : List.<Runnable>of(
                () -> SessionCookie.builder().name("a".repeat(4096)),
                () -> SessionCookie.builder().path("/" + "a".repeat(1024)),
                () -> SessionCookie.builder().domain("a.".repeat(200) + "example"),
                () -> SessionCookie.builder().attribute("Note", "a".repeat(1025)))) {
            assertThatThrownBy(tooLong::run).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatBrowsersAskOfAnHttpCookieIsAskedHere() {
        for (String name : List.of("__Http-id", "__Host-Http-id", "__http-id")) {
            SessionCookie.Builder builder = SessionCookie.builder().name(name);
            assertThat(builder.build().set(TOKEN, false, NOW)).contains("; Secure; HttpOnly");
            assertThatThrownBy(() -> builder.httpOnly(false).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("HttpOnly");
            assertThatThrownBy(() -> builder.httpOnly(true).secure(Secure.NEVER).build())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aMaxAgeIsAtLeastASecond() {
        assertThat(SessionCookie.builder().maxAge(Duration.ofSeconds(1)).build().set(TOKEN, true, NOW))
                .contains("; Max-Age=1;");
        // Rendered as Max-Age=0, these would make the browser drop the cookie that it just got.
        for (Duration bad : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofMillis(999))) {
            assertThatThrownBy(() -> SessionCookie.builder().maxAge(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("max age");
        }
    }

    @Test
    void aSessionMayHaveAMaxAgeOfItsOwn() {
        SessionCookie hour = SessionCookie.builder().maxAge(Duration.ofHours(1)).build();
        assertThat(hour.set(TOKEN, Optional.of(Duration.ofDays(14)), false, NOW))
                .isEqualTo("SESSION=" + TEXT
                        + "; Path=/; Max-Age=1209600; Expires=Sun, 15 Mar 2026 12:00:00 GMT; HttpOnly; SameSite=Lax");
        assertThat(hour.set(TOKEN, Optional.empty(), false, NOW)).doesNotContain("Max-Age");
        assertThatThrownBy(() -> hour.set(TOKEN, Optional.of(Duration.ofMillis(999)), false, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max age");
    }

    @Test
    void noHeaderIsTooStrangeToBeRead() {
        for (String odd : List.of(";", "=", "\"", " ", "\t", "SESSION=", "SESSION=;", "\u00e4", "\0", "%")) {
            String header = odd.repeat(8192 / odd.length());
            assertThatCode(() -> tokens(cookie, header)).as("many of " + odd).doesNotThrowAnyException();
            assertThat(tokens(cookie, header)).isEmpty();
        }
    }

    @Test
    void whatBrowsersTakeOnlyIfItIsSecureIsAlwaysSecure() {
        for (SessionCookie.Builder builder : List.of(
                SessionCookie.builder().sameSite(SameSite.NONE),
                SessionCookie.builder().partitioned(true),
                SessionCookie.builder().name("__Secure-id"),
                SessionCookie.builder().name("__host-id"))) {
            assertThat(builder.build().set(TOKEN, false, NOW)).contains("; Secure");
            assertThatThrownBy(() -> builder.secure(Secure.NEVER).build()).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
