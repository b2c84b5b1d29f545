package io.sojourn.engine;

import io.sojourn.record.SessionRecord;
import io.sojourn.spi.SessionWrite;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * One write with the changes of several attempts that wait in the {@link SaveQueue}, as if each had been committed after the one
 * before: each is checked against the state that the ones before it lead to, by its own token and limits. Either all are
 * applied or none. This is a batch; a merge, of changes with what another request has stored, is in {@link SaveAttempt}.
 */
final class BatchedWrite {

    private final CommitAttempt first;
    private final List<QueuedAttempt> others = new ArrayList<>();
    private final Map<String, byte[]> put;
    private final Set<String> remove;
    private PreparedWrite last;

    /** @param first the attempt that sends the write */
    BatchedWrite(CommitAttempt first) {
        this.first = first;
        this.last = first.prepared();
        SessionWrite write = write(last);
        this.put = new HashMap<>(write.put());
        this.remove = new HashSet<>(write.remove());
    }

    private static SessionWrite write(PreparedWrite prepared) {
        return Objects.requireNonNull(prepared.write());
    }

    List<QueuedAttempt> others() {
        return others;
    }

    /** Adds another attempt's changes to those so far; tells whether that was possible. */
    boolean add(QueuedAttempt other) {
        PreparedWrite next = other.hasDoneWaiting() ? null : other.attempt().batchedOnto(last.state());
        if (next == null) {
            return false;
        }
        SessionWrite write = write(next);
        put.keySet().removeAll(write.remove());
        remove.addAll(write.remove());
        put.putAll(write.put());
        remove.removeAll(write.put().keySet());
        last = next;
        others.add(other);
        return true;
    }

    SessionWrite write() {
        SessionWrite base = write(first.prepared());
        SessionWrite end = write(last);
        return new SessionWrite(
                base.id(), base.expectedRevision(), end.revision(), end.touchedAt(), end.timeToLive(), put, remove);
    }

    SessionRecord state() {
        return last.state();
    }

    /** It was applied: all attempts have led to the last state. */
    void applied() {
        first.ledTo(last.state());
        others.forEach(other -> other.attempt().ledTo(last.state()));
    }
}
