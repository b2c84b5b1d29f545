package io.sojourn.spring.boot.slice;

import java.util.List;
import java.util.Map;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.saml2.provider.service.authentication.DefaultSaml2AuthenticatedPrincipal;
import org.springframework.security.saml2.provider.service.authentication.Saml2AssertionAuthentication;
import org.springframework.security.saml2.provider.service.authentication.Saml2Authentication;
import org.springframework.security.saml2.provider.service.authentication.Saml2ResponseAssertion;

/** Sign-ins by SAML 2, as this version of Spring Security makes them: the last one is the one of today. */
public final class SamlSignIns {

    private static final List<SimpleGrantedAuthority> ROLES = List.of(new SimpleGrantedAuthority("ROLE_USER"));
    private static final Map<String, List<Object>> ATTRIBUTES = Map.of("email", List.of("grace@example.org"));
    private static final String RESPONSE = "<saml2p:Response/>";

    private SamlSignIns() {}

    /** Of the user grace. */
    @SuppressWarnings("deprecation")
    public static List<Authentication> all() {
        DefaultSaml2AuthenticatedPrincipal principal =
                new DefaultSaml2AuthenticatedPrincipal("grace", ATTRIBUTES, List.of("session of the provider"));
        principal.setRelyingPartyRegistrationId("test");
        Saml2ResponseAssertion assertion = Saml2ResponseAssertion.withResponseValue(RESPONSE)
                .nameId("grace")
                .sessionIndexes(List.of("session of the provider"))
                .attributes(ATTRIBUTES)
                .build();
        return List.of(
                new Saml2Authentication(principal, RESPONSE, ROLES),
                new Saml2AssertionAuthentication(principal, assertion, ROLES, "test"));
    }
}
