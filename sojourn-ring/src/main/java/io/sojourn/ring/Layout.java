package io.sojourn.ring;

import clojure.lang.IObj;
import clojure.lang.IPersistentMap;
import clojure.lang.PersistentArrayMap;
import clojure.lang.PersistentHashMap;
import io.sojourn.Session;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.spi.AttributeCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        return contents(session, attributes(session));
    }

    private static Map<String, Encoded> attributes(Session session) {
        Map<String, Encoded> attributes = new LinkedHashMap<>();
        for (String name : session.names()) {
            Encoded encoded = session.get(name);
            if (encoded != null) {
                attributes.put(name, encoded);
            }
        }
        return attributes;
    }

    private @Nullable Contents contents(Session session, Map<String, Encoded> attributes) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        attributes.forEach((name, encoded) -> {
            if (!Contents.WHOLES.contains(name)) {
                formats.decodeInto(values, session, name, encoded);
            }
        });
        try {
            String whole = Contents.wholeOf(attributes);
            Object data =
                    whole == null ? map(values) : whole(whole, Objects.requireNonNull(attributes.get(whole)), values);
            return new Contents(data, values, attributes);
        } catch (Exception | StackOverflowError | LinkageError e) { // Clojure throws checked exceptions undeclared.
            formats.unreadable(session.id(), e);
            return null;
        }
    }

    private IPersistentMap map(Map<String, @Nullable Object> values) {
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
        return values.get(METADATA) instanceof IPersistentMap metadata
                ? (IPersistentMap) ((IObj) map).withMeta(metadata)
                : map;
    }

    private @Nullable Object whole(String name, Encoded whole, Map<String, @Nullable Object> rest) {
        if (whole.format() != AttributeCodec.CUSTOM_ID) {
            Object data = formats.decode(whole);
            return rest.isEmpty() || !(data instanceof IPersistentMap map) ? data : Merge.into(map, map(rest));
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

    /** What there is to do so that a session holds this and nothing else, whatever it held. */
    Replacement replacement(@Nullable Object data) {
        return new Replacement(attributes(data));
    }

    /** All attributes of a session, by name. */
    record Replacement(Map<String, Encoded> all) implements Change {

        @Override
        public void make(Session session) {
            put(session, null, all);
        }

        /** Whether the session holds exactly this. */
        boolean isThere(Session session) {
            return attributes(session).equals(all);
        }
    }

    /** What this node cannot read stays as it is, but where the whole is replaced. */
    private static void put(Session session, @Nullable Contents now, Map<String, Encoded> all) {
        for (String name : session.names()) {
            if (!all.containsKey(name) && (now == null || now.isReadable(name))) {
                session.remove(name);
            }
        }
        all.forEach(session::set);
    }

    /** How to make of a session that held {@code base} one that holds this. */
    Step step(Session session, Contents base, @Nullable Object data) {
        IPersistentMap plain = plain(data);
        Map<String, @Nullable Object> values = plain == null ? Map.of() : values(plain);
        Map<String, Encoded> all = plain == null ? attributes(data) : encoded(base, values);
        Map<String, @Nullable Encoded> delta = base.differenceTo(all);
        if (!delta.isEmpty() && base.wholeName() != null && isUntouched(session, base, data)) {
            delta = Map.of();
        }
        Contents after = new Contents(data, values, base.changedBy(delta));
        boolean isByKey = plain != null && base.wholeName() == null;
        return new Step(delta.isEmpty() ? null : changing(base, data, all, delta, isByKey), after);
    }

    /** The same need not be written in the same bytes: by handlers that encrypt, or in another format than it was. */
    private boolean isUntouched(Session session, Contents base, @Nullable Object data) {
        Contents again = Merge.isIdentical(base.data(), data) ? contents(session, base.attributes()) : null;
        return again != null && isSame(again.data(), data);
    }

    /**
     * What there is to do, and what a session holds afterwards.
     *
     * @param change null if there is nothing to do
     */
    record Step(@Nullable Change change, Contents after) {}

    /**
     * Among attributes for each key, those that changed are set. Between two shapes, or within the one that holds all in one
     * place: if nobody else changed it, the new value is put in its place; otherwise what this request did to the map is done
     * again to what is there now.
     */
    private Change changing(
            Contents base,
            @Nullable Object data,
            Map<String, Encoded> all,
            Map<String, @Nullable Encoded> delta,
            boolean isByKey) {
        return session -> {
            if (isByKey && Contents.WHOLES.stream().allMatch(name -> session.get(name) == null)) {
                delta.forEach(session::set); // Setting what is there already is no change to the engine.
                return;
            }
            Map<String, Encoded> there = attributes(session);
            if (there.equals(base.attributes())) {
                delta.forEach(session::set);
                return;
            }
            Contents now = contents(session, there);
            if (now == null) {
                put(session, null, all);
            } else {
                merge(session, now, asRead(session, base), data, now.data());
            }
        };
    }

    /** Does again to what a session holds by now what was done between two values. */
    void merge(
            Session session,
            @Nullable Contents now,
            @Nullable Object from,
            @Nullable Object to,
            @Nullable Object over) {
        put(session, now, attributes(Merge.changes(from, to, over, this::isSame)));
    }

    /** What a request has read or written, without what was changed in place since. */
    private @Nullable Object asRead(Session session, Contents base) {
        boolean isAsItWas =
                handlers.areGiven() || base.attributes().values().stream().noneMatch(Formats::mayChangeInPlace);
        Contents again = isAsItWas ? null : contents(session, base.attributes());
        return again == null ? base.data() : again.data();
    }

    /** Clojure finds a list equal to a vector, and a value to one with other metadata. */
    private boolean isSame(@Nullable Object a, @Nullable Object b) {
        if (a == b) {
            return true;
        }
        try {
            return formats.encode(WHOLE, a).equals(formats.encode(WHOLE, b));
        } catch (ValueNotAcceptedException e) { // Handlers, and what the older store held, know other values, too.
            return handlers.areGiven() && Merge.isEqual(a, b);
        }
    }

    /** The data, if each of its keys can be an attribute. */
    private @Nullable IPersistentMap plain(@Nullable Object data) {
        boolean isPlain = !handlers.areGiven() && Merge.isPlain(data);
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

    /** The attributes of a plain map. Of those that are what they were, nothing is encoded. */
    private Map<String, Encoded> encoded(Contents base, Map<String, @Nullable Object> values) {
        Map<String, Encoded> all = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            boolean isSame = base.values().containsKey(name) && base.values().get(name) == value;
            Encoded before = isSame ? base.attributes().get(name) : null;
            all.put(name, before == null ? formats.encode(name, value) : formats.encodeIfChanged(name, value, before));
        });
        return all;
    }

    private void handled(@Nullable Object given, Map<String, Encoded> all) {
        // What UTF-8 cannot carry goes in EDN, as other values do.
        if (given instanceof String text && StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
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
