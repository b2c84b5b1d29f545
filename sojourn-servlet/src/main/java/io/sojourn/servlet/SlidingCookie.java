package io.sojourn.servlet;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.http.SessionCookie;
import java.time.Duration;

/**
 * When a cookie with a max age is handed out anew, so that it does not end before the session that is in use. Nothing is
 * stored for it: what tells is when the session was last used.
 *
 * <p>A change of the session sets that time, perhaps at each request. So it counts then whether the time between the two
 * uses has a multiple of the interval in it: that is the case once in an interval, however many uses there are.
 */
record SlidingCookie(SessionManager manager, SessionCookie cookie) {

    /** Whether it is due, given what became of the session that the client has shown a token of. */
    boolean isDue(Session session, SaveOutcome outcome) {
        if (cookie.maxAge().isEmpty() || session.isNew() || !session.isStored()) {
            return false;
        }
        long interval = interval(session, cookie.maxAge().get());
        long last = session.lastAccessedAt().toEpochMilli();
        long now = manager.settings().clock().millis();
        if (outcome == SaveOutcome.SAVED) {
            return now / interval != last / interval;
        }
        return manager.settings().extendOnRead() && Math.abs(now - last) >= interval;
    }

    /** As often as a use of the session is written down, and at least twice in the cookie's life. */
    private long interval(Session session, Duration maxAge) {
        long interval = Math.min(manager.settings().touchInterval().toMillis(), maxAge.toMillis() / 2);
        long idle = session.idleTimeout().toMillis();
        return Math.max(1, idle == 0 ? interval : Math.min(interval, idle / 10));
    }
}
