package io.sojourn.spring.boot.session;

import io.sojourn.Session;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.ServletRequestAttributeEvent;
import jakarta.servlet.ServletRequestAttributeListener;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;
import org.springframework.session.security.web.authentication.SpringSessionRememberMeServices;

/**
 * Hears of the mark by which {@link SpringSessionRememberMeServices} asks for a cookie that outlives the browser. Right after it, that
 * class sets the idle timeout of the session. As with Spring Session, such a session ends by that timeout alone.
 */
final class RememberedSignIn implements ServletRequestAttributeListener {

    @Override
    public void attributeAdded(ServletRequestAttributeEvent event) {
        changed(event);
    }

    @Override
    public void attributeReplaced(ServletRequestAttributeEvent event) {
        changed(event);
    }

    private static void changed(ServletRequestAttributeEvent event) {
        if (event.getName().equals(SpringSessionRememberMeServices.REMEMBER_ME_LOGIN_ATTR)
                && event.getServletRequest() instanceof HttpServletRequest request) {
            session(request)
                    .filter(session -> session.principal().isPresent())
                    .ifPresent(session -> session.remember(session.idleTimeout(), Duration.ZERO));
        }
    }

    private static Optional<Session> session(HttpServletRequest request) {
        try {
            return SojournFilter.session(request);
        } catch (IllegalStateException e) {
            return Optional.empty(); // The filter does not see this request.
        }
    }
}
