package io.sojourn.sweep;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.context.EngineContext;
import io.sojourn.ends.EndCause;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.SessionEnds;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the classes need that look for ended sessions and tell listeners of them. It knows none of these classes.
 *
 * @param ends what the store remembers of ends
 * @param node the name of this node if every node is to be told; null if one node only
 * @param sessions makes an ended session of the record that was stored last
 */
record EndContext(
        EngineContext engine,
        SessionEnds ends,
        @Nullable String node,
        BiFunction<SessionId, SessionRecord, Session> sessions) {

    /** The end of a session that can be read. */
    EndedSession ended(SessionId id, EndCause cause, int attempt, SessionRecord last) {
        Supplier<Session> made = () -> sessions.apply(id, last);
        return new EndedSession(
                id, cause, attempt, made, made.get(), last.names().size(), true);
    }
}
