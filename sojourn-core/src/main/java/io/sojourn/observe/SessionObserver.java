package io.sojourn.observe;

import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.PastSession;
import io.sojourn.spi.StoreStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens to sessions: for metrics, audit and alarms. Every method does nothing unless overridden. Calls come
 * from the thread that did the work, or from a store's thread: return quickly and do not block. An exception thrown here
 * is logged and goes no further. No secret and no attribute value ever gets here.
 */
public interface SessionObserver {

    /**
     * The default observer: writes to the {@link java.lang.System.Logger} named {@code io.sojourn} what an operator should look
     * into, such as refused tokens and a store that fails. What every request may cause is written now and then, with a count.
     */
    static SessionObserver logging() {
        return logging(System.getLogger("io.sojourn"));
    }

    /** As {@link #logging()}, to a logger of the caller's choice: for adapters whose applications log by other means. */
    static SessionObserver logging(System.Logger logger) {
        return new LoggingObserver(logger);
    }

    /** A manager begins to work with a store: for those who show its state. */
    default void started(StoreStatus store) {}

    /**
     * An operation of a manager begins, in the thread of its caller. Whoever returns something hears of its end. Unless
     * overridden nobody needs to know; then nothing is measured.
     */
    default Operation.@Nullable Running begins(Operation operation) {
        return null;
    }

    /** A new session was stored. */
    default void created(SessionId id) {}

    /** A change of an existing session was stored. */
    default void saved(SessionId id) {}

    /** A save found that another request had saved in between; it was merged and is tried again. */
    default void conflict(SessionId id) {}

    /** A save came too late: its session had been revoked or had expired. Nothing was written. */
    default void gone(SessionId id) {}

    /** A session got a new secret; the old one opens nothing from now on. */
    default void rotated(SessionId id) {}

    /** Somebody signed in to a session. */
    default void signedIn(SessionId id) {}

    /** Somebody signed in to a session, and who. Unless overridden, tells {@link #signedIn(SessionId)}. */
    default void signedIn(SessionId id, String principal) {
        signedIn(id);
    }

    /** Nobody is signed in to a session any more. */
    default void signedOut(SessionId id) {}

    /** A session was ended on purpose. */
    default void revoked(SessionId id) {}

    /** A session was ended on purpose, and how. Unless overridden, tells {@link #revoked(SessionId)}. */
    default void revoked(SessionId id, RevocationCause verb) {
        revoked(id);
    }

    /** A sign-in to this session found that its principal has as many as allowed: one gives way, or this one does. */
    default void limitReached(SessionId id) {}

    /** A token named a session that is past its absolute deadline; the store will drop it. */
    default void expiredByAge(SessionId id) {}

    /** A token named a session that does not exist: it ended, or was made up. */
    default void unknownId(SessionId id) {}

    /**
     * With {@code endEvents}: a client showed the token of a session that has ended within the last hour, with its last secret. Unless
     * overridden, tells {@link #unknownId}.
     */
    default void endedSession(SessionId id, PastSession past) {
        unknownId(id);
    }

    /**
     * Many tokens in a short time named sessions that do not exist: the store was emptied, or somebody is guessing.
     *
     * @param count how many in a window of ten seconds so far; told at each hundredth
     */
    default void unknownIds(int count) {}

    /** A token named an existing session but its secret never was that session's: a guess. */
    default void wrongSecret(SessionId id) {}

    /**
     * A token had a secret that was replaced a good while ago; a client that keeps its cookies does not send it. Either it
     * restored old ones, or somebody else has a copy: consider revoking the session.
     */
    default void replacedSecret(SessionId id) {}

    /**
     * A request showed a secret that was replaced less than {@link io.sojourn.SessionSettings#SUPERSEDED_FOR} ago, for example by a
     * parallel request. It was given no session. This is harmless.
     */
    default void superseded(SessionId id) {}

    /** What lies under the id cannot be read as a session; it was left alone and the request has no session. */
    default void unreadableSession(SessionId id, SojournException cause) {}

    /** An attribute could not be decoded; it reads as absent and its bytes are kept. */
    default void unreadableAttribute(SessionId id, String attribute, SojournException cause) {}

    /**
     * A save was refused and nothing was written: over a limit, a value that was changed in place into one that cannot be
     * stored, or too many conflicts. The caller gets the same exception, and with it the duty to log it.
     */
    default void saveRefused(SessionId id, SojournException cause) {}

    /**
     * With {@code endEvents}: this node has told its listener that a session ended.
     *
     * @param lag how long after it was due; zero for an end that this node brought about
     */
    default void ended(SessionId id, EndCause cause, Duration lag) {}

    /** With {@code endEvents}: this node takes over the end of a session from a node that died, or was too slow. */
    default void endHandedOn(SessionId id) {}

    /**
     * With {@code endEvents}: a listener, or the store, failed when the end of a session was to be told.
     *
     * @param retryIn when it is tried again; null if the end is given up
     */
    default void endNotTold(SessionId id, @Nullable Duration retryIn, Throwable cause) {}

    /**
     * With {@code endEvents}: a session was entered, and there is nothing of it. It never came to exist, or it ended while no
     * node looked for it, or was deleted by another program; its end is not told.
     */
    default void endUnknown(SessionId id) {}

    /**
     * With {@code endEventsOnEveryNode}: the listeners on every node of this node were not told of some ends, because it was away or
     * its listeners were slow, and Redis has dropped these ends meanwhile. Other nodes have been told.
     *
     * @param count how many ends
     */
    default void endsMissed(long count) {}

    /** An operation on the store failed: out of reach, or too late. */
    default void storeFailed(SessionId id, SojournException cause) {}
}
