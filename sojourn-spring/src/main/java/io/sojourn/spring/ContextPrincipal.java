package io.sojourn.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.util.StringUtils;

/** Tells who is signed in by what Spring Security keeps in a session. Needs no servlets. */
public final class ContextPrincipal {

    /** The attribute of the security context, unless the application has chosen another one. */
    public static final String CONTEXT_ATTRIBUTE = "SPRING_SECURITY_CONTEXT";

    private static final AuthenticationTrustResolver TRUST = new AuthenticationTrustResolverImpl();

    private ContextPrincipal() {}

    /**
     * The authentication in a security context; null if the value is none, or nobody is signed in by it. An anonymous user is
     * not signed in, nor is one without a name, such as of a JWT without a subject.
     */
    public static @Nullable Authentication authentication(@Nullable Object context) {
        Authentication authentication = context instanceof SecurityContext known ? known.getAuthentication() : null;
        return authentication == null
                        || !authentication.isAuthenticated()
                        || TRUST.isAnonymous(authentication)
                        || !StringUtils.hasLength(authentication.getName())
                ? null
                : authentication;
    }

    /** The name of the {@link #authentication}; null if there is none. */
    public static @Nullable String name(@Nullable Object context) {
        Authentication authentication = authentication(context);
        return authentication == null ? null : authentication.getName();
    }
}
