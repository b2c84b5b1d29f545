package io.sojourn.ring;

import clojure.lang.APersistentMap;
import clojure.lang.IMapEntry;
import clojure.lang.IPersistentCollection;
import clojure.lang.IPersistentMap;
import clojure.lang.ISeq;
import clojure.lang.PersistentArrayMap;
import java.io.Serial;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a session that was read: the application's own, and beside it a mark that says what was read. Ring hands
 * over the whole map at the end of a request and nothing else; metadata survives {@code assoc}, {@code dissoc} and
 * {@code merge}, so the mark tells then what the map was made from.
 *
 * <p>The mark is no entry: a session prints, compares, and goes through Nippy or Java's serialization as if it had none.
 */
public final class MarkedMetadata extends APersistentMap {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient IPersistentMap map;
    private final transient Object mark;

    /** The same entries with a mark. */
    public MarkedMetadata(@Nullable IPersistentMap map, Object mark) {
        this.map = map == null ? PersistentArrayMap.EMPTY : map;
        this.mark = mark;
    }

    /** The entries alone. */
    public IPersistentMap plain() {
        return map;
    }

    /** What was read. */
    public Object mark() {
        return mark;
    }

    @Serial
    private Object writeReplace() {
        return map;
    }

    private IPersistentMap with(IPersistentMap changed) {
        return changed == map ? this : new MarkedMetadata(changed, mark);
    }

    @Override
    public @Nullable Object valAt(Object key) {
        return map.valAt(key);
    }

    @Override
    public @Nullable Object valAt(Object key, @Nullable Object notFound) {
        return map.valAt(key, notFound);
    }

    @Override
    public IPersistentMap assoc(Object key, Object value) {
        return with(map.assoc(key, value));
    }

    @Override
    public IPersistentMap assocEx(Object key, Object value) {
        return with(map.assocEx(key, value));
    }

    @Override
    public IPersistentMap without(Object key) {
        return with(map.without(key));
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
