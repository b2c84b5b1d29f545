package io.sojourn.spring;

import io.sojourn.Session;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;

/**
 * Tells the session who has signed in through Spring Security, however: by form, remember-me, OAuth 2, SAML, a one-time
 * token, or code of the application's. All of them end with a security context in the session, and this listener sees it
 * come and go. The session is bound to the principal's name and gets a new secret; the labels {@link #USER_AGENT} and {@link
 * #ADDRESS} say from where. When the context leaves the session, the principal is signed out.
 *
 * <p>A context with another {@code Authentication} object counts as another sign-in, also of the same user: it renews the
 * secret and {@link Session#authenticatedAt}. Anonymous users do not sign in.
 *
 * <p>Register it with {@link SojournFilter.Builder#listener}. Spring Boot does so by itself.
 */
public final class SecuritySignIn implements HttpSessionAttributeListener {

    /** The attribute of the security context, unless the application has chosen another one. */
    public static final String CONTEXT_ATTRIBUTE = ContextPrincipal.CONTEXT_ATTRIBUTE;

    /** The label with the {@code User-Agent} header of the request that signed in. */
    public static final String USER_AGENT = "userAgent";

    /** The label with the client's address in the request that signed in. */
    public static final String ADDRESS = "address";

    private final String contextAttribute;

    /** Listens to {@link #CONTEXT_ATTRIBUTE}. */
    public SecuritySignIn() {
        this(CONTEXT_ATTRIBUTE);
    }

    /** Listens to another attribute, as set with {@code HttpSessionSecurityContextRepository.setSpringSecurityContextKey}. */
    public SecuritySignIn(String contextAttribute) {
        this.contextAttribute = contextAttribute;
    }

    @Override
    public void attributeAdded(HttpSessionBindingEvent event) {
        changed(event, null);
    }

    @Override
    public void attributeReplaced(HttpSessionBindingEvent event) {
        changed(event, event.getValue());
    }

    @Override
    public void attributeRemoved(HttpSessionBindingEvent event) {
        if (event.getName().equals(contextAttribute)) {
            SojournFilter.session(event.getSession())
                    .filter(session -> !session.isEnded() && session.principal().isPresent())
                    .ifPresent(Session::signOut);
        }
    }

    private void changed(HttpSessionBindingEvent event, @Nullable Object before) {
        if (!event.getName().equals(contextAttribute)) {
            return;
        }
        Optional<Session> found = SojournFilter.session(event.getSession());
        Authentication now = ContextPrincipal.authentication(event.getSession().getAttribute(contextAttribute));
        if (found.isEmpty() || now == null) {
            return;
        }
        Session session = found.get();
        boolean isKnown = session.principal().filter(now.getName()::equals).isPresent();
        if (isKnown && now == ContextPrincipal.authentication(before)) {
            return; // The same context was saved again.
        }
        HttpServletRequest request = CurrentSession.request();
        if (request != null
                && SojournFilter.session(request).filter(session::equals).isPresent()) {
            SojournFilter.signIn(request, now.getName());
            session.label(USER_AGENT, request.getHeader("User-Agent"));
            session.label(ADDRESS, request.getRemoteAddr());
        } else {
            session.signIn(now.getName());
        }
    }
}
