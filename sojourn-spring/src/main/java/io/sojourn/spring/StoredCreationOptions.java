package io.sojourn.spring;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.webauthn.api.AttestationConveyancePreference;
import org.springframework.security.web.webauthn.api.AuthenticationExtensionsClientInputs;
import org.springframework.security.web.webauthn.api.AuthenticatorAttachment;
import org.springframework.security.web.webauthn.api.AuthenticatorSelectionCriteria;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialCreationOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialDescriptor;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialParameters;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRpEntity;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialUserEntity;
import org.springframework.security.web.webauthn.api.ResidentKeyRequirement;
import org.springframework.security.web.webauthn.api.UserVerificationRequirement;

/**
 * Is stored instead of the options with which a user registers a passkey. Spring Security 6 keeps them in the session, too, but cannot
 * serialize them. Each version reads what the other has written.
 */
@SuppressWarnings("serial") // What is in it is Serializable.
record StoredCreationOptions(
        String siteName,
        String siteId,
        PublicKeyCredentialUserEntity user,
        Bytes challenge,
        List<Long> algorithms,
        @Nullable Duration timeout,
        List<PublicKeyCredentialDescriptor> excluded,
        @Nullable Selection selection,
        @Nullable String attestation,
        @Nullable AuthenticationExtensionsClientInputs extensions)
        implements Serializable {

    /** Which authenticators the site takes. */
    record Selection(
            @Nullable AuthenticatorAttachment attachment,
            @Nullable String residentKey,
            @Nullable UserVerificationRequirement userVerification)
            implements Serializable {

        static @Nullable Selection of(@Nullable AuthenticatorSelectionCriteria criteria) {
            if (criteria == null) {
                return null;
            }
            ResidentKeyRequirement residentKey = criteria.getResidentKey();
            return new Selection(
                    criteria.getAuthenticatorAttachment(),
                    residentKey == null ? null : residentKey.getValue(),
                    criteria.getUserVerification());
        }

        AuthenticatorSelectionCriteria criteria() {
            var criteria = AuthenticatorSelectionCriteria.builder();
            if (attachment != null) {
                criteria.authenticatorAttachment(attachment);
            }
            if (residentKey != null) {
                criteria.residentKey(ResidentKeyRequirement.valueOf(residentKey));
            }
            if (userVerification != null) {
                criteria.userVerification(userVerification);
            }
            return criteria.build();
        }
    }

    static StoredCreationOptions of(PublicKeyCredentialCreationOptions options) {
        AttestationConveyancePreference attestation = options.getAttestation();
        return new StoredCreationOptions(
                options.getRp().getName(),
                options.getRp().getId(),
                options.getUser(),
                options.getChallenge(),
                new ArrayList<>(options.getPubKeyCredParams().stream()
                        .map(parameters -> parameters.getAlg().getValue())
                        .toList()),
                options.getTimeout(),
                new ArrayList<>(options.getExcludeCredentials()),
                Selection.of(options.getAuthenticatorSelection()),
                attestation == null ? null : attestation.getValue(),
                options.getExtensions());
    }

    /** When it is read, the options take its place. */
    private Object readResolve() {
        var options = PublicKeyCredentialCreationOptions.builder()
                .rp(PublicKeyCredentialRpEntity.builder()
                        .name(siteName)
                        .id(siteId)
                        .build())
                .user(user)
                .challenge(challenge)
                .pubKeyCredParams(algorithms.stream()
                        .map(StoredCreationOptions::parameters)
                        .toList())
                .excludeCredentials(excluded);
        if (timeout != null) {
            options.timeout(timeout);
        }
        if (selection != null) {
            options.authenticatorSelection(selection.criteria());
        }
        if (attestation != null) {
            options.attestation(AttestationConveyancePreference.valueOf(attestation));
        }
        if (extensions != null) {
            options.extensions(extensions);
        }
        return options.build();
    }

    private static PublicKeyCredentialParameters parameters(long algorithm) {
        return Stream.of(
                        PublicKeyCredentialParameters.EdDSA,
                        PublicKeyCredentialParameters.ES256,
                        PublicKeyCredentialParameters.ES384,
                        PublicKeyCredentialParameters.ES512,
                        PublicKeyCredentialParameters.RS256,
                        PublicKeyCredentialParameters.RS384,
                        PublicKeyCredentialParameters.RS512,
                        PublicKeyCredentialParameters.RS1)
                .filter(parameters -> parameters.getAlg().getValue() == algorithm)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no algorithm " + algorithm));
    }
}
