package io.sojourn;

import io.sojourn.spi.SessionObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** The default: logs what somebody should look into, and nothing that happens every day. */
final class LoggingObserver implements SessionObserver {

    private static final Logger LOG = System.getLogger("io.sojourn");

    @Override
    public void wrongSecret(SessionId id) {
        LOG.log(Level.WARNING, "Session {0}: a token with a wrong secret was refused; it is old, or a guess", id);
    }

    @Override
    public void unreadableSession(SessionId id, SojournException cause) {
        LOG.log(Level.WARNING, "Session {0} reads as absent and is left as it is: {1}", id, cause.getMessage());
    }

    @Override
    public void unreadableAttribute(SessionId id, String attribute, SojournException cause) {
        LOG.log(Level.WARNING, "Session " + id + ": an attribute reads as absent and its bytes are kept", cause);
    }

    @Override
    public void storeFailed(SessionId id, SojournException cause) {
        LOG.log(Level.WARNING, "Session {0}: {1}", id, cause.getMessage());
    }
}
