package io.sojourn.ring;

import io.sojourn.Session;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was read with a key, for as long as a request holds that very object: Ring's middleware writes and deletes with the
 * string that it read with, in the asynchronous arity on any thread. So a map without a mark is written, and a session ended,
 * without reading again; and a request that was let in ends its session even if the secret was replaced since. An equal key
 * of another request is another object, and knows nothing.
 */
final class ReadSessions {

    private final Map<Key, SoftReference<Session>> sessions = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();

    /** Keys by identity. */
    private static final class Key extends WeakReference<Object> {
        private final int hash;

        Key(Object key, @Nullable ReferenceQueue<Object> gone) {
            super(key, gone);
            hash = System.identityHashCode(key);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            Object mine = get();
            return mine != null && other instanceof Key that && mine == that.get();
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    void put(Object key, Session session) {
        for (Reference<?> old = gone.poll(); old != null; old = gone.poll()) {
            sessions.remove(old);
        }
        sessions.put(new Key(key, gone), new SoftReference<>(session));
    }

    @Nullable
    Session get(Object key) {
        SoftReference<Session> found = sessions.get(new Key(key, null));
        return found == null ? null : found.get();
    }

    void forget(Object key) {
        sessions.remove(new Key(key, null));
    }
}
