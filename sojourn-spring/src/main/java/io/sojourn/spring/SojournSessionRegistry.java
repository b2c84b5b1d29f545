package io.sojourn.spring;

import io.sojourn.Session;
import io.sojourn.SessionInfo;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.session.SessionInformation;
import org.springframework.security.core.session.SessionRegistry;

/**
 * Spring Security's list of sessions, read from Sojourn's index of principals. So {@code maximumSessions(n)} counts the
 * sessions of all nodes. Spring Boot registers it by itself.
 *
 * <ul>
 *   <li>A session that Spring Security expires ends at once, on every node. Its next request is the one of a visitor who is
 *       not signed in. With {@link SessionSettings.Builder#endEvents}, Spring Boot has that request answered as {@code
 *       expiredUrl} or the {@code SessionInformationExpiredStrategy} says.
 *   <li>Two sign-ins of one user at the same moment can both see a free place. Where the limit must be exact, also set {@link
 *       SessionSettings.Builder#maxSessionsPerPrincipal}, which is.
 *   <li>A request costs no command more: what Spring Security asks of the current session is answered from the request.
 * </ul>
 */
public final class SojournSessionRegistry implements SessionRegistry {

    private final SessionManager manager;

    /** Reads and ends the sessions of this manager. */
    public SojournSessionRegistry(SessionManager manager) {
        this.manager = manager;
    }

    /** @throws UnsupportedOperationException always: the index finds sessions by principal, and does not list principals */
    @Override
    public List<Object> getAllPrincipals() {
        throw new UnsupportedOperationException(
                "Sojourn's index finds the sessions of a principal and does not list all"
                        + " principals. Ask for those that the application knows: getAllSessions(principal, false).");
    }

    /**
     * The live sessions of a principal, at most 1,000. Expired ones are gone.
     *
     * @param principal a {@code UserDetails}, {@code AuthenticatedPrincipal}, {@code java.security.Principal}, or a name
     */
    @Override
    public List<SessionInformation> getAllSessions(Object principal, boolean includeExpiredSessions) {
        List<SessionInformation> sessions = new ArrayList<>(); // Spring Security sorts it.
        for (SessionInfo info : manager.findByPrincipal(nameOf(principal))) {
            sessions.add(new Information(principal, info, publicId(info)));
        }
        return sessions;
    }

    /** Spring Security's own rule of what the name of a principal is. */
    private static String nameOf(Object principal) {
        return new UsernamePasswordAuthenticationToken(principal, null).getName();
    }

    /** Of the current session the id that the application sees, by which Spring Security knows it again. */
    private static String publicId(SessionInfo info) {
        return CurrentSession.find()
                .filter(session -> session.id().equals(info.id()))
                .map(Session::publicId)
                .orElseGet(() -> info.id().toString());
    }

    /**
     * Of the current request's session, if it is signed in; of others null: no session is opened by its id alone. If the session that
     * the request asks for has ended, and {@link SessionSettings.Builder#endEvents} is on, it is expired, with an empty principal,
     * unless it timed out or its user has signed out.
     */
    @Override
    public @Nullable SessionInformation getSessionInformation(String sessionId) {
        return CurrentSession.withId(sessionId)
                .filter(session -> session.principal().isPresent())
                .<SessionInformation>map(session -> new SessionInformation(
                        session.principal().orElseThrow(), sessionId, Date.from(session.lastAccessedAt())))
                .or(() -> ended(sessionId))
                .orElse(null);
    }

    private static Optional<SessionInformation> ended(String sessionId) {
        return CurrentSession.ended(sessionId).map(end -> {
            SessionInformation ended = new SessionInformation("", sessionId, Date.from(end.endedAt()));
            ended.expireNow();
            return ended;
        });
    }

    /** Does nothing: each use of a session is noted with the session. */
    @Override
    public void refreshLastRequest(String sessionId) {}

    /** Does nothing: the sign-in itself enters the session into the index. */
    @Override
    public void registerNewSession(String sessionId, Object principal) {}

    /** Does nothing: the session leaves the index when it ends. */
    @Override
    public void removeSessionInformation(String sessionId) {}

    private final class Information extends SessionInformation {

        private static final long serialVersionUID = 1;

        @SuppressWarnings("serial") // It is never stored.
        private final SessionInfo info;

        Information(Object principal, SessionInfo info, String sessionId) {
            super(principal, sessionId, Date.from(info.lastAccessedAt()));
            this.info = info;
        }

        @Override
        public void expireNow() {
            super.expireNow();
            manager.revoke(info.id());
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Information that && info.id().equals(that.info.id());
        }

        @Override
        public int hashCode() {
            return info.id().hashCode();
        }
    }
}
