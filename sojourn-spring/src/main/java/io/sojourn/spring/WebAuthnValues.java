package io.sojourn.spring;

import java.util.stream.Stream;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialCreationOptions;
import org.springframework.security.web.webauthn.api.UserVerificationRequirement;
import org.springframework.util.ClassUtils;

/** What Spring Security keeps in a session for passkeys, where Java serialization alone would lose it or change it. */
final class WebAuthnValues {

    private static final boolean PRESENT = ClassUtils.isPresent(
            "org.springframework.security.web.webauthn.api.PublicKeyCredentialCreationOptions",
            WebAuthnValues.class.getClassLoader());

    private WebAuthnValues() {}

    /** What is stored instead of an object; most are stored themselves. */
    static Object stored(Object object) {
        return PRESENT ? Present.stored(object) : object;
    }

    /** What takes the place of an object that was read; most stay. */
    static Object read(Object object) {
        return PRESENT ? Present.read(object) : object;
    }

    /** Only loaded where the classes are. */
    private static final class Present {

        private static Object stored(Object object) {
            return object instanceof PublicKeyCredentialCreationOptions options
                    ? StoredCreationOptions.of(options)
                    : object;
        }

        /** Spring Security compares by identity, and would not insist on the verification that the site requires. */
        private static Object read(Object object) {
            return object instanceof UserVerificationRequirement requirement
                    ? Stream.of(
                                    UserVerificationRequirement.REQUIRED,
                                    UserVerificationRequirement.PREFERRED,
                                    UserVerificationRequirement.DISCOURAGED)
                            .filter(constant -> constant.getValue().equals(requirement.getValue()))
                            .findFirst()
                            .orElse(requirement)
                    : object;
        }
    }
}
