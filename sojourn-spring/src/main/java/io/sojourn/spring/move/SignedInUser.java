package io.sojourn.spring.move;

import io.sojourn.spring.SecuritySignIn;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Who is signed in to a session of Spring Session, by its attributes.
 *
 * @param principal null for nobody
 * @param indexed under which name Spring Session has the session in its index; null for none
 */
record SignedInUser(@Nullable String principal, @Nullable String indexed) {

    private static final String PRINCIPAL_NAME =
            "org.springframework.session.FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME";

    private static final boolean HAS_SECURITY = ClassUtils.isPresent(
            "org.springframework.security.core.context.SecurityContext", SignedInUser.class.getClassLoader());

    static SignedInUser of(Map<String, Object> attributes) {
        String named = attributes.get(PRINCIPAL_NAME) instanceof String name && !name.isEmpty() ? name : null;
        Object context = attributes.get(SecuritySignIn.CONTEXT_ATTRIBUTE);
        return HAS_SECURITY && context != null ? BySecurity.of(context, named) : new SignedInUser(named, named);
    }

    /** Loaded only if there is Spring Security. */
    private static final class BySecurity {

        private static final AuthenticationTrustResolver TRUST = new AuthenticationTrustResolverImpl();

        static SignedInUser of(Object attribute, @Nullable String named) {
            @Nullable
            Authentication found = attribute instanceof SecurityContext context ? context.getAuthentication() : null;
            if (found == null || !StringUtils.hasLength(found.getName())) {
                return new SignedInUser(named, named);
            }
            boolean isSignedIn = found.isAuthenticated() && !TRUST.isAnonymous(found);
            return new SignedInUser(isSignedIn ? found.getName() : named, named == null ? found.getName() : named);
        }
    }
}
