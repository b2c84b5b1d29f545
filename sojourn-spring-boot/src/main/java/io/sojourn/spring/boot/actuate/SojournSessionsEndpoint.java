package io.sojourn.spring.boot.actuate;

import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import io.sojourn.SessionManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * {@code /actuator/sessions}, as Spring Boot has it for Spring Session: the sessions of a user, one by its id, and {@code
 * DELETE} of one by its id. An id opens no session, and no attribute is shown.
 */
@Endpoint(id = "sessions")
public final class SojournSessionsEndpoint {

    private final SessionManager sessions;

    SojournSessionsEndpoint(SessionManager sessions) {
        this.sessions = sessions;
    }

    /** {@code GET ?username=ada}: at most 1,000 live sessions, the oldest sign-in first. */
    @ReadOperation
    public Map<String, List<Description>> sessionsForUsername(String username) {
        return Map.of(
                "sessions",
                sessions.findByPrincipal(username).stream().map(Description::of).toList());
    }

    /** {@code GET /{id}}: one session; 404 if there is none. */
    @ReadOperation
    public @Nullable Description getSession(@Selector String sessionId) {
        return id(sessionId).flatMap(sessions::info).map(Description::of).orElse(null);
    }

    /** {@code DELETE /{id}}: ends a session on all nodes. 204, whether it was there or not. */
    @DeleteOperation
    public void deleteSession(@Selector String sessionId) {
        id(sessionId).ifPresent(sessions::revoke);
    }

    private static Optional<SessionId> id(String text) {
        return SessionId.ofPublicId(text);
    }

    /**
     * What is shown of a session; times are in ISO 8601.
     *
     * @param id to end it by
     * @param principal who is signed in; null for nobody
     * @param creationTime when it was made
     * @param authenticatedTime when the principal signed in; null if that is not known
     * @param lastAccessedTime when it was last used; may lag behind by the touch interval
     * @param expiresTime when it ends if it is not used again; null for never
     * @param labels what the sign-in noted: {@code userAgent}, {@code address}, and what the application adds
     */
    public record Description(
            String id,
            @Nullable String principal,
            String creationTime,
            @Nullable String authenticatedTime,
            String lastAccessedTime,
            @Nullable String expiresTime,
            Map<String, String> labels) {

        static Description of(SessionInfo info) {
            return new Description(
                    info.id().toString(),
                    info.principal().orElse(null),
                    info.createdAt().toString(),
                    info.authenticatedAt().map(Object::toString).orElse(null),
                    info.lastAccessedAt().toString(),
                    info.expiresAt().map(Object::toString).orElse(null),
                    info.labels());
        }
    }
}
