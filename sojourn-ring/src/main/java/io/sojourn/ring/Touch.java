package io.sojourn.ring;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import java.util.Optional;

/** Lets a session live on because it was read. */
final class Touch {

    private Touch() {}

    /** Sent if it is due, and not waited for. */
    static void send(SessionManager sessions, Session session) {
        // Unlike save, this gives no session a new secret because the old one has its age: nobody would learn of it.
        Optional<Boolean> unused = sessions.update(session, unchanged -> true);
    }
}
