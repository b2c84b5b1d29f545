package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spring.SpringCodec;
import io.sojourn.spring.boot.app.TestApplication;
import io.sojourn.spring.boot.slice.SamlSignIns;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.saml2.core.Saml2Error;
import org.springframework.security.saml2.provider.service.authentication.Saml2AuthenticationException;
import org.springframework.security.saml2.provider.service.authentication.Saml2PostAuthenticationRequest;
import org.springframework.security.saml2.provider.service.authentication.Saml2RedirectAuthenticationRequest;
import org.springframework.security.saml2.provider.service.registration.RelyingPartyRegistration;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What Spring Security keeps in a session at a sign-in by SAML 2. There is no provider, and no OpenSAML on the class path. */
class SamlTest {

    private final SpringCodec codec = SpringCodec.builder().build();

    /** Signs in as Spring Security does when it has checked the answer of the provider. */
    @RestController
    static class Provider {

        @PostMapping("/public/saml")
        String signIn(HttpServletRequest request, HttpServletResponse response, @RequestParam("index") int index) {
            Authentication signedIn = SamlSignIns.all().get(index);
            new HttpSessionSecurityContextRepository()
                    .saveContext(new SecurityContextImpl(signedIn), request, response);
            return signedIn.getClass().getSimpleName();
        }
    }

    @Test
    void signedInUserGoesOnOnTheOtherNode() {
        try (Nodes nodes = Nodes.start(List.of(TestApplication.class, Provider.class))) {
            for (int i = 0; i < SamlSignIns.all().size(); i++) {
                Browser browser = nodes.browser();
                String kind = browser.submit("/public/saml", "index=" + i).body();
                for (int node = 0; node < 2; node++) {
                    assertThat(browser.get("/private").body()).isEqualTo("hello grace");
                    assertThat(browser.get("/kind").body()).isEqualTo(kind);
                }
                assertThat(nodes.one().sessions().revokeAll("grace")).isEqualTo(1);
            }
        }
    }

    static Stream<Object> whatASignInKeeps() {
        RelyingPartyRegistration registration = RelyingPartyRegistration.withRegistrationId("test")
                .entityId("https://shop.example")
                .assertionConsumerServiceLocation("https://shop.example/login/saml2/sso/test")
                .assertingPartyMetadata(provider -> provider.entityId("https://provider.example")
                        .singleSignOnServiceLocation("https://provider.example/sso")
                        .wantAuthnRequestsSigned(false))
                .build();
        return Stream.concat(
                SamlSignIns.all().stream().map(SecurityContextImpl::new),
                Stream.of(
                        Saml2PostAuthenticationRequest.withRelyingPartyRegistration(registration)
                                .samlRequest("request")
                                .relayState("state")
                                .id("id")
                                .build(),
                        Saml2RedirectAuthenticationRequest.withRelyingPartyRegistration(registration)
                                .samlRequest("request")
                                .relayState("state")
                                .id("id")
                                .sigAlg("algorithm")
                                .signature("signature")
                                .build()));
    }

    @ParameterizedTest
    @MethodSource("whatASignInKeeps")
    void whatASignInKeepsComesBackEqual(Object value) {
        Object read = codec.decode("a", codec.encode("a", value));
        assertThat(read).hasSameClassAs(value).usingRecursiveComparison().isEqualTo(value);
        assertThat(codec.encode("a", read)).isEqualTo(codec.encode("a", value));
    }

    @Test
    void exceptionOfAFailedSignInComesBack() {
        Saml2AuthenticationException thrown =
                new Saml2AuthenticationException(new Saml2Error("invalid_signature", "not signed"), "no");
        Saml2AuthenticationException read = (Saml2AuthenticationException) codec.decode("a", codec.encode("a", thrown));
        assertThat(read).hasMessage("no");
        assertThat(read.getSaml2Error().getErrorCode()).isEqualTo("invalid_signature");
    }
}
