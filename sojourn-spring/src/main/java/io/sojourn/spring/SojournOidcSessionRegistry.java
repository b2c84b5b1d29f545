package io.sojourn.spring;

import io.sojourn.SessionManager;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.oidc.authentication.logout.OidcLogoutToken;
import org.springframework.security.oauth2.client.oidc.session.OidcSessionInformation;
import org.springframework.security.oauth2.client.oidc.session.OidcSessionRegistry;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

/**
 * Ends sessions at an OpenID provider's back-channel logout, on every node. A sign-in by OpenID Connect enters the session
 * into two indexes: by the provider's session ({@code sid}), and by its subject. Spring Boot registers it by itself.
 *
 * <p>The sessions are ended right here. So Spring Security makes no request of its own to {@code /logout} for each of them,
 * which would need the cookie that only the browser has.
 */
public final class SojournOidcSessionRegistry implements OidcSessionRegistry {

    private static final String BY_SID = "oidc-sid";
    private static final String BY_SUBJECT = "oidc-sub";

    private final SessionManager manager;

    /** Ends the sessions of this manager. */
    public SojournOidcSessionRegistry(SessionManager manager) {
        this.manager = manager;
    }

    /** Enters the session of the current request into the indexes. */
    @Override
    public void saveSessionInformation(OidcSessionInformation info) {
        OidcUser user = info.getPrincipal();
        String sid = user.getIdToken().getClaimAsString("sid");
        CurrentSession.withId(info.getSessionId()).ifPresent(session -> {
            if (sid != null) {
                session.index(BY_SID, value(user.getIssuer(), sid));
            }
            session.index(BY_SUBJECT, value(user.getIssuer(), user.getSubject()));
        });
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
        String sid = token.getSessionId();
        if (sid != null) {
            manager.revokeByIndex(BY_SID, value(token.getIssuer(), sid));
        } else {
            manager.revokeByIndex(BY_SUBJECT, value(token.getIssuer(), token.getSubject()));
        }
        return List.of();
    }

    /** OpenID Connect demands both of a token, and Spring Security has checked it. */
    private static String value(@Nullable Object issuer, @Nullable String id) {
        return Objects.requireNonNull(issuer) + " " + Objects.requireNonNull(id);
    }
}
