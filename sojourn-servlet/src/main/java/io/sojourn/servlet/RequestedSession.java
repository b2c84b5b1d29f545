package io.sojourn.servlet;

import io.sojourn.Lookup;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.http.SessionCookie;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The session that the client asked for. The store is asked when somebody first wants to know, and once: that there is
 * none is remembered as well. Guarded by the lock of {@link RequestSession}.
 */
final class RequestedSession {

    private final SessionManager manager;
    private final SessionCookie cookie;
    private final HttpServletRequest request;
    private final Failures failures;

    private @Nullable RequestedCookie shown;
    private boolean lookedUp;
    private boolean standInIsTransient;
    private @Nullable Session found;
    private @Nullable String foundAs;

    RequestedSession(SessionManager manager, SessionCookie cookie, HttpServletRequest request, Failures failures) {
        this.manager = manager;
        this.cookie = cookie;
        this.request = request;
        this.failures = failures;
    }

    /** The session, if what the client showed opens one. */
    @Nullable
    Session find() {
        if (!lookedUp) {
            lookUp();
            lookedUp = true;
        }
        return found;
    }

    private void lookUp() {
        try {
            failures.throwIfOut();
            for (SessionToken token : shown().tokens()) {
                Lookup lookup = manager.lookup(token);
                standInIsTransient |= lookup instanceof Lookup.Superseded;
                if (lookup instanceof Lookup.Found one) {
                    found = one.found();
                    foundAs = one.found().publicId();
                    standInIsTransient = false;
                    return;
                }
            }
        } catch (StoreUnavailableException e) {
            failures.lookupFailed(e);
            standInIsTransient = true;
        }
    }

    /** Whether a session that is made because there was none must not replace one that the client has, or may have. */
    boolean standInIsTransient() {
        return standInIsTransient;
    }

    /** Whether the client asked for a session at all. */
    boolean isRequested() {
        return shown().text() != null;
    }

    /** What the client asked for: the session's public id as it was then, if there is such a session. */
    @Nullable
    String id() {
        if (!isRequested()) {
            return null;
        }
        try {
            Session unused = find();
        } catch (StoreUnavailableException e) {
            return shown().id(); // Whoever needs more than that will see the failure.
        }
        return foundAs == null ? shown().id() : foundAs;
    }

    private RequestedCookie shown() {
        if (shown == null) {
            shown = RequestedCookie.of(request, cookie);
        }
        return shown;
    }
}
