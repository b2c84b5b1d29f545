package io.sojourn.observe;

import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.log.LogThrottle;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The default: logs what an operator should look into, and nothing that happens every day. What every request may cause, an
 * outage or an attack, is told once in a while with a count, so that it does not fill the disk as well.
 */
final class LoggingObserver implements SessionObserver {

    private final Logger log;

    /** By the message. */
    private final LogThrottle<String> throttle;

    LoggingObserver(Logger log) {
        this(log, System::nanoTime);
    }

    LoggingObserver(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.throttle = new LogThrottle<>(nanoTime);
    }

    private void warn(String message, @Nullable Object... parameters) {
        throttle.ifDue(message, since -> log.log(Level.WARNING, message + since, parameters));
    }

    @Override
    public void wrongSecret(SessionId id) {
        warn("Session {0}: a token with a wrong secret was refused; it is very old, or a guess", id);
    }

    @Override
    public void replacedSecret(SessionId id) {
        warn(
                "Session {0}: a token that was replaced a good while ago was refused; a client restored old cookies, or it"
                        + " was stolen",
                id);
    }

    @Override
    public void unknownIds(int count) {
        warn(
                "{0} tokens in ten seconds named sessions that do not exist; the store was emptied, or an attacker guesses",
                count);
    }

    @Override
    public void unreadableSession(SessionId id, SojournException cause) {
        warn("Session {0} reads as absent and is left as it is: {1}", id, cause.getMessage());
    }

    @Override
    public void unreadableAttribute(SessionId id, String attribute, SojournException cause) {
        throttle.ifDue(
                "unreadable attribute",
                since -> log.log(
                        Level.WARNING,
                        "Session " + id + ": an attribute reads as absent and its bytes are kept" + since,
                        cause));
    }

    @Override
    public void endNotTold(SessionId id, @Nullable Duration retryIn, Throwable cause) {
        throttle.ifDue(
                "end not told",
                since -> log.log(
                        Level.WARNING,
                        "Session " + id + ": its end could not be told, "
                                + (retryIn == null ? "and is given up" : "and is tried again in " + retryIn) + since,
                        cause));
    }

    @Override
    public void endsMissed(long count) {
        warn(
                "{0} ends of sessions were not told to listeners of this node that are told on every node: the node was away, or"
                        + " the listeners were too slow",
                count);
    }

    @Override
    public void storeFailed(SessionId id, SojournException cause) {
        warn("Session {0}: {1}", id, cause.getMessage());
    }
}
