package io.sojourn.spring;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.springframework.context.support.MessageSourceAccessor;
import org.springframework.security.core.SpringSecurityMessageSource;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.web.authentication.session.SessionAuthenticationException;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Where the limit of sessions refuses new ones, stores a sign-in at once, and fails it as Spring Security's own limit does if it is
 * refused: the login page shows why. Without this, nobody would notice before the next request, which is not signed in.
 *
 * <p>Must hear of the security context after {@link SecuritySignIn}, which binds the session to the user.
 */
public final class RefusedSignIn implements HttpSessionAttributeListener {

    private static final Logger LOG = System.getLogger(RefusedSignIn.class.getPackageName());

    private final MessageSourceAccessor messages = SpringSecurityMessageSource.getAccessor();
    private final int maximum;

    /**
     * For a limit.
     *
     * @param maximum how many sessions a user may have
     */
    public RefusedSignIn(int maximum) {
        this.maximum = maximum;
    }

    @Override
    public void attributeAdded(HttpSessionBindingEvent event) {
        changed(event);
    }

    @Override
    public void attributeReplaced(HttpSessionBindingEvent event) {
        changed(event);
    }

    private void changed(HttpSessionBindingEvent event) {
        if (!(event.getSession().getAttribute(event.getName()) instanceof SecurityContext)
                || !(RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)) {
            return;
        }
        HttpServletRequest request = attributes.getRequest();
        Session session = SojournFilter.session(event.getSession())
                .filter(found -> found.principal().isPresent())
                .orElse(null);
        if (session == null
                || SojournFilter.session(request).filter(session::equals).isEmpty()
                || SojournFilter.save(request) != SaveOutcome.LIMIT_REACHED) {
            return;
        }
        event.getSession().removeAttribute(event.getName()); // Which signs the user out.
        LOG.log(
                Level.INFO,
                "A sign-in was refused: the user has as many sessions as sojourn.max-sessions-per-principal allows"
                        + " (" + maximum + ")");
        throw new SessionAuthenticationException(messages.getMessage(
                "ConcurrentSessionControlAuthenticationStrategy.exceededAllowed",
                new Object[] {maximum},
                "Maximum sessions of {0} for this principal exceeded"));
    }
}
