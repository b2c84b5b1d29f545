package io.sojourn.ring;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;

/** Lets a session live on because it was read. */
final class Touch {

    private Touch() {}

    /** Sent if it is due, and not waited for. */
    static void send(SessionManager sessions, Session session) {
        SaveOutcome unused = sessions.save(session);
    }
}
