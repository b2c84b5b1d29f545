package io.sojourn.ring;

import clojure.lang.IPersistentMap;
import clojure.lang.IPersistentVector;
import clojure.lang.LazilyPersistentVector;
import clojure.lang.PersistentQueue;
import clojure.lang.PersistentTreeMap;
import clojure.lang.PersistentTreeSet;
import clojure.lang.RT;
import clojure.lang.Ratio;
import clojure.lang.TaggedLiteral;
import clojure.lang.Var;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What EDN has no form for, under a tag {@code #sojourn/…}: the writing half of {@link EdnReaders}. */
@SuppressWarnings("JavaUtilDate") // What a session holds is the application's choice.
final class EdnTags {

    /** Dates that {@code #inst} gives back exactly, whatever calendar was in force then. */
    private static final Instant INST_FROM = Instant.parse("1900-01-01T00:00:00Z");

    private static final Instant INST_TO = Instant.parse("9999-12-31T00:00:00Z");

    /** What sorts by itself if nothing else is said, named all the same. */
    private static final Var COMPARE = RT.var("clojure.core", "compare");

    private EdnTags() {}

    /** Writes a value that has no form of its own. */
    static void write(EdnWriter to, Object value) {
        Class<?> type = value.getClass();
        if (type == Integer.class || type == Short.class || type == Byte.class) {
            to.tagged(
                    type == Integer.class ? "int" : type == Short.class ? "short" : "byte",
                    ((Number) value).longValue());
        } else if (type == Float.class) {
            to.tagged("float", value.toString());
        } else if (type == BigInteger.class) {
            to.tagged("biginteger", value.toString());
        } else if (value instanceof Ratio ratio) {
            to.tagged("ratio", vector(ratio.numerator.toString(), ratio.denominator.toString()));
        } else if (value instanceof PersistentTreeMap map) {
            requireNaturalOrder(to, map, map.comparator());
            to.entries("#sojourn/sorted-map [", map, "]");
        } else if (value instanceof PersistentTreeSet set) {
            requireNaturalOrder(to, set, set.comparator());
            to.tagged("sorted-set", set);
        } else if (value instanceof PersistentQueue queue) {
            to.tagged("queue", queue);
        } else if (value instanceof clojure.lang.IMapEntry entry && value instanceof IPersistentVector) {
            to.tagged("entry", vector(entry.key(), entry.val()));
        } else if (value instanceof TaggedLiteral literal) {
            to.tagged("tagged", vector(literal.tag, literal.form));
        } else if (type == Date.class) {
            date(to, (Date) value);
        } else if (type == Timestamp.class) {
            Timestamp at = (Timestamp) value;
            to.tagged("timestamp", vector(at.getTime(), (long) at.getNanos()));
        } else if (type == java.sql.Date.class) {
            to.tagged("sql-date", ((Date) value).getTime());
        } else if (type == URI.class) {
            to.tagged("uri", uri(to, (URI) value));
        } else if (value instanceof Pattern pattern) {
            to.tagged("regex", vector(pattern.pattern(), (long) pattern.flags()));
        } else if (type == byte[].class) {
            to.tagged("bytes", Base64.getEncoder().encodeToString((byte[]) value));
        } else if (type.isArray() && EdnArrays.knows(type)) {
            to.tagged("array", EdnArrays.name(type), elements(value));
        } else if (EdnTimes.knows(type)) {
            to.tagged("time", vector(type.getSimpleName(), EdnTimes.text(to.path(), value)));
        } else if (value instanceof Enum<?> constant) {
            to.tagged("enum", vector(constant.getDeclaringClass().getName(), constant.name()));
        } else if (EdnCollections.knows(type)) {
            EdnCollections.write(to, value);
        } else {
            to.tagged("printed", EdnPrinted.text(to.path(), value));
        }
    }

    /** Records are read by the name of their class, so that must lead back to this very class. */
    static void requireReadable(EdnWriter to, IPersistentMap writtenRecord) {
        Class<?> type = writtenRecord.getClass();
        if (EdnReaders.recordClass(type.getName()) != type) {
            throw to.path()
                    .refusal(writtenRecord, "is a record whose class cannot be found by its name any more.", null);
        }
    }

    static IPersistentVector name(@Nullable String namespace, String name) {
        return vector(namespace, name);
    }

    /** The numbers of a string that UTF-8 cannot carry. */
    static List<Long> codeUnits(String string) {
        List<Long> units = new ArrayList<>(string.length());
        string.chars().forEach(unit -> units.add((long) unit));
        return units;
    }

    static IPersistentVector vector(@Nullable Object... elements) {
        return LazilyPersistentVector.createOwning(elements);
    }

    private static void requireNaturalOrder(EdnWriter to, Object sorted, Object comparator) {
        if (comparator != RT.DEFAULT_COMPARATOR && comparator != COMPARE.deref()) {
            throw to.path().refusal(sorted, "is sorted by a function of its own, which cannot be stored.", null);
        }
    }

    /** One that was made of parts, or of two others, may have the text of another one. */
    private static String uri(EdnWriter to, URI uri) {
        String text = uri.toString();
        try {
            if (new URI(text).equals(uri)) {
                return text;
            }
        } catch (URISyntaxException e) {
            throw to.path().refusal(uri, "has a text that it cannot be read from.", e);
        }
        throw to.path().refusal(uri, "does not read back equal from its text.", null);
    }

    private static void date(EdnWriter to, Date date) {
        Instant at = date.toInstant();
        if (at.isAfter(INST_FROM) && at.isBefore(INST_TO)) {
            to.inst(at);
        } else {
            to.tagged("date", date.getTime());
        }
    }

    private static List<@Nullable Object> elements(Object array) {
        int length = Array.getLength(array);
        List<@Nullable Object> all = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            all.add(Array.get(array, i));
        }
        return all;
    }
}
