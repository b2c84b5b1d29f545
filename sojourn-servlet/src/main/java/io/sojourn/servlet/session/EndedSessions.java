package io.sojourn.servlet.session;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.SessionEnd;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.servlet.container.SessionListeners;
import jakarta.servlet.ServletContext;

/**
 * Tells the listeners of a web application of sessions that ended: by a timeout, a revocation or a limit. A call of {@code invalidate()},
 * and a request that finds its session revoked, tells the listeners of its node itself.
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
        Session session = end.session().orElse(null);
        if (session == null) {
            return; // There is nothing to tell, and a request that has the session may still tell of it.
        }
        if (end.cause() != EndCause.SIGNED_OUT) {
            tell(session);
        } else if (!isLeftToRequest(end) && access.nodes().claimTelling(end.id())) {
            try {
                tell(session);
            } catch (RuntimeException | Error e) {
                access.nodes().releaseTelling(end.id());
                throw e;
            }
        }
    }

    private boolean isLeftToRequest(SessionEnd end) {
        return end.isFromThisNode() && access.nodes().isLeftToRequest(end.id());
    }

    private void tell(Session session) {
        access.view(session).end();
    }
}
