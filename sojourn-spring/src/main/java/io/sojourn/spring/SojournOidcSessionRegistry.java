package io.sojourn.spring;

import io.sojourn.SessionManager;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.oidc.authentication.logout.OidcLogoutToken;
import org.springframework.security.oauth2.client.oidc.session.OidcSessionInformation;
import org.springframework.security.oauth2.client.oidc.session.OidcSessionRegistry;

/**
 * Ends sessions at an OpenID provider's back-channel logout, on every node. A sign-in by OpenID Connect enters the session
 * into two indexes: by the provider's session ({@code sid}), and by its subject. Spring Boot registers it by itself.
 *
 * <p>The sessions are ended right here. So Spring Security makes no request of its own to {@code /logout} for each of them,
 * which would need the cookie that only the browser has.
 */
public final class SojournOidcSessionRegistry implements OidcSessionRegistry {

    private final SessionManager manager;

    /** Ends the sessions of this manager. */
    public SojournOidcSessionRegistry(SessionManager manager) {
        this.manager = manager;
    }

    /** Enters the session of the current request into the indexes. */
    @Override
    public void saveSessionInformation(OidcSessionInformation info) {
        CurrentSession.withId(info.getSessionId())
                .ifPresent(session -> OidcSessions.enter(session, info.getPrincipal()));
    }

    /** Does nothing: a session leaves the indexes when it ends. */
    @Override
    public @Nullable OidcSessionInformation removeSessionInformation(String clientSessionId) {
        return null;
    }

    /**
     * Ends the sessions that the token names: those of its {@code sid}, or all of its subject.
     *
     * @return nothing, since there is nothing left to end
     */
    @Override
    public Iterable<OidcSessionInformation> removeSessionInformation(OidcLogoutToken token) {
        OidcSessions.Entry named = OidcSessions.named(token);
        manager.revokeByIndex(named.index(), named.value());
        return List.of();
    }
}
