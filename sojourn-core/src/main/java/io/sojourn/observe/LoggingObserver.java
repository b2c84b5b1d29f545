package io.sojourn.observe;

import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.log.LogThrottle;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.LongSupplier;

/**
 * The default: logs what an operator should look into, and nothing that happens every day. What every request may cause, an
 * outage or an attack, is told once in a while with a count, so that it does not fill the disk as well.
 */
final class LoggingObserver implements SessionObserver {

    private final Logger log;
    private final LogThrottle storeFailures;
    private final LogThrottle wrongSecrets;
    private final LogThrottle replacedSecrets;
    private final LogThrottle unreadable;
    private final LogThrottle unreadableAttributes;
    private final LogThrottle unknownIds;

    LoggingObserver(Logger log) {
        this(log, System::nanoTime);
    }

    LoggingObserver(Logger log, LongSupplier nanoTime) {
        this.log = log;
        storeFailures = new LogThrottle(nanoTime);
        wrongSecrets = new LogThrottle(nanoTime);
        replacedSecrets = new LogThrottle(nanoTime);
        unreadable = new LogThrottle(nanoTime);
        unreadableAttributes = new LogThrottle(nanoTime);
        unknownIds = new LogThrottle(nanoTime);
    }

    @Override
    public void wrongSecret(SessionId id) {
        wrongSecrets.ifDue(since -> log.log(
                Level.WARNING,
                "Session {0}: a token with a wrong secret was refused; it is very old, or a guess{1}",
                id,
                since));
    }

    @Override
    public void replacedSecret(SessionId id) {
        replacedSecrets.ifDue(since -> log.log(
                Level.WARNING,
                "Session {0}: a token that was replaced a good while ago was refused; a client restored old cookies, or it"
                        + " was stolen{1}",
                id,
                since));
    }

    @Override
    public void unknownIds(int count) {
        unknownIds.ifDue(since -> log.log(
                Level.WARNING,
                "{0} tokens in ten seconds named sessions that do not exist; the store was emptied, or an attacker guesses{1}",
                count,
                since));
    }

    @Override
    public void unreadableSession(SessionId id, SojournException cause) {
        unreadable.ifDue(since -> log.log(
                Level.WARNING,
                "Session {0} reads as absent and is left as it is: {1}{2}",
                id,
                cause.getMessage(),
                since));
    }

    @Override
    public void unreadableAttribute(SessionId id, String attribute, SojournException cause) {
        unreadableAttributes.ifDue(since -> log.log(
                Level.WARNING,
                "Session " + id + ": an attribute reads as absent and its bytes are kept" + since,
                cause));
    }

    @Override
    public void storeFailed(SessionId id, SojournException cause) {
        storeFailures.ifDue(since -> log.log(Level.WARNING, "Session {0}: {1}{2}", id, cause.getMessage(), since));
    }
}
