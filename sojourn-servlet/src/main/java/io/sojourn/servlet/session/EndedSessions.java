package io.sojourn.servlet.session;

import io.sojourn.SessionManager;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.SessionEnd;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.servlet.container.SessionListeners;
import jakarta.servlet.ServletContext;

/**
 * Tells the listeners of a web application of sessions that ended without a request of theirs: by a timeout, a revocation or a limit.
 * The request that invalidates its session has told the listeners of its node already.
 */
public final class EndedSessions implements SessionEndListener {

    private final SessionAccess access;

    public EndedSessions(
            SessionManager manager, ServletContext context, SessionListeners listeners, NodeSessions nodes) {
        access = new SessionAccess(manager, context, listeners, nodes);
    }

    /** To be called with the class loader of the web application. */
    @Override
    public void ended(SessionEnd end) {
        if (end.cause() != EndCause.SIGNED_OUT || !end.isFromThisNode()) {
            end.session().ifPresent(session -> access.view(session).end());
        }
    }
}
