package io.sojourn.spring.webflux;

import io.sojourn.LimitPolicy;
import io.sojourn.Session;
import io.sojourn.SessionSettings;
import io.sojourn.spring.ContextPrincipal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;
import org.springframework.context.support.MessageSourceAccessor;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.SpringSecurityMessageSource;
import org.springframework.security.web.authentication.session.SessionAuthenticationException;
import org.springframework.web.server.WebSession;

/**
 * Tells the session who has signed in through Spring Security, by the security context that comes into the session or leaves
 * it. The rules are those of {@code SecuritySignIn}, which does the same for servlets.
 */
final class WebSignIn {

    /** The labels of {@code SecuritySignIn}. */
    private static final String USER_AGENT = "userAgent";

    private static final String ADDRESS = "address";

    private static final Logger LOG = System.getLogger(WebSignIn.class.getPackageName());

    private final String contextAttribute;
    private final SessionSettings settings;

    WebSignIn(String contextAttribute, SessionSettings settings) {
        this.contextAttribute = contextAttribute;
        this.settings = settings;
    }

    /** Whether the limit of sessions may refuse a sign-in. */
    boolean mayBeRefused() {
        return settings.whenLimitReached() == LimitPolicy.REFUSE_NEW && settings.maxSessionsPerPrincipal() > 0;
    }

    /** Signs the user out of a session whose sign-in the limit has refused, and says so in the log. The error is for the visitor. */
    RuntimeException refused(WebSession view) {
        Object unused = view.getAttributes().remove(contextAttribute);
        int maximum = settings.maxSessionsPerPrincipal();
        LOG.log(
                Level.INFO,
                "A sign-in was refused: the user has as many sessions as sojourn.max-sessions-per-principal allows"
                        + " (" + maximum + ")");
        return Refusal.of(maximum);
    }

    /** Tells whether somebody has signed in by this. */
    boolean changed(
            Session session,
            @Nullable ServerHttpRequest request,
            String name,
            @Nullable Object before,
            @Nullable Object now) {
        if (!name.equals(contextAttribute) || session.isEnded()) {
            return false;
        }
        Authentication authentication = ContextPrincipal.authentication(now);
        if (authentication == null) {
            if (session.principal().isPresent()) {
                Object unused = session.signOut();
            }
            return false;
        }
        boolean isKnown =
                session.principal().filter(authentication.getName()::equals).isPresent();
        if (isKnown && authentication == ContextPrincipal.authentication(before)) {
            return false; // The same context was saved again.
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
        return true;
    }

    /** Needs the web part of Spring Security, which the rest does not. */
    private static final class Refusal {

        private static final MessageSourceAccessor MESSAGES = SpringSecurityMessageSource.getAccessor();

        private static RuntimeException of(int maximum) {
            return new SessionAuthenticationException(MESSAGES.getMessage(
                    "ConcurrentSessionControlAuthenticationStrategy.exceededAllowed",
                    new Object[] {maximum},
                    "Maximum sessions of {0} for this principal exceeded"));
        }
    }
}
