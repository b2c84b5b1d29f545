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

    /**
     * What the key opens was not to be seen, for it was replaced a moment ago, or Redis was away. Nothing that its holder does
     * may replace the cookie: the new one, or this one, which is good again as soon as Redis is back.
     */
    record Unopened(RingStore store, Object key) implements Mark {
        @Override
        public String toString() {
            return "unopened";
        }
    }
}
