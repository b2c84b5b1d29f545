package io.sojourn.spring;

import io.sojourn.Session;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.oidc.authentication.logout.OidcLogoutToken;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

/**
 * The indexes by which a back-channel logout of OpenID Connect finds sessions: by the provider's session ({@code sid}), and by its
 * subject. Needs no servlets.
 */
public final class OidcSessions {

    private static final String BY_SID = "oidc-sid";
    private static final String BY_SUBJECT = "oidc-sub";

    /**
     * Where sessions are found, as with {@link io.sojourn.SessionManager#revokeByIndex}.
     *
     * @param index the name of the index
     * @param value the value that they have there
     */
    public record Entry(String index, String value) {}

    private OidcSessions() {}

    /** Enters a session into the indexes; they are stored with the session. */
    public static void enter(Session session, OidcUser user) {
        String sid = user.getIdToken().getClaimAsString("sid");
        if (sid != null) {
            session.index(BY_SID, value(user.getIssuer(), sid));
        }
        session.index(BY_SUBJECT, value(user.getIssuer(), user.getSubject()));
    }

    /** The sessions that a logout token names: those of its {@code sid}, or all of its subject. */
    public static Entry named(OidcLogoutToken token) {
        String sid = token.getSessionId();
        return sid != null
                ? new Entry(BY_SID, value(token.getIssuer(), sid))
                : new Entry(BY_SUBJECT, value(token.getIssuer(), token.getSubject()));
    }

    /** OpenID Connect demands both of a token, and Spring Security has checked it. */
    private static String value(@Nullable Object issuer, @Nullable String id) {
        return Objects.requireNonNull(issuer) + " " + Objects.requireNonNull(id);
    }
}
