package io.sojourn.ends;

import io.sojourn.Session;
import io.sojourn.SessionId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The end of a session, with what the session held last. It cannot be changed, and nothing is stored of it afterwards. */
public interface SessionEnd {

    /** The session that ended. Use it to recognize an end that is told twice. */
    SessionId id();

    /** Why the session ended. */
    EndCause cause();

    /** The principal that was signed in; empty if the session had none. */
    Optional<String> principal();

    /** What the application noted with {@code Session.label}. */
    Map<String, String> labels();

    /** When the session was created; the epoch if the session was {@linkplain EndCause#UNREADABLE unreadable}. */
    Instant createdAt();

    /** When the session was used last; may lag behind by the touch interval. The epoch if it was unreadable. */
    Instant lastAccessedAt();

    /** The names of all attributes that can be read. */
    Set<String> names();

    /** The value of an attribute, decoded once; null if there is none, or if it cannot be read. */
    @SuppressWarnings("TypeParameterUnusedInFormals") // As with a session: the caller says what it has put there.
    <T> @Nullable T get(String name);

    /**
     * The session as it was stored last; empty if it was unreadable. It has ended: it can be read, and saving it stores nothing. Each
     * call gives a copy of its own.
     */
    Optional<Session> session();

    /**
     * Counts the tries to tell this end, from 1. If it is more than 1, an earlier call has failed or was cut short, or a node could not
     * read what the session held. Always {@link SessionEndListener#READ_TRIES} for a listener on every node.
     */
    int attempt();

    /**
     * Whether this node has ended the session, by a request or a call of the application; for a timeout, whether this node was the first to find it.
     * Always true for a listener that is told on one node.
     */
    boolean isFromThisNode();
}
