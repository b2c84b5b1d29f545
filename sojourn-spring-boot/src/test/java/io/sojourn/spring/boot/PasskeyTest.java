package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spring.SpringCodec;
import io.sojourn.spring.boot.Browser.Page;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.security.web.webauthn.api.AttestationConveyancePreference;
import org.springframework.security.web.webauthn.api.AuthenticatorAttachment;
import org.springframework.security.web.webauthn.api.AuthenticatorSelectionCriteria;
import org.springframework.security.web.webauthn.api.AuthenticatorTransport;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.ImmutableAuthenticationExtensionsClientInput;
import org.springframework.security.web.webauthn.api.ImmutableAuthenticationExtensionsClientInputs;
import org.springframework.security.web.webauthn.api.ImmutablePublicKeyCredentialUserEntity;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialCreationOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialDescriptor;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialParameters;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRequestOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRpEntity;
import org.springframework.security.web.webauthn.api.ResidentKeyRequirement;
import org.springframework.security.web.webauthn.api.UserVerificationRequirement;

/** Passkeys, on two nodes that take turns. */
class PasskeyTest {

    private final SpringCodec codec = SpringCodec.builder().build();

    private static Page post(Browser browser, String path, String csrf, String json) {
        Page page = browser.post(
                path, BodyPublishers.ofString(json), "X-CSRF-TOKEN", csrf, "Content-Type", "application/json");
        assertThat(page.status()).as(path + ": " + page.body()).isEqualTo(200);
        return page;
    }

    @Test
    void passkeyIsRegisteredAndSignsInWhateverNodeAnswers() {
        try (Nodes nodes = Nodes.start("test.passkeys=true")) {
            Passkey passkey = new Passkey(Browser.SITE);
            Browser browser = nodes.browser();
            browser.signIn("ada", "secret");
            String csrf = browser.get("/csrf").body();
            String creation =
                    post(browser, "/webauthn/register/options", csrf, "").body();
            Page registered = post(browser, "/webauthn/register", csrf, passkey.registration(creation));
            assertThat(registered.body()).contains("true");

            Browser another = nodes.browser();
            String token = another.get("/csrf").body();
            String request =
                    post(another, "/webauthn/authenticate/options", token, "").body();
            String before = another.cookies().get("SESSION");
            Page signedIn = post(another, "/login/webauthn", token, passkey.assertion(request));
            assertThat(signedIn.body()).contains("\"authenticated\":true");
            assertThat(another.cookies().get("SESSION")).isNotEqualTo(before);
            for (int node = 0; node < 2; node++) {
                assertThat(another.get("/private").body()).isEqualTo("hello ada");
                assertThat(another.get("/kind").body()).isEqualTo("WebAuthnAuthentication");
            }
            assertThat(nodes.one().sessions().findByPrincipal("ada")).hasSize(2);
            assertThat(nodes.two().sessions().revokeAll("ada")).isEqualTo(2);
            assertThat(another.get("/private").location()).endsWith("/login");
        }
    }

    private static PublicKeyCredentialDescriptor descriptor() {
        return PublicKeyCredentialDescriptor.builder()
                .id(new Bytes(new byte[] {1, 2, 3}))
                .transports(Set.of(AuthenticatorTransport.USB, AuthenticatorTransport.HYBRID))
                .build();
    }

    private static PublicKeyCredentialCreationOptions creation(AuthenticatorSelectionCriteria selection) {
        return PublicKeyCredentialCreationOptions.builder()
                .rp(PublicKeyCredentialRpEntity.builder()
                        .name("Shop")
                        .id(Browser.SITE)
                        .build())
                .user(ImmutablePublicKeyCredentialUserEntity.builder()
                        .name("ada")
                        .displayName("Ada Lovelace")
                        .id(Bytes.random())
                        .build())
                .challenge(Bytes.random())
                .pubKeyCredParams(
                        PublicKeyCredentialParameters.EdDSA,
                        PublicKeyCredentialParameters.ES256,
                        PublicKeyCredentialParameters.RS256)
                .timeout(Duration.ofMinutes(5))
                .excludeCredentials(List.of(descriptor()))
                .authenticatorSelection(selection)
                .attestation(AttestationConveyancePreference.DIRECT)
                .extensions(new ImmutableAuthenticationExtensionsClientInputs(
                        ImmutableAuthenticationExtensionsClientInput.credProps))
                .build();
    }

    @Test
    void optionsOfARegistrationComeBackEqual() {
        PublicKeyCredentialCreationOptions options = creation(AuthenticatorSelectionCriteria.builder()
                .authenticatorAttachment(AuthenticatorAttachment.PLATFORM)
                .residentKey(ResidentKeyRequirement.REQUIRED)
                .userVerification(UserVerificationRequirement.REQUIRED)
                .build());
        Object read = codec.decode("a", codec.encode("a", options));
        assertThat(read).hasSameClassAs(options).usingRecursiveComparison().isEqualTo(options);
        assertThat(codec.encode("a", read)).isEqualTo(codec.encode("a", options));
        assertThat(((PublicKeyCredentialCreationOptions) read)
                        .getAuthenticatorSelection()
                        .getUserVerification())
                .as("Spring Security compares it by identity")
                .isSameAs(UserVerificationRequirement.REQUIRED);
    }

    @Test
    void whatOptionsOfARegistrationLeaveOutStaysLeftOut() {
        PublicKeyCredentialCreationOptions options =
                creation(AuthenticatorSelectionCriteria.builder().build());
        Object read = codec.decode("a", codec.encode("a", options));
        assertThat(read).usingRecursiveComparison().isEqualTo(options);
    }

    @Test
    void verificationOfTheUserThatASignInRequiresIsStillRequired() {
        PublicKeyCredentialRequestOptions options = PublicKeyCredentialRequestOptions.builder()
                .challenge(Bytes.random())
                .rpId(Browser.SITE)
                .timeout(Duration.ofMinutes(5))
                .allowCredentials(List.of(descriptor()))
                .userVerification(UserVerificationRequirement.REQUIRED)
                .extensions(new ImmutableAuthenticationExtensionsClientInputs(List.of()))
                .build();
        PublicKeyCredentialRequestOptions read =
                (PublicKeyCredentialRequestOptions) codec.decode("a", codec.encode("a", options));
        assertThat(read).usingRecursiveComparison().isEqualTo(options);
        assertThat(read.getUserVerification()).isSameAs(UserVerificationRequirement.REQUIRED);
    }
}
