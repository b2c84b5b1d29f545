package io.sojourn.ring;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was read with a key, for as long as a request holds that very object: Ring's middleware writes and deletes with the
 * string that it read with, in the asynchronous arity on any thread. An equal key of another request is another object, and
 * finds nothing.
 */
public final class ReadSessions {

    private final Map<Key, SoftReference<Object>> read = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();

    /** None yet. */
    public ReadSessions() {}

    /** Compared by identity. */
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

    /** Keeps what was read with a key. */
    public void put(Object key, Object session) {
        for (Reference<?> old = gone.poll(); old != null; old = gone.poll()) {
            read.remove(old);
        }
        read.put(new Key(key, gone), new SoftReference<>(session));
    }

    /** What was read with a key; null for nothing. */
    public @Nullable Object get(Object key) {
        SoftReference<Object> found = read.get(new Key(key, null));
        return found == null ? null : found.get();
    }
}
