package io.sojourn.servlet.session;

import io.sojourn.Session;

/** What stands behind a session that servlets see. */
public interface SessionOwner {

    /**
     * Refuses what would make a stored session of one that the client cannot be told of any more.
     *
     * @param call what asks for it, for the message
     */
    void requireStorable(Session session, String call);

    void changed(HttpSessionView view);

    /** Ends the session in the store and for this owner. */
    void invalidate(HttpSessionView view);

    /** The session was revoked without this owner. */
    void revoked(HttpSessionView view);
}
