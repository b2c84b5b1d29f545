package io.sojourn.spring.session;

import io.sojourn.AsyncSessionManager;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionToken;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A text that refers to a session: the public id that {@code getId()} gave, the bare id of {@code SessionInfo}, or the whole token
 * that a client holds. A token opens its session only with the right secret. A public id from before a rotation refers to
 * nothing any more, as with Spring Session after {@code changeSessionId}; one of a rotation that is not saved yet does.
 */
final class SessionReference {

    private final AsyncSessionManager sessions;
    private final String text;

    SessionReference(AsyncSessionManager sessions, String text) {
        this.sessions = sessions;
        this.text = text;
    }

    CompletionStage<Optional<Session>> find() {
        Optional<SessionToken> token = SessionToken.parse(text);
        if (token.isPresent()) {
            return sessions.find(token.get());
        }
        Optional<SessionId> id = SessionId.ofPublicId(text);
        return id.isEmpty()
                ? CompletableFuture.completedFuture(Optional.empty())
                : sessions.findById(id.get()).thenApply(found -> found.filter(this::isNotOutdated));
    }

    private boolean isNotOutdated(Session session) {
        return text.length() == SessionId.LENGTH || rotations(text) >= rotations(session.publicId());
    }

    private static long rotations(String publicId) {
        try {
            return Long.parseLong(publicId.substring(SessionId.LENGTH + 1));
        } catch (NumberFormatException e) {
            return -1; // Longer than any number of rotations.
        }
    }

    /**
     * Ends the session. An outdated id ends it, too, because the id of a session changes at a sign-in. It is revoked by its id:
     * the caller need not be a request of this session, and then nothing else tells the listeners of servlets.
     */
    CompletionStage<Boolean> end() {
        Optional<SessionToken> token = SessionToken.parse(text);
        if (token.isPresent()) {
            return sessions.find(token.get())
                    .thenCompose(found -> found.map(Session::id)
                            .map(sessions::revoke)
                            .orElseGet(() -> CompletableFuture.completedFuture(false)));
        }
        return SessionId.ofPublicId(text)
                .map(sessions::revoke)
                .orElseGet(() -> CompletableFuture.completedFuture(false));
    }
}
