package io.sojourn.spring.webflux;

import io.sojourn.Session;
import io.sojourn.spring.ContextPrincipal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.core.Authentication;

/**
 * Tells the session who has signed in through Spring Security, by the security context that comes into the session or leaves
 * it. The rules are those of {@code SecuritySignIn}, which does the same for servlets.
 */
final class WebSignIn {

    /** The labels of {@code SecuritySignIn}. */
    private static final String USER_AGENT = "userAgent";

    private static final String ADDRESS = "address";

    private final String contextAttribute;

    WebSignIn(String contextAttribute) {
        this.contextAttribute = contextAttribute;
    }

    void changed(
            Session session,
            @Nullable ServerHttpRequest request,
            String name,
            @Nullable Object before,
            @Nullable Object now) {
        if (!name.equals(contextAttribute) || session.isEnded()) {
            return;
        }
        Authentication authentication = ContextPrincipal.authentication(now);
        if (authentication == null) {
            if (session.principal().isPresent()) {
                Object unused = session.signOut();
            }
            return;
        }
        boolean isKnown =
                session.principal().filter(authentication.getName()::equals).isPresent();
        if (isKnown && authentication == ContextPrincipal.authentication(before)) {
            return; // The same context was saved again.
        }
        Object unused = session.signIn(authentication.getName());
        if (request != null) {
            session.label(USER_AGENT, request.getHeaders().getFirst("User-Agent"));
            session.label(
                    ADDRESS,
                    request.getRemoteAddress() == null
                                    || request.getRemoteAddress().getAddress() == null
                            ? null
                            : request.getRemoteAddress().getAddress().getHostAddress());
        }
    }
}
