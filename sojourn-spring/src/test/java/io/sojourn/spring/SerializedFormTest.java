package io.sojourn.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InvalidClassException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.security.web.csrf.DefaultCsrfToken;

class SerializedFormTest {

    private final SerializedForm form = new SerializedForm(new TypeList(List.of()));

    private static Object context(Object details, GrantedAuthority... authorities) {
        UsernamePasswordAuthenticationToken token = UsernamePasswordAuthenticationToken.authenticated(
                new User("ada", "secret", List.of(authorities)), null, List.of(authorities));
        token.setDetails(details);
        token.eraseCredentials();
        return new SecurityContextImpl(token);
    }

    private static Object signedIn(GrantedAuthority... authorities) {
        return context(new WebAuthenticationDetails("192.0.2.1", "an id"), authorities);
    }

    /** What is written without a trial is what the trial would have come to. */
    @Test
    void aFormsSignInIsWrittenAsItIsReadBack() throws Exception {
        GrantedAuthority role = new SimpleGrantedAuthority("ROLE_USER");
        GrantedAuthority same = new SimpleGrantedAuthority(new String("ROLE_USER".toCharArray()));
        GrantedAuthority factor = FactorGrantedAuthority.withAuthority(FactorGrantedAuthority.PASSWORD_AUTHORITY)
                .issuedAt(Instant.parse("2030-01-01T00:00:00.123456789Z"))
                .build();
        for (Object value : List.of(
                signedIn(),
                signedIn(role),
                signedIn(role, factor),
                signedIn(role, same, new SimpleGrantedAuthority("ROLE_ADMIN"), factor),
                context(Collections.unmodifiableList(new ArrayList<>(List.of("a", "b"))), role),
                context(Instant.EPOCH, role),
                new DefaultCsrfToken("X-CSRF-TOKEN", "_csrf", "a token"))) {
            byte[] written = form.write(value);
            Object copy = form.read(written);
            assertThat(copy).hasSameClassAs(value).isNotSameAs(value);
            assertThat(written).isEqualTo(form.writeUnread(copy)).isEqualTo(form.write(copy));
        }
    }

    /** A map that had room for many entries is written with that room, and read back without. */
    @Test
    void whatReadsBackOtherwiseIsWrittenFromTheCopy() throws Exception {
        Map<String, String> roomy = new HashMap<>(1_000);
        roomy.put("a", "b");
        Object value = context(roomy);
        byte[] written = form.write(value);
        assertThat(written).isNotEqualTo(form.writeUnread(value)).isEqualTo(form.write(form.read(written)));
    }

    @Test
    void whatIsTooDeepToBeReadIsNotWritten() {
        Object nested = new ArrayList<>();
        for (int i = 0; i < SerializedForm.MAX_DEPTH; i++) {
            nested = new ArrayList<>(List.of(nested));
        }
        Object details = nested;
        assertThatThrownBy(() -> form.write(context(details))).isInstanceOf(InvalidClassException.class);
    }

    @Test
    void whatNeedsNoTrialIsReadByDefault() {
        assertThat(SpringCodec.builtInTypes()).containsAll(SerializedForm.READ_BACK_ALIKE);
    }
}
