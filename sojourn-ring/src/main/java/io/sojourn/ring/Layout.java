package io.sojourn.ring;

import clojure.lang.IObj;
import clojure.lang.IPersistentMap;
import clojure.lang.PersistentArrayMap;
import clojure.lang.PersistentHashMap;
import clojure.lang.Util;
import io.sojourn.Session;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.spi.AttributeCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a Ring session lies in a session's attributes.
 *
 * <ul>
 *   <li>A plain map: one attribute for each of its keys, whose name is the key in EDN. So parallel requests merge by key,
 *       and only what changed is written. Its metadata, if it has any, is the attribute {@value #METADATA}.
 *   <li>Everything else, an empty or sorted map or a record for instance: the whole value in the attribute {@value #WHOLE}.
 *   <li>With handlers: what {@code :write-handler} gave, byte for byte, in {@value #TEXT} or {@value #BYTES}; or in
 *       {@value #WHOLE} if it gave neither.
 * </ul>
 *
 * <p>No key in EDN is one of these names.
 */
final class Layout {

    static final String METADATA = "^";
    static final String WHOLE = "#";
    static final String TEXT = "#text";
    static final String BYTES = "#bytes";

    private static final List<String> WHOLES = List.of(WHOLE, TEXT, BYTES);

    private final Formats formats;
    private final Handlers handlers;

    Layout(Formats formats, Handlers handlers) {
        this.formats = formats;
        this.handlers = handlers;
    }

    // --- reading ---------------------------------------------------------------------------------------------------

    /** What a session holds; null if that is nothing that can be read. */
    @Nullable
    Contents read(Session session) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        Set<String> names = session.names();
        String wholeName = WHOLES.stream().filter(names::contains).findFirst().orElse(null);
        Encoded whole = wholeName == null ? null : session.get(wholeName);
        for (String name : names) {
            Encoded encoded = WHOLES.contains(name) ? null : session.get(name);
            if (encoded != null) {
                formats.decodeInto(values, session, name, encoded);
            }
        }
        try {
            Object data = wholeName == null || whole == null ? map(values) : whole(wholeName, whole, values);
            return new Contents(data, values, whole);
        } catch (Exception | StackOverflowError | LinkageError e) { // Clojure throws checked exceptions undeclared.
            formats.unreadable(session.id(), e);
            return null;
        }
    }

    private Object map(Map<String, @Nullable Object> values) {
        List<@Nullable Object> all = new ArrayList<>(2 * values.size());
        values.forEach((name, value) -> {
            if (!name.equals(METADATA)) {
                all.add(formats.keyOf(name));
                all.add(value);
            }
        });
        IPersistentMap map = all.size() <= 16
                ? PersistentArrayMap.createAsIfByAssoc(all.toArray())
                : PersistentHashMap.create(all.toArray());
        return values.get(METADATA) instanceof IPersistentMap metadata ? ((IObj) map).withMeta(metadata) : map;
    }

    private @Nullable Object whole(String name, Encoded whole, Map<String, @Nullable Object> rest) {
        if (whole.format() != AttributeCodec.CUSTOM_ID) {
            Object data = formats.decode(whole);
            return rest.isEmpty() || !(data instanceof IPersistentMap) ? data : Merge.into(data, map(rest));
        }
        if (name.equals(WHOLE)) {
            return handlers.read(formats.decode(whole));
        }
        if (!handlers.areGiven()) {
            throw new IllegalStateException("it was written by a :write-handler, and there is no :read-handler");
        }
        return handlers.read(
                name.equals(TEXT)
                        ? new String(whole.bytes(), StandardCharsets.UTF_8)
                        : whole.bytes().clone());
    }

    // --- writing ---------------------------------------------------------------------------------------------------

    /** What there is to do so that a session holds this, whatever it held. */
    Change replacement(@Nullable Object data) {
        return replacement(attributes(data));
    }

    private static Change replacement(Map<String, Encoded> all) {
        return session -> {
            for (String name : session.names()) {
                if (!all.containsKey(name)) {
                    session.remove(name);
                }
            }
            all.forEach(session::set);
        };
    }

    /** How to make of a session that held {@code base} one that holds this. */
    Step step(Contents base, @Nullable Object data) {
        IPersistentMap plain = plain(data);
        if (base.whole() == null && plain != null) {
            Map<String, @Nullable Object> values = values(plain);
            return new Step(byKey(base, values), new Contents(data, values, null));
        }
        Map<String, Encoded> all = attributes(data);
        Contents after =
                plain == null ? new Contents(data, Map.of(), whole(all)) : new Contents(data, values(plain), null);
        return new Step(whole(base, data, all), after);
    }

    /**
     * What there is to do, and what a session holds afterwards.
     *
     * @param change null if there is nothing to do
     */
    record Step(@Nullable Change change, Contents after) {}

    private @Nullable Change byKey(Contents base, Map<String, @Nullable Object> now) {
        Map<String, @Nullable Encoded> delta = new HashMap<>();
        now.forEach((name, value) -> {
            if (!base.values().containsKey(name) || base.values().get(name) != value) {
                delta.put(name, formats.encode(name, value));
            }
        });
        for (String name : base.values().keySet()) {
            if (!now.containsKey(name)) {
                delta.put(name, null);
            }
        }
        // Setting what is there already is no change to the engine.
        return delta.isEmpty() ? null : session -> delta.forEach(session::set);
    }

    /**
     * Between two shapes, or within the one that holds all in one place: if nobody else changed it, the new value is put in
     * its place; otherwise what this request did to the map is done again to what is there now.
     */
    private @Nullable Change whole(Contents base, @Nullable Object data, Map<String, Encoded> all) {
        Change replacement = replacement(all);
        Encoded before = base.whole();
        if (before != null && before.equals(whole(all))) {
            return null;
        }
        return session -> {
            Contents now = read(session);
            boolean isSame = now != null
                    && ((before != null && before.equals(now.whole()))
                            || (before == null
                                    && now.whole() == null
                                    && now.values().equals(base.values())));
            Change todo = now == null || isSame ? replacement : again(base.data(), data, now.data());
            todo.make(session);
        };
    }

    /** What is to lie in the one attribute that holds everything; null if each entry gets its own. */
    private static @Nullable Encoded whole(Map<String, Encoded> attributes) {
        return WHOLES.stream()
                .map(attributes::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** What was done between two values, done again to what a session holds by now. */
    Change again(@Nullable Object from, @Nullable Object to, @Nullable Object over) {
        return replacement(Merge.changes(from, to, over, this::isSame));
    }

    /** Clojure finds a list equal to a vector, and a value to one with other metadata; handlers alone know what they write. */
    private boolean isSame(@Nullable Object a, @Nullable Object b) {
        if (handlers.areGiven()) {
            return Util.equiv(a, b);
        }
        try {
            return a == b || formats.encode(WHOLE, a).equals(formats.encode(WHOLE, b));
        } catch (ValueNotAcceptedException e) {
            return false; // What the older store held need not be a value that this one takes.
        }
    }

    /** The data, if each of its keys can be an attribute. */
    private @Nullable IPersistentMap plain(@Nullable Object data) {
        boolean isPlain =
                !handlers.areGiven() && (data instanceof PersistentArrayMap || data instanceof PersistentHashMap);
        IPersistentMap map = isPlain ? (IPersistentMap) data : null;
        return map == null || map.count() == 0 ? null : map;
    }

    private Map<String, Encoded> attributes(@Nullable Object data) {
        Map<String, Encoded> all = new LinkedHashMap<>();
        IPersistentMap plain = plain(data);
        if (plain != null) {
            values(plain).forEach((name, value) -> all.put(name, formats.encode(name, value)));
        } else if (handlers.areGiven()) {
            handled(handlers.written(Marks.removedFrom(data)), all);
        } else {
            all.put(WHOLE, formats.encode(WHOLE, data));
        }
        return all;
    }

    private void handled(@Nullable Object given, Map<String, Encoded> all) {
        if (given instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            all.put(TEXT, new Encoded(AttributeCodec.CUSTOM_ID, bytes));
        } else if (given instanceof byte[] bytes) {
            all.put(BYTES, new Encoded(AttributeCodec.CUSTOM_ID, bytes.clone()));
        } else {
            all.put(WHOLE, formats.encode(WHOLE, given));
        }
    }

    private Map<String, @Nullable Object> values(IPersistentMap map) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (Object each : map) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
            values.put(formats.nameOf(entry.getKey()), entry.getValue());
        }
        IPersistentMap metadata = Marks.without(((IObj) map).meta());
        if (metadata != null && metadata.count() > 0) {
            values.put(METADATA, metadata);
        }
        return values;
    }

    /** Something to do to a session, perhaps more than once, on states that others have saved in between. */
    interface Change {
        void make(Session session);
    }
}
