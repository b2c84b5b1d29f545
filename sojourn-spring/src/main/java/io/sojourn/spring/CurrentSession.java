package io.sojourn.spring;

import io.sojourn.Session;
import io.sojourn.ends.PastSession;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** The request of this thread and its session, where Spring knows it: Spring Boot tells it before Spring Security's filters run. */
final class CurrentSession {

    private CurrentSession() {}

    static @Nullable HttpServletRequest request() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                ? attributes.getRequest()
                : null;
    }

    static Optional<Session> find() {
        HttpServletRequest request = request();
        return request == null ? Optional.empty() : SojournFilter.session(request);
    }

    /** The session of this request, if its id is this one. */
    static Optional<Session> withId(String publicId) {
        return find().filter(session -> session.publicId().equals(publicId));
    }

    /** How the session ended that this request asks for by this id, if another request has ended it. */
    static Optional<PastSession> ended(String publicId) {
        HttpServletRequest request = request();
        if (request == null || !publicId.equals(request.getRequestedSessionId()) || find().isPresent()) {
            return Optional.empty();
        }
        return SojournFilter.ended(request).filter(end -> switch (end.cause()) {
            case REVOKED_ID, REVOKED_ALL, REVOKED_OTHERS, REVOKED_INDEX, LIMIT -> true;
            case IDLE, ABSOLUTE, SIGNED_OUT, UNREADABLE -> false;
        });
    }
}
