package io.sojourn.servlet.session;

import io.sojourn.SessionManager;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.EndWatch;
import io.sojourn.servlet.container.SessionListeners;
import jakarta.servlet.ServletContext;

/**
 * Tells the listeners of a web application of sessions that ended without a request of theirs: by a timeout, a revocation or a limit.
 * The request that invalidates its session has told of it already.
 */
public final class EndedSessions {

    private EndedSessions() {}

    /** Begins; to be called with the class loader of the web application. */
    public static EndWatch listen(
            SessionManager manager, ServletContext context, SessionListeners listeners, NodeSessions nodes) {
        OutsideAccess access = new OutsideAccess(manager, context, listeners, nodes);
        return manager.listenToEnds(end -> {
            if (end.cause() != EndCause.SIGNED_OUT) {
                end.session().ifPresent(session -> access.view(session).end());
            }
        });
    }
}
