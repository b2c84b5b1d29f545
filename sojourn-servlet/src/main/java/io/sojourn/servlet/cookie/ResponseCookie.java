package io.sojourn.servlet.cookie;

import io.sojourn.Session;
import io.sojourn.SessionToken;
import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.TokenTransport;
import io.sojourn.servlet.request.SessionLifecycle;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one {@code Set-Cookie} header of ours in a response, or what a {@link TokenTransport} has in its place. It is decided anew whenever the session has been saved, and
 * written into the response each time that may commit: then a second decision replaces the first one, and what the
 * application resets in between comes back. Guarded by the lock of {@link SessionLifecycle}.
 */
public final class ResponseCookie {

    private static final Logger LOG = System.getLogger(ResponseCookie.class.getPackageName());
    private static final String SET_COOKIE = "Set-Cookie";

    private final InstantSource clock;
    private final SessionCookie cookie;
    private final OnceLog once;
    private final boolean isSent;
    private final @Nullable TokenTransport transport;
    private final HttpServletRequest request;
    private final boolean requestIsSecure;
    private final HttpServletResponse response;

    private volatile boolean over;
    private @Nullable SessionToken held;
    private boolean misplaced;
    private @Nullable String wanted;
    private @Nullable String written;

    public ResponseCookie(
            Application application, InstantSource clock, HttpServletRequest request, HttpServletResponse response) {
        this.clock = clock;
        this.cookie = application.cookie();
        this.once = application.once();
        this.isSent = application.tracking().byCookie();
        this.transport = application.transportOf(request);
        this.request = request;
        this.requestIsSecure = request.isSecure();
        this.response = response;
    }

    /** Whether nothing can be told any more: the response has left, or its request is over and the container has it back. */
    public boolean isTooLate() {
        return over || response.isCommitted();
    }

    public void setOver(boolean isOver) {
        over = isOver;
    }

    /**
     * The client showed this token, and it opened a session: it need not be told again.
     *
     * @param inPlace whether it is where it is to be; if not, the client gets it once more
     */
    public void noteHeld(SessionToken token, boolean inPlace) {
        held = token;
        misplaced = !inPlace;
    }

    /**
     * From now on this token opens the session. Only for what is stored.
     *
     * @param age how long the client is to keep it; empty for until the browser is closed
     */
    public void hand(SessionToken token, Optional<Duration> age) {
        if (isHeldAlready(token)) {
            return;
        }
        boolean isNews = held == null || !held.equals(token);
        if (!isSent || (isTooLate() && !isNews)) {
            held = token;
            return; // The client learns it by URLs, or by another response.
        }
        if (isTooLate()) {
            LOG.log(
                    Level.WARNING,
                    "Session {0} got a new secret after the response was committed, so the client could not be told"
                            + " and has lost it; change secrets before the body is written.",
                    token.id());
        }
        held = token;
        misplaced = false;
        wanted = transport == null ? cookie.set(token, age, requestIsSecure, clock.instant()) : token.reveal();
        if (transport == null) {
            once.logMissingPrefix(cookie, requestIsSecure);
        }
    }

    /** The client holds this token, or is about to, and is to keep it for another time. */
    public void handAgain(SessionToken token, Optional<Duration> age) {
        if (isSent && transport == null && isHeldAlready(token) && !isTooLate()) {
            wanted = cookie.set(token, age, requestIsSecure, clock.instant());
        }
    }

    /** This request has ended the session that the client holds a token of. */
    public void clear() {
        if (held != null && isSent) {
            held = null;
            wanted = transport == null ? cookie.clear(requestIsSecure) : "";
        }
    }

    /** Whether the response has yet to be told of something, this session included. */
    public boolean isDue(@Nullable Session session) {
        boolean unwritten = wanted != null && !wanted.equals(written);
        return unwritten || (session != null && session.mayReplaceCookie() && !isHeldAlready(session.token()));
    }

    private boolean isHeldAlready(SessionToken token) {
        return !misplaced && held != null && held.equals(token);
    }

    /** Brings the response in line with what was decided. */
    public void write() {
        if (wanted == null || isTooLate()) {
            return;
        }
        if (transport != null) {
            writeBy(transport);
            return;
        }
        Collection<String> present = response.getHeaders(SET_COOKIE);
        if (written != null && present.contains(written)) {
            if (written.equals(wanted)) {
                return;
            }
            List<String> others = new ArrayList<>(present);
            others.remove(written);
            response.setHeader(SET_COOKIE, wanted); // Headers can only be replaced all at once.
            others.forEach(other -> response.addHeader(SET_COOKIE, other));
        } else {
            response.addHeader(SET_COOKIE, wanted);
        }
        written = wanted;
    }

    private void writeBy(TokenTransport other) {
        if (held == null) {
            other.clear(request, response);
        } else {
            other.hand(request, response, held);
        }
        written = wanted;
    }
}
