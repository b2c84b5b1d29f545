package io.sojourn.ring;

import clojure.lang.APersistentMap;
import clojure.lang.IMapEntry;
import clojure.lang.IPersistentCollection;
import clojure.lang.IPersistentMap;
import clojure.lang.ISeq;
import clojure.lang.Keyword;
import clojure.lang.PersistentArrayMap;
import java.io.Serial;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Metadata with a {@link Mark} that notices when Ring's middleware finds {@code :recreate} in it. That is the one way to
 * learn, before {@code delete-session} is called, that {@code write-session} will follow and that both together mean a
 * rotation. In everything else a map like any other.
 *
 * <p>The mark itself is found by its key and shows nowhere else, neither to those who count nor to those who walk through the
 * entries: so a session map prints, and goes through Nippy or Java's serialization into a cache or a queue, as if it had none.
 */
final class MarkedMetadata extends APersistentMap {

    @Serial
    private static final long serialVersionUID = 1L;

    private static final Keyword RECREATE = Keyword.intern("recreate");

    private final transient IPersistentMap map;
    private final transient Mark mark;

    MarkedMetadata(IPersistentMap map, Mark mark) {
        this.map = map;
        this.mark = mark;
    }

    /** The same as an ordinary map. */
    IPersistentMap plain() {
        return map;
    }

    /** Whoever serializes a session map gets it without the mark, which means nothing elsewhere. */
    @Serial
    private @Nullable Object writeReplace() {
        return map;
    }

    private IPersistentMap with(IPersistentMap changed) {
        return changed == map ? this : new MarkedMetadata(changed, mark);
    }

    @Override
    public @Nullable Object valAt(Object key) {
        return valAt(key, null);
    }

    @Override
    public @Nullable Object valAt(Object key, @Nullable Object notFound) {
        if (key == Marks.KEY) {
            return mark;
        }
        Object value = map.valAt(key, notFound);
        if (key == RECREATE && value != null && !Boolean.FALSE.equals(value) && RingMiddleware.isCaller()) {
            Recreation.announce(mark);
        }
        return value;
    }

    @Override
    public IPersistentMap assoc(Object key, Object value) {
        return key == Marks.KEY ? map.assoc(key, value) : with(map.assoc(key, value));
    }

    @Override
    public IPersistentMap assocEx(Object key, Object value) {
        return key == Marks.KEY ? map.assocEx(key, value) : with(map.assocEx(key, value));
    }

    @Override
    public IPersistentMap without(Object key) {
        return key == Marks.KEY ? map : with(map.without(key));
    }

    @Override
    public boolean containsKey(Object key) {
        return map.containsKey(key);
    }

    @Override
    public IMapEntry entryAt(Object key) {
        return map.entryAt(key);
    }

    @Override
    public int count() {
        return map.count();
    }

    @Override
    public IPersistentCollection empty() {
        return PersistentArrayMap.EMPTY;
    }

    @Override
    public ISeq seq() {
        return map.seq();
    }

    @Override
    public Iterator<?> iterator() {
        return map.iterator();
    }
}
