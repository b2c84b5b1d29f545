package io.sojourn.spring.webflux;

import io.sojourn.Session;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The attributes of a session as a map that writes through to it. As with the session itself, null removes. */
final class SessionAttributes extends AbstractMap<String, Object> {

    /** Hears of each change after it was made. */
    interface Listener {
        void changed(String name, @Nullable Object before, @Nullable Object now);
    }

    private final Session session;
    private final Listener listener;

    SessionAttributes(Session session, Listener listener) {
        this.session = session;
        this.listener = listener;
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
        return name instanceof String text ? session.get(text) : null;
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return get(name) != null;
    }

    /** @throws io.sojourn.ValueNotAcceptedException if the value cannot be stored; the attribute keeps what it had */
    @Override
    public @Nullable Object put(String name, @Nullable Object value) {
        Object before = session.get(name);
        session.set(name, value);
        listener.changed(name, before, value);
        return before;
    }

    @Override
    public @Nullable Object remove(@Nullable Object name) {
        return name instanceof String text ? removed(text) : null;
    }

    private @Nullable Object removed(String name) {
        Object before = session.get(name);
        session.remove(name);
        if (before != null) {
            listener.changed(name, before, null);
        }
        return before;
    }

    @Override
    public boolean isEmpty() {
        return session.names().isEmpty();
    }

    @Override
    public Set<String> keySet() {
        return new Names();
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        return new Entries();
    }

    private final class Names extends AbstractSet<String> {

        @Override
        public Iterator<String> iterator() {
            Iterator<Map.Entry<String, Object>> entries = entrySet().iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return entries.hasNext();
                }

                @Override
                public String next() {
                    return entries.next().getKey();
                }

                @Override
                public void remove() {
                    entries.remove();
                }
            };
        }

        @Override
        public int size() {
            return session.names().size();
        }

        @Override
        public boolean contains(@Nullable Object name) {
            return containsKey(name);
        }

        @Override
        public boolean remove(@Nullable Object name) {
            return SessionAttributes.this.remove(name) != null;
        }
    }

    /** Over the names as they were when the iteration began; values are decoded one by one. */
    private final class Entries extends AbstractSet<Map.Entry<String, Object>> {

        @Override
        public Iterator<Map.Entry<String, Object>> iterator() {
            Iterator<String> names = session.names().iterator();
            return new Iterator<>() {
                private @Nullable String last;

                @Override
                public boolean hasNext() {
                    return names.hasNext();
                }

                @Override
                public Map.Entry<String, Object> next() {
                    String name = names.next();
                    last = name;
                    return new Entry(name);
                }

                @Override
                public void remove() {
                    if (last == null) {
                        throw new IllegalStateException("next() comes first");
                    }
                    Object unused = removed(last);
                    last = null;
                }
            };
        }

        @Override
        public int size() {
            return session.names().size();
        }
    }

    /** Reads its value when it is asked for it, and writes through. */
    private final class Entry implements Map.Entry<String, Object> {

        private final String name;

        Entry(String name) {
            this.name = name;
        }

        @Override
        public String getKey() {
            return name;
        }

        @Override
        @SuppressWarnings("NullAway") // Another thread may have removed it since.
        public Object getValue() {
            return session.<Object>get(name);
        }

        @Override
        @SuppressWarnings("NullAway")
        public Object setValue(Object value) {
            return put(name, value);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Map.Entry<?, ?> that && new SimpleEntry<>(this).equals(that);
        }

        @Override
        public int hashCode() {
            return new SimpleEntry<>(this).hashCode();
        }

        @Override
        public String toString() {
            return name; // No value of a session belongs into a log.
        }
    }

    /** The names alone: no value of a session belongs into a log. */
    @Override
    public String toString() {
        return session.names().toString();
    }
}
