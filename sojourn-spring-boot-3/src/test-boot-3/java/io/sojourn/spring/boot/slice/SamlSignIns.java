package io.sojourn.spring.boot.slice;

import java.util.List;
import java.util.Map;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.saml2.provider.service.authentication.DefaultSaml2AuthenticatedPrincipal;
import org.springframework.security.saml2.provider.service.authentication.Saml2Authentication;

/** Sign-ins by SAML 2, as this version of Spring Security makes them. */
public final class SamlSignIns {

    private SamlSignIns() {}

    /** Of the user grace. */
    public static List<Authentication> all() {
        DefaultSaml2AuthenticatedPrincipal principal = new DefaultSaml2AuthenticatedPrincipal(
                "grace", Map.of("email", List.of("grace@example.org")), List.of("session of the provider"));
        principal.setRelyingPartyRegistrationId("test");
        return List.of(new Saml2Authentication(
                principal, "<saml2p:Response/>", List.of(new SimpleGrantedAuthority("ROLE_USER"))));
    }
}
