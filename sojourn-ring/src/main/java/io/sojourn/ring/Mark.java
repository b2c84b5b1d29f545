package io.sojourn.ring;

import io.sojourn.Session;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Where a session map came from. Shows nothing of the session when it is printed.
 */
sealed interface Mark {

    /** The store that it was read from: to any other the mark says nothing. */
    RingStore store();

    /** The key that it was read with. */
    Object key();

    /**
     * It was read from a session of ours.
     *
     * @param session what the engine holds of it
     * @param contents what was read, or written since by the request that read it
     */
    record Loaded(RingStore store, Object key, Session session, AtomicReference<Contents> contents) implements Mark {
        @Override
        public String toString() {
            return "read";
        }
    }

    /**
     * It was read from where the older store keeps it.
     *
     * @param data what was read
     */
    record OldLayout(RingStore store, Object key, @Nullable Object data) implements Mark {
        @Override
        public String toString() {
            return "read";
        }
    }

    /** The key was replaced a moment ago: it opens nothing, and nothing that its holder does may replace the new one. */
    record Superseded(RingStore store, Object key) implements Mark {
        @Override
        public String toString() {
            return "superseded";
        }
    }
}
