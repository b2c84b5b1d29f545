package io.sojourn.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextImpl;

class ContextPrincipalTest {

    private static Authentication named(@Nullable String name) {
        return new TestingAuthenticationToken("user", "password", List.of()) {
            @Override
            @SuppressWarnings("NullAway") // As some authentications do.
            public String getName() {
                return name;
            }
        };
    }

    @Test
    void theNameIsThatOfTheAuthentication() {
        assertThat(ContextPrincipal.name(new SecurityContextImpl(named("ada")))).isEqualTo("ada");
    }

    /** A JWT without a subject has none. */
    @Test
    void nobodyIsSignedInWithoutAName() {
        for (String none : new String[] {null, ""}) {
            Object context = new SecurityContextImpl(named(none));
            assertThat(ContextPrincipal.name(context)).isNull();
            assertThat(ContextPrincipal.authentication(context)).isNull();
        }
    }

    @Test
    void anAnonymousUserIsNotSignedIn() {
        Authentication anonymous = new AnonymousAuthenticationToken(
                "key", "anonymous", List.of(new SimpleGrantedAuthority("ROLE_ANONYMOUS")));
        assertThat(ContextPrincipal.name(new SecurityContextImpl(anonymous))).isNull();
        assertThat(ContextPrincipal.name("no context")).isNull();
    }
}
