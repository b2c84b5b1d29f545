package io.sojourn.sweep;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.SessionEnd;
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
 */
record EndedSession(
        SessionId id,
        EndCause cause,
        int attempt,
        @Nullable Supplier<Session> last,
        @Nullable Session seen) implements SessionEnd {

    static EndedSession of(SessionId id, EndCause cause, int attempt, @Nullable Supplier<Session> last) {
        return new EndedSession(id, cause, attempt, last, last == null ? null : last.get());
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
