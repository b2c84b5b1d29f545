package io.sojourn.http;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long the client is to keep the cookie of one request's session, and when it has to be told so again: for adapters. One
 * object a request; not thread-safe.
 *
 * <p>A cookie that ends with the browser needs no telling. One with a max age, because the application wants it so or the
 * session is {@linkplain Session#remember remembered}, is handed out anew while the session is in use, so that it does not
 * end before the session. Nothing is stored for this; it follows from the time of the last use, which each save sets. So
 * after a save the cookie is due if a multiple of the interval lies between the last use and now: once in an interval,
 * however many requests there are.
 */
public final class CookieLife {

    /** Browsers keep no cookie for longer (RFC 6265bis, 5.5): 400 days. */
    static final Duration LONGEST = Duration.ofDays(400);

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final SessionSettings settings;
    private final SessionCookie cookie;
    private @Nullable Limits told;

    /** For the cookie of a manager with these settings. */
    public CookieLife(SessionSettings settings, SessionCookie cookie) {
        this.settings = settings;
        this.cookie = cookie;
    }

    /** Notes that the client has been told how long this session lasts, so that it need not be told again. */
    public void noteTold(Session session) {
        told = Limits.of(session);
    }

    /** How long the client is to keep the cookie from now on; empty for until the browser is closed. */
    public Optional<Duration> of(Session session) {
        if (!session.isRemembered()) {
            return cookie.maxAge();
        }
        Duration idle = session.idleTimeout().isZero() ? LONGEST : session.idleTimeout();
        Instant now = settings.clock().instant();
        Duration rest = session.absoluteDeadline()
                .map(end -> Duration.between(now, end))
                .orElse(LONGEST);
        Duration life = Collections.min(List.of(idle, rest, LONGEST));
        return Optional.of(
                Collections.max(List.of(SHORTEST, life, cookie.maxAge().orElse(SHORTEST))));
    }

    /** Whether the client that has the session's token is to get it again, given what became of the session. */
    public boolean isDue(Session session, SaveOutcome outcome) {
        Limits known = told;
        noteTold(session);
        return (known != null && !known.equals(told)) || slides(session, outcome);
    }

    private boolean slides(Session session, SaveOutcome outcome) {
        Optional<Duration> maxAge = of(session);
        if (maxAge.isEmpty() || session.isNew() || !session.isStored()) {
            return false;
        }
        long interval = interval(session, maxAge.get());
        long last = session.lastAccessedAt().toEpochMilli();
        long now = settings.clock().millis();
        if (outcome == SaveOutcome.SAVED) {
            return now / interval != last / interval;
        }
        return settings.extendOnRead() && Math.abs(now - last) >= interval;
    }

    /** As often as a use of the session is written down, and at least twice in the cookie's life. */
    private long interval(Session session, Duration maxAge) {
        long interval = Math.min(settings.touchInterval().toMillis(), maxAge.toMillis() / 2);
        long idle = session.idleTimeout().toMillis();
        return Math.max(1, idle == 0 ? interval : Math.min(interval, idle / 10));
    }

    /** Those of a session that is remembered; of all others the client need not know any. */
    private record Limits(boolean remembered, Duration idle, Optional<Instant> deadline) {

        static Limits of(Session session) {
            return session.isRemembered()
                    ? new Limits(true, session.idleTimeout(), session.absoluteDeadline())
                    : new Limits(false, Duration.ZERO, Optional.empty());
        }
    }
}
