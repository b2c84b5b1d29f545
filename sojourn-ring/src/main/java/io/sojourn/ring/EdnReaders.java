package io.sojourn.ring;

import clojure.lang.AFn;
import clojure.lang.EdnReader;
import clojure.lang.IPersistentMap;
import clojure.lang.IPersistentVector;
import clojure.lang.IRecord;
import clojure.lang.Keyword;
import clojure.lang.MapEntry;
import clojure.lang.PersistentArrayMap;
import clojure.lang.PersistentHashMap;
import clojure.lang.PersistentQueue;
import clojure.lang.PersistentTreeMap;
import clojure.lang.PersistentTreeSet;
import clojure.lang.RT;
import clojure.lang.Ratio;
import clojure.lang.Symbol;
import clojure.lang.TaggedLiteral;
import java.io.IOException;
import java.io.PushbackReader;
import java.io.StringReader;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.sql.Timestamp;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link EdnWriter} wrote, with Clojure's reader of EDN: it evaluates nothing. Of classes it loads those of
 * records and enums alone, and looks before it initialises one.
 */
@SuppressWarnings("JavaUtilDate") // What a session holds is the application's choice.
final class EdnReaders {

    private static final Object END = new Object();

    private static final Map<Symbol, Function<Object, Object>> BY_TAG = new HashMap<>();

    static {
        on("int", form -> Math.toIntExact((Long) form));
        on("short", form -> ((Long) form).shortValue());
        on("byte", form -> ((Long) form).byteValue());
        on("float", form -> Float.valueOf((String) form));
        on("biginteger", form -> new BigInteger((String) form));
        on("decimal", form -> new BigDecimal(new BigInteger(text(form, 0)), Math.toIntExact((Long) at(form, 1))));
        on("ratio", form -> new Ratio(new BigInteger(text(form, 0)), new BigInteger(text(form, 1))));
        on("utf-16", EdnReaders::string);
        on("char", form -> (char) Math.toIntExact((Long) form));
        on("keyword", form -> Keyword.intern((String) at(form, 0), text(form, 1)));
        on("symbol", form -> Symbol.intern((String) at(form, 0), text(form, 1)));
        on("array-map", form -> PersistentArrayMap.createAsIfByAssoc(elements(form)));
        on("hash-map", form -> PersistentHashMap.create(elements(form)));
        on("sorted-map", form -> PersistentTreeMap.create(RT.seq(form)));
        on("sorted-set", form -> PersistentTreeSet.create(RT.seq(form)));
        on("queue", EdnReaders::queue);
        on("entry", form -> MapEntry.create(at(form, 0), at(form, 1)));
        on("tagged", form -> TaggedLiteral.create((Symbol) at(form, 0), at(form, 1)));
        on("date", form -> new Date((Long) form));
        on("timestamp", EdnReaders::timestamp);
        on("sql-date", form -> new java.sql.Date((Long) form));
        on("uri", form -> URI.create((String) form));
        on("regex", form -> Pattern.compile(text(form, 0), Math.toIntExact((Long) at(form, 1))));
        on("bytes", form -> Base64.getDecoder().decode((String) form));
        on("array", form -> EdnArrays.read(text(form, 0), (IPersistentVector) at(form, 1)));
        on("time", form -> EdnTimes.read(text(form, 0), text(form, 1)));
        on("enum", form -> constant(text(form, 0), text(form, 1)));
        on("java", form -> EdnCollections.read(text(form, 0), (IPersistentVector) at(form, 1)));
        on("printed", form -> EdnPrinted.read((String) form));
    }

    private static final IPersistentMap OPTIONS = options();

    private EdnReaders() {}

    /** The one value of a text; throws whatever the reader does if it is no such text. */
    static @Nullable Object read(String text) {
        try (PushbackReader in = new PushbackReader(new StringReader(text))) {
            Object value = EdnReader.read(in, OPTIONS);
            if (value == END || EdnReader.read(in, OPTIONS) != END) {
                throw new IllegalArgumentException("there is not exactly one form of EDN");
            }
            return value;
        } catch (IOException e) {
            throw new IllegalStateException("A string does not fail to be read", e);
        }
    }

    private static void on(String tag, Function<Object, Object> reader) {
        BY_TAG.put(Symbol.intern("sojourn", tag), reader);
    }

    private static IPersistentMap options() {
        IPersistentMap readers = PersistentHashMap.EMPTY;
        for (Map.Entry<Symbol, Function<Object, Object>> each : BY_TAG.entrySet()) {
            readers = readers.assoc(each.getKey(), new AFn() {
                @Override
                public Object invoke(Object form) {
                    return each.getValue().apply(form);
                }
            });
        }
        AFn unknownTag = new AFn() {
            @Override
            public Object invoke(Object tag, Object form) {
                return makeRecord(((Symbol) tag).getName(), (IPersistentMap) form);
            }
        };
        return RT.map(
                Keyword.intern("readers"), readers, Keyword.intern("default"), unknownTag, Keyword.intern("eof"), END);
    }

    private static Object makeRecord(String className, IPersistentMap fields) {
        Class<?> type = recordClass(className);
        if (type == null) {
            throw new IllegalArgumentException("there is no record of that name here");
        }
        try {
            MethodHandle create = MethodHandles.publicLookup()
                    .findStatic(type, "create", MethodType.methodType(type, IPersistentMap.class));
            return create.invoke(fields);
        } catch (Throwable e) {
            throw new IllegalArgumentException("the record cannot be made", e);
        }
    }

    /** The class of a record, not initialised; null if there is none, or it is no record's. */
    static @Nullable Class<?> recordClass(String name) {
        Class<?> type = find(name);
        return type != null && IRecord.class.isAssignableFrom(type) ? type : null;
    }

    private static @Nullable Class<?> find(String name) {
        try {
            return RT.classForNameNonLoading(name);
        } catch (Exception | LinkageError e) {
            return null;
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // It has just been seen to be an enum.
    private static Object constant(String className, String name) {
        Class<?> type = find(className);
        if (type == null || !type.isEnum()) {
            throw new IllegalArgumentException("there is no enum of that name here");
        }
        return Enum.valueOf((Class) type, name);
    }

    private static Object string(Object form) {
        IPersistentVector units = (IPersistentVector) form;
        StringBuilder text = new StringBuilder(units.count());
        for (int i = 0; i < units.count(); i++) {
            text.append((char) Math.toIntExact((Long) units.nth(i)));
        }
        return text.toString();
    }

    private static Object queue(Object form) {
        Object queue = PersistentQueue.EMPTY;
        for (Object element : elements(form)) {
            queue = ((PersistentQueue) queue).cons(element);
        }
        return queue;
    }

    private static Object timestamp(Object form) {
        Timestamp at = new Timestamp((Long) at(form, 0));
        at.setNanos(Math.toIntExact((Long) at(form, 1)));
        return at;
    }

    private static Object[] elements(Object form) {
        return RT.toArray(form);
    }

    private static Object at(Object form, int index) {
        return ((IPersistentVector) form).nth(index);
    }

    private static String text(Object form, int index) {
        return (String) at(form, index);
    }
}
