package io.sojourn.redis.command;

import io.sojourn.SessionId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The notes that loads have found where sessions were that have ended, for a moment: until the request that has loaded it asks why there
 * is no session. So the answer costs no command.
 */
final class LoadedEndNotes {

    private static final int MOST = 1_000;
    private static final long KEPT_NANOS = Duration.ofSeconds(10).toNanos();

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Note(byte[] text, long at) {}

    /** The last ones; the eldest leave. Guarded by this. */
    private final Map<SessionId, Note> notes = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionId, Note> eldest) {
            return size() > MOST;
        }
    };

    void loaded(SessionId id, byte @Nullable [] note) {
        if (note != null) {
            Note found = new Note(note, System.nanoTime());
            synchronized (this) {
                notes.put(id, found);
            }
        }
    }

    synchronized Optional<byte[]> of(SessionId id) {
        Note note = notes.get(id);
        return note == null || System.nanoTime() - note.at > KEPT_NANOS ? Optional.empty() : Optional.of(note.text);
    }
}
