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
        if (end.cause() != EndCause.SIGNED_OUT) {
            end.session().ifPresent(this::tell);
        } else if (access.nodes().mayTell(end.id())) {
            try {
                end.session().ifPresent(this::tell);
            } catch (RuntimeException | Error e) {
                access.nodes().mayTellAgain(end.id());
                throw e;
            }
        }
    }

    private void tell(Session session) {
        access.view(session).end();
    }
}
