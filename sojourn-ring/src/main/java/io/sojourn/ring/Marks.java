package io.sojourn.ring;

import clojure.lang.IObj;
import clojure.lang.IPersistentMap;
import clojure.lang.Keyword;
import clojure.lang.PersistentArrayMap;
import org.jspecify.annotations.Nullable;

/**
 * The mark that reading leaves in the metadata of a session map. Ring's protocol hands over the whole map at the end of a
 * request and nothing else; metadata survives {@code assoc}, {@code dissoc}, {@code merge} and their like, so it tells then
 * what the map was made from.
 */
final class Marks {

    static final Keyword KEY = Keyword.intern("io.sojourn.ring", "read");

    private Marks() {}

    /** The value with the mark, if it can carry one. */
    static @Nullable Object put(@Nullable Object value, Mark mark) {
        if (value instanceof IObj object) {
            IPersistentMap metadata = without(object.meta());
            return object.withMeta(new MarkedMetadata(metadata == null ? PersistentArrayMap.EMPTY : metadata, mark));
        }
        return value;
    }

    /** The mark that this store left. */
    static @Nullable Mark of(@Nullable Object value, RingStore store) {
        IPersistentMap metadata = value instanceof IObj object ? object.meta() : null;
        return metadata != null && metadata.valAt(KEY) instanceof Mark mark && mark.store() == store ? mark : null;
    }

    /** The value as the application made it. */
    static @Nullable Object removedFrom(@Nullable Object value) {
        return value instanceof IObj object && object.meta() instanceof MarkedMetadata
                ? object.withMeta(without(object.meta()))
                : value;
    }

    /** Metadata of the application's own. */
    static @Nullable IPersistentMap without(@Nullable IPersistentMap metadata) {
        IPersistentMap plain = metadata instanceof MarkedMetadata marked ? marked.plain() : metadata;
        return plain == null || !plain.containsKey(KEY) ? plain : plain.without(KEY);
    }
}
