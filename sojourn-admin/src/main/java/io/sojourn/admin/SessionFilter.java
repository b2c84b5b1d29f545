package io.sojourn.admin;

import io.sojourn.SessionInfo;
import io.sojourn.spi.IndexKey;
import java.time.Instant;
import java.util.Optional;

/**
 * Which sessions to list. Without an index all keys are scanned; with one only the sessions of that value are read.
 *
 * @param index the name of an index, if any
 * @param value the value in that index; empty if there is no index
 * @param usedAfter only sessions that were last used at this time or later
 * @param usedBefore only sessions that were last used before this time
 */
public record SessionFilter(
        Optional<String> index, String value, Optional<Instant> usedAfter, Optional<Instant> usedBefore) {

    /**
     * Checks the name of the index.
     *
     * @throws IllegalArgumentException if it cannot name an index
     */
    public SessionFilter {
        index.ifPresent(IndexKey::requireName);
    }

    /** All sessions. */
    public static SessionFilter all() {
        return new SessionFilter(Optional.empty(), "", Optional.empty(), Optional.empty());
    }

    /** The sessions of a principal. */
    public static SessionFilter ofPrincipal(String principal) {
        return ofIndex(IndexKey.PRINCIPAL, principal);
    }

    /**
     * The sessions with this value in a named index.
     *
     * @throws IllegalArgumentException if the name cannot name an index
     */
    public static SessionFilter ofIndex(String name, String value) {
        return new SessionFilter(Optional.of(name), value, Optional.empty(), Optional.empty());
    }

    /** Only those of them that were last used at this time or later. */
    public SessionFilter usedAfter(Instant time) {
        return new SessionFilter(index, value, Optional.of(time), usedBefore);
    }

    /** Only those of them that were last used before this time. */
    public SessionFilter usedBefore(Instant time) {
        return new SessionFilter(index, value, usedAfter, Optional.of(time));
    }

    /** The times are known of readable sessions alone. */
    boolean asksForTimes() {
        return usedAfter.isPresent() || usedBefore.isPresent();
    }

    boolean accepts(SessionInfo session) {
        Instant used = session.lastAccessedAt();
        return usedAfter.filter(used::isBefore).isEmpty()
                && usedBefore.map(used::isBefore).orElse(true);
    }

    /** Without the value, which may be a user's name. */
    @Override
    public String toString() {
        return "SessionFilter[index=" + index.orElse("none") + ", usedAfter=" + usedAfter + ", usedBefore=" + usedBefore
                + "]";
    }
}
