package io.sojourn.engine;

import io.sojourn.SessionId;
import io.sojourn.spi.SessionStore;
import java.util.Collection;
import java.util.Map;

/** A real store, and what can be done and seen behind it. */
interface Backend {

    SessionStore store();

    /** Lets the time of all sessions be up. */
    void expireAll();

    /**
     * That these sessions are stored and nothing else, each in the parts that its attributes need and with a time to live.
     *
     * @param ids all ids that were ever in use
     */
    void assertHoldsExactly(Map<SessionId, ModelSession> sessions, Collection<SessionId> ids);
}
