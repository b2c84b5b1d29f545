package io.sojourn.ring;

import clojure.lang.Keyword;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.UnreadableValueException;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.spi.SessionObserver;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The format that writes and all that are read, and the names of attributes. */
final class Formats {

    private static final int MAX_NAMES = 10_000;
    private static final int MAX_NAME_LENGTH = 10_000;

    /** What the text of a value that can be changed in place begins with. Transit has such texts in it, but for dates. */
    private static final List<String> MUTABLE = List.of(
            "#sojourn/java ",
            "#sojourn/array ",
            "#sojourn/bytes ",
            "#sojourn/printed ",
            "#sojourn/date ",
            "#sojourn/timestamp ",
            "#sojourn/sql-date ",
            "#inst ");

    private static final String TRANSIT_DATE = "\"~m";

    private final Format writer;
    private final List<Format> all;
    private final int id;
    private final SessionObserver observer;

    /** Sessions of one application use the same few keys over and over. */
    private final Map<String, Object> keys = new ConcurrentHashMap<>();

    private final Map<Object, String> names = new ConcurrentHashMap<>();

    /**
     * @param writer what writes
     * @param all what reads
     * @param id what marks the values written: the writer's own, or that of handlers
     */
    Formats(Format writer, List<Format> all, int id, SessionObserver observer) {
        this.writer = writer;
        this.all = List.copyOf(all);
        this.id = id;
        this.observer = observer;
    }

    Encoded encode(String attribute, @Nullable Object value) {
        return new Encoded(id, writer.encode(attribute, value));
    }

    /**
     * The encoding of a value that was decoded from, or encoded to, these bytes: they themselves, unless it was changed in
     * place since. A hash set may list its elements in another order than once, so what differs is compared again.
     */
    Encoded encodeIfChanged(String attribute, @Nullable Object value, Encoded before) {
        if (!mayChangeInPlace(before)) {
            return before;
        }
        Encoded now = encode(attribute, value);
        return now.equals(before) || now.equals(encode(attribute, decode(before))) ? before : now;
    }

    /** Whether there may be an object within that is no immutable value: an array, a date, one of Java's collections. */
    static boolean mayChangeInPlace(Encoded encoded) {
        if (encoded.format() != Format.TRANSIT_ID && !hasTag(encoded.bytes())) {
            return false; // As nearly all, which are not copied to find that out.
        }
        String text = new String(encoded.bytes(), StandardCharsets.ISO_8859_1);
        for (int at = text.indexOf('#'); at >= 0; at = text.indexOf('#', at + 1)) {
            int from = at;
            if (MUTABLE.stream().anyMatch(tag -> text.startsWith(tag, from))) {
                return true;
            }
        }
        return encoded.format() == Format.TRANSIT_ID && text.contains(TRANSIT_DATE);
    }

    private static boolean hasTag(byte[] edn) {
        for (byte each : edn) {
            if (each == '#') {
                return true;
            }
        }
        return false;
    }

    @Nullable
    Object decode(Encoded encoded) {
        // What a handler gave and is neither a text nor bytes was written by the writer of that store.
        int format = encoded.format() == AttributeCodec.CUSTOM_ID ? Format.EDN_ID : encoded.format();
        for (Format each : all) {
            if (each.id() == format) {
                return each.decode(encoded.bytes());
            }
        }
        throw new IllegalStateException("no format of id " + format + " is at hand");
    }

    /** What one node cannot read, because it is older or newer, is as good as not there, and stays as it is. */
    void decodeInto(Map<String, @Nullable Object> values, Session session, String name, Encoded encoded) {
        try {
            Object unused = name.equals(Layout.METADATA) ? null : keyOf(name);
            values.put(name, decode(encoded));
        } catch (Exception | StackOverflowError | LinkageError e) { // Clojure throws checked exceptions undeclared.
            observer.unreadableAttribute(
                    session.id(),
                    name,
                    new UnreadableValueException(
                            name, "its text could not be read (" + e.getClass().getName() + ").", null));
        }
    }

    String nameOf(@Nullable Object key) {
        String known = key instanceof Keyword ? names.get(key) : null;
        if (known != null) {
            return known;
        }
        String name = EdnWriter.write("key", key, MAX_NAME_LENGTH);
        if (key instanceof Keyword && names.size() < MAX_NAMES) {
            names.put(key, name);
        }
        return name;
    }

    @Nullable
    Object keyOf(String name) {
        Object known = keys.get(name);
        if (known != null) {
            return known;
        }
        Object key = EdnReaders.read(name);
        if (key instanceof Keyword && keys.size() < MAX_NAMES) {
            keys.put(name, key);
        }
        return key;
    }

    void unreadable(SessionId session, Throwable cause) {
        observer.unreadableSession(
                session,
                new UnreadableSessionException(
                        "The session's data cannot be read (" + cause.getClass().getName() + ").", null));
    }
}
