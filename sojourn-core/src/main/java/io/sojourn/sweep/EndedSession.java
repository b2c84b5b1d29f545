package io.sojourn.sweep;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.SessionEnd;
import io.sojourn.ends.SessionEndListener;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of a session.
 *
 * @param last makes the session as it was stored last, anew for each listener that wants to take it apart; null if that cannot be
 *     read
 * @param seen one that is only read; null as well
 * @param attributes how many attributes the session had
 */
record EndedSession(
        SessionId id,
        EndCause cause,
        int attempt,
        @Nullable Supplier<Session> last,
        @Nullable Session seen,
        int attributes,
        boolean isFromThisNode)
        implements SessionEnd {

    /** A cause that a newer version has written is told as unreadable. */
    static EndCause causeNamed(String name) {
        for (EndCause cause : EndCause.values()) {
            if (cause.name().equals(name)) {
                return cause;
            }
        }
        return EndCause.UNREADABLE;
    }

    static EndedSession unreadable(SessionId id, EndCause cause, int attempt) {
        return new EndedSession(id, cause, attempt, null, null, 0, true);
    }

    /** The same, as this node or another one has ended it. */
    EndedSession from(boolean thisNode) {
        return new EndedSession(id, cause, attempt, last, seen, attributes, thisNode);
    }

    /** Throws if another node may be able to read more of it, because it has other classes; after some tries none is asked. */
    void requireReadable() {
        if (seen != null
                && attempt < SessionEndListener.READ_TRIES
                && seen.names().size() < attributes) {
            throw new UnreadableSessionException(
                    "Some attributes of the ended session cannot be read here; another node may be able to", null);
        }
    }

    @Override
    public Optional<Session> session() {
        return Optional.ofNullable(last).map(Supplier::get);
    }

    @Override
    public Optional<String> principal() {
        return seen == null ? Optional.empty() : seen.principal();
    }

    @Override
    public Map<String, String> labels() {
        return seen == null ? Map.of() : seen.labels();
    }

    @Override
    public Instant createdAt() {
        return seen == null ? Instant.EPOCH : seen.createdAt();
    }

    @Override
    public Instant lastAccessedAt() {
        return seen == null ? Instant.EPOCH : seen.lastAccessedAt();
    }

    @Override
    public Set<String> names() {
        return seen == null ? Set.of() : seen.names();
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // As with a session: the caller says what it has put there.
    public <T> @Nullable T get(String name) {
        return seen == null ? null : seen.get(name);
    }

    @Override
    public String toString() {
        return "SessionEnd[" + id + ", " + cause + ", attempt " + attempt + "]";
    }
}
