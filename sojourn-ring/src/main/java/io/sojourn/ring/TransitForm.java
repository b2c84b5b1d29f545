package io.sojourn.ring;

import clojure.lang.IFn;
import clojure.lang.IObj;
import clojure.lang.IPersistentCollection;
import clojure.lang.IPersistentMap;
import clojure.lang.Keyword;
import clojure.lang.LazilyPersistentVector;
import clojure.lang.PersistentArrayMap;
import clojure.lang.PersistentHashMap;
import clojure.lang.PersistentHashSet;
import clojure.lang.PersistentVector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A value as Transit is to write it: what Transit does not give back equal and of the same type is replaced by a tagged text
 * in EDN. Such are values with metadata, sorted collections, lists, symbols, characters, records and most numbers.
 */
final class TransitForm {

    /** Of texts in EDN within Transit. */
    static final String TAG = "sojourn/edn";

    private static final int LONGEST_ARRAY_MAP = 8;

    private final Path path;
    private final String attribute;
    private final int maxBytes;
    private final IFn taggedValue;

    TransitForm(String attribute, int maxBytes, IFn taggedValue) {
        this.attribute = attribute;
        this.maxBytes = maxBytes;
        this.taggedValue = taggedValue;
        this.path = new Path(attribute);
    }

    @Nullable
    Object of(@Nullable Object value) {
        if (isExact(value)) {
            return value;
        }
        if (value instanceof IPersistentCollection collection && isPlain(collection)) {
            IPersistentCollection form = collection(collection);
            // Keys that Clojure tells apart, as two arrays with the same in them, may be one and the same as texts.
            return form.count() == collection.count() ? form : edn(value);
        }
        return edn(value);
    }

    private Object edn(@Nullable Object value) {
        return taggedValue.invoke(TAG, EdnWriter.write(attribute + " " + path, value, maxBytes));
    }

    private static boolean isExact(@Nullable Object value) {
        return value == null
                || value instanceof Boolean
                || value instanceof Long
                || value instanceof UUID
                || (value instanceof Double number && !number.isNaN() && !number.isInfinite())
                || (value instanceof Keyword keyword && isSimple(keyword))
                || (value instanceof String text
                        && StandardCharsets.UTF_8.newEncoder().canEncode(text))
                || (value != null && value.getClass() == Date.class);
    }

    /** Transit tells namespace and name apart by the first slash. */
    private static boolean isSimple(Keyword keyword) {
        String namespace = keyword.getNamespace();
        return keyword.getName().indexOf('/') < 0
                && !keyword.getName().isEmpty()
                && (namespace == null || (namespace.indexOf('/') < 0 && !namespace.isEmpty()))
                && StandardCharsets.UTF_8.newEncoder().canEncode(keyword.toString());
    }

    private static boolean isPlain(IPersistentCollection collection) {
        IPersistentMap metadata = collection instanceof IObj object ? Marks.without(object.meta()) : null;
        boolean isKnown = collection instanceof PersistentVector
                || collection instanceof PersistentHashSet
                || (collection instanceof PersistentArrayMap && collection.count() <= LONGEST_ARRAY_MAP)
                || (collection instanceof PersistentHashMap && collection.count() > LONGEST_ARRAY_MAP);
        return isKnown && (metadata == null || metadata.count() == 0);
    }

    private IPersistentCollection collection(IPersistentCollection collection) {
        if (collection instanceof IPersistentMap map) {
            IPersistentMap result =
                    map instanceof PersistentArrayMap ? PersistentArrayMap.EMPTY : PersistentHashMap.EMPTY;
            for (Object each : map) {
                Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
                path.down(entry.getKey(), entry.getValue());
                result = result.assoc(of(entry.getKey()), of(entry.getValue()));
                path.up();
            }
            return result;
        }
        List<@Nullable Object> all = new ArrayList<>(collection.count());
        for (Object element : (Iterable<?>) collection) {
            path.down((long) all.size(), element);
            all.add(of(element));
            path.up();
        }
        return collection instanceof PersistentVector
                ? LazilyPersistentVector.create(all)
                : PersistentHashSet.create(all);
    }
}
