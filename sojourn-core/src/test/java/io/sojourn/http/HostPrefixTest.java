package io.sojourn.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionToken;
import io.sojourn.http.SessionCookie.SameSite;
import io.sojourn.http.SessionCookie.Secure;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The name begins with {@code __Host-} wherever browsers take it so, and nobody has said how the cookie is called. */
class HostPrefixTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String TEXT = "AAAAAAAAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBBBBBBBBB";
    private static final String OTHER_TEXT = "CCCCCCCCCCCCCCCCCCCCCADDDDDDDDDDDDDDDDDDDDDDDD";
    private static final SessionToken TOKEN = SessionToken.parse(TEXT).orElseThrow();
    private static final SessionToken OTHER = SessionToken.parse(OTHER_TEXT).orElseThrow();

    private static SessionCookie with(UnaryOperator<SessionCookie.Builder> settings) {
        return settings.apply(SessionCookie.builder()).build();
    }

    @Test
    void nameHasThePrefixOnRequestsOverHttps() {
        SessionCookie cookie = with(defaults -> defaults);
        assertThat(cookie.name(true)).isEqualTo("__Host-SESSION");
        assertThat(cookie.name(false)).isEqualTo("SESSION");
        assertThat(cookie.whyNoHostPrefix(true)).isEmpty();
        assertThat(cookie.whyNoHostPrefix(false).orElseThrow()).contains("HTTPS");
    }

    @Test
    void nameHasThePrefixAlwaysIfTheCookieIsAlwaysSecure() {
        assertThat(with(its -> its.secure(Secure.ALWAYS)).name(false)).isEqualTo("__Host-SESSION");
        assertThat(with(its -> its.sameSite(SameSite.NONE)).name(false)).isEqualTo("__Host-SESSION");
        assertThat(with(its -> its.partitioned(true)).set(TOKEN, false, NOW))
                .startsWith("__Host-SESSION=" + TEXT + "; Path=/; Secure;");
    }

    @Test
    void nameHasNoPrefixWhereBrowsersWouldDropTheCookieAndItSaysWhy() {
        assertPlain(with(its -> its.path("/shop")), "its path is /shop");
        assertPlain(with(its -> its.domain("example.org")), "example.org");
        assertPlain(with(its -> its.secure(Secure.NEVER)), "never Secure");
    }

    private static void assertPlain(SessionCookie cookie, String why) {
        assertThat(cookie.name(true)).isEqualTo("SESSION");
        assertThat(cookie.set(TOKEN, true, NOW)).startsWith("SESSION=");
        assertThat(cookie.clear(true)).startsWith("SESSION=;");
        assertThat(cookie.whyNoHostPrefix(true).orElseThrow()).contains(why);
    }

    @Test
    void nameThatWasSetIsLeftAlone() {
        SessionCookie named = with(its -> its.name("id"));
        assertThat(named.name(true)).isEqualTo("id");
        assertThat(named.whyNoHostPrefix(true)).isEmpty();
        assertThat(with(its -> its.name("SESSION")).name(true)).isEqualTo("SESSION");
        assertThat(with(its -> its.hostPrefix(false)).name(true)).isEqualTo("SESSION");
        assertThat(with(its -> its.name("id").hostPrefix(true)).name(true)).isEqualTo("__Host-id");
        assertThat(with(its -> its.name("__Host-id").hostPrefix(true)).name(true))
                .isEqualTo("__Host-id");
    }

    @Test
    void whatANeighbouringHostCanPlantOpensNothingOverHttps() {
        SessionCookie cookie = with(defaults -> defaults);
        String planted = "SESSION=" + OTHER_TEXT;
        String own = "__Host-SESSION=" + TEXT;
        assertThat(cookie.read(planted, true).tokens()).isEmpty();
        assertThat(cookie.read(planted + "; " + own, true).tokens()).containsExactly(TOKEN);
        assertThat(cookie.read(own + "; " + planted, true).tokens()).containsExactly(TOKEN);
        assertThat(cookie.read(planted, false).tokens()).containsExactly(OTHER);
        assertThat(cookie.read(own, false).tokens()).isEmpty();
    }

    @Test
    void formerNamesAreReadAfterTheOwn() {
        SessionCookie cookie = with(its -> its.alsoRead("SESSION", "JSESSIONID"));
        assertThat(cookie.read("JSESSIONID=" + OTHER_TEXT + "; __Host-SESSION=" + TEXT, true)
                        .tokens())
                .containsExactly(TOKEN, OTHER);
        assertThat(cookie.read("SESSION=" + OTHER_TEXT, true).tokens()).containsExactly(OTHER);
        assertThat(cookie.read("SESSION=" + OTHER_TEXT, true).isCurrent(OTHER)).isFalse();
        assertThat(cookie.read("SESSION=" + OTHER_TEXT, true).firstText()).contains(OTHER_TEXT);
        assertThatThrownBy(() -> SessionCookie.builder().alsoRead("a b")).isInstanceOf(IllegalArgumentException.class);
    }
}
