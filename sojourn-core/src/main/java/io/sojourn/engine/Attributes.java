package io.sojourn.engine;

import io.sojourn.SessionId;
import io.sojourn.SessionLimitException;
import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.codec.value.Surrogates;
import io.sojourn.context.EngineContext;
import io.sojourn.format.EncodedValue;
import io.sojourn.log.Printable;
import io.sojourn.record.SessionRecord;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.Collections;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of one request's session. Three layers: the stored bytes (of the {@link SessionRecord}), over them what
 * this request put and removed, and beside them the live objects, so that one request sees one instance of a value.
 *
 * <p><b>Changes in place.</b> A live object that the application has seen is encoded again at each save, without reading it
 * back, and compared with the bytes that it came from. If they differ, the codec takes it anew, and the old bytes are decoded
 * and encoded once more and compared again: for a value that was not changed may still encode differently than it once was,
 * after a change of codec or class, or when a hash set lists its elements in another order.
 *
 * <p><b>Costs.</b> An object of an application's class that is set once passes the codec four times in a request: {@code set}
 * encodes it, decodes it and encodes the copy, to be sure that it comes back equal and as the same bytes; the save encodes it
 * to see whether it was changed since. It is a fifth time if the application sends a part of the response before it has
 * ended, because there is a save before that and another one at the end.
 */
public final class Attributes {

    /**
     * Classes whose objects cannot change in place, so that they are not encoded again. A class that is here by mistake would lose
     * changes; one that is missing costs only time. All classes of {@code java.time} count as well.
     */
    private static final Set<Class<?>> IMMUTABLE = Set.of(
            String.class,
            Boolean.class,
            Character.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigInteger.class,
            BigDecimal.class,
            UUID.class,
            URI.class,
            Locale.class,
            Currency.class);

    /** Final, with three final texts. Spring Security puts one into each new session, and another one at each sign-in. */
    private static final String CSRF_TOKEN = "org.springframework.security.web.csrf.DefaultCsrfToken";

    /** A decoded value, the bytes that it stands for, and whether the application has got hold of it. */
    private static final class Live {
        final Object value;
        final boolean mutable;
        EncodedValue encoded;
        boolean handedOut;

        Live(Object value, EncodedValue encoded, boolean handedOut) {
            this.value = value;
            this.mutable = !isImmutable(value);
            this.encoded = encoded;
            this.handedOut = handedOut;
        }
    }

    private static boolean isImmutable(Object value) {
        Class<?> type = value.getClass();
        return IMMUTABLE.contains(type)
                || type.getPackageName().equals("java.time")
                || type.getName().equals(CSRF_TOKEN);
    }

    private final EngineContext context;
    private @Nullable SessionRecord base;
    private final Map<String, @Nullable EncodedValue> changes = new LinkedHashMap<>(4);
    private final Map<String, Live> live = new HashMap<>(4);

    /** Whose changes were handed out to be stored, and are not known to be: the base may not be what is stored any more. */
    private final Set<String> underWay = new HashSet<>(2);

    private final Set<String> unreadable = new HashSet<>(2);

    Attributes(EngineContext context, @Nullable SessionRecord base) {
        this.context = context;
        this.base = base;
    }

    synchronized @Nullable Object get(SessionId id, String name) {
        Live found = read(id, name);
        if (found == null) {
            return null;
        }
        found.handedOut = true;
        return found.value;
    }

    private @Nullable Live read(SessionId id, String name) {
        Live known = live.get(name);
        if (known != null) {
            return known;
        }
        EncodedValue encoded = changes.containsKey(name) ? changes.get(name) : stored(name);
        if (encoded == null || unreadable.contains(name)) {
            return null;
        }
        try {
            Live decoded = new Live(context.codecs().decode(name, encoded), encoded, false);
            live.put(name, decoded);
            return decoded;
        } catch (UnreadableValueException e) {
            unreadable.add(name);
            context.observers().tell(observer -> observer.unreadableAttribute(id, name, e));
            return null;
        }
    }

    private @Nullable EncodedValue stored(String name) {
        return base == null ? null : base.attribute(name);
    }

    synchronized void set(String name, @Nullable Object value) {
        requireText("name of an attribute", name);
        if (value == null) {
            live.remove(name);
            change(name, null);
            return;
        }
        EncodedValue encoded = context.codecs().encode(name, value);
        requireSize(name, encoded);
        requireRoom(name);
        live.put(name, new Live(value, encoded, true));
        change(name, encoded);
    }

    /** Notes a change, or that there is none after all: what is stored already need not be written. */
    private void change(String name, @Nullable EncodedValue encoded) {
        boolean same = encoded == null ? base == null || !base.names().contains(name) : encoded.equals(stored(name));
        if (same && !underWay.contains(name)) {
            changes.remove(name);
        } else {
            changes.put(name, encoded);
        }
    }

    synchronized void retain(Set<String> keep) {
        for (String name : allNames()) {
            if (!keep.contains(name)) {
                live.remove(name);
                change(name, null);
            }
        }
    }

    /** Nothing is stored yet: what was read from another record so far becomes a change. */
    synchronized void startAnew() {
        SessionRecord before = base;
        base = null;
        if (before == null) {
            return;
        }
        Map<String, @Nullable EncodedValue> all = new LinkedHashMap<>();
        before.names().forEach(name -> all.put(name, before.attribute(name)));
        all.putAll(changes);
        all.values().removeIf(Objects::isNull);
        changes.clear();
        changes.putAll(all);
    }

    synchronized Set<String> names(SessionId id) {
        Set<String> names = allNames();
        names.removeIf(name -> read(id, name) == null);
        return names;
    }

    synchronized boolean isEmpty() {
        for (EncodedValue changed : changes.values()) {
            if (changed != null) {
                return false;
            }
        }
        return base == null || changes.keySet().containsAll(base.names()); // All that was changed was removed.
    }

    private Set<String> allNames() {
        Set<String> names = base == null ? new LinkedHashSet<>() : new LinkedHashSet<>(base.names());
        changes.forEach((name, encoded) -> {
            if (encoded == null) {
                names.remove(name);
            } else {
                names.add(name);
            }
        });
        return names;
    }

    synchronized Map<String, @Nullable EncodedValue> changes() {
        live.forEach(this::noticeChangeInPlace);
        underWay.addAll(changes.keySet());
        return changes.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(changes));
    }

    private void noticeChangeInPlace(String name, Live entry) {
        EncodedValue now = changedInPlace(name, entry);
        if (now != null) {
            requireSize(name, now);
            entry.encoded = now;
            change(name, now);
        }
    }

    /** What a value encodes to now, if that is something else than before. */
    private @Nullable EncodedValue changedInPlace(String name, Live entry) {
        if (!entry.handedOut || !entry.mutable) {
            return null;
        }
        if (context.codecs().isUnchanged(name, entry.value, entry.encoded)) {
            return null;
        }
        EncodedValue now = context.codecs().encode(name, entry.value);
        boolean same = now.equals(entry.encoded)
                || (!changes.containsKey(name) && now.equals(encodedAgain(name, entry.encoded)));
        return same ? null : now;
    }

    private @Nullable EncodedValue encodedAgain(String name, EncodedValue encoded) {
        try {
            return context.codecs().encode(name, context.codecs().decode(name, encoded));
        } catch (UnreadableValueException | ValueNotAcceptedException e) {
            return null;
        }
    }

    synchronized void saved(Map<String, @Nullable EncodedValue> stored, SessionRecord state) {
        show(state);
        live.values().removeIf(entry -> !entry.handedOut); // Nobody has seen it, so it need not stay the same.
        stored.forEach((name, encoded) -> {
            underWay.remove(name);
            if (changes.containsKey(name) && Objects.equals(changes.get(name), encoded)) {
                changes.remove(name);
            }
        });
    }

    /** What could not be read may be there in another form now. */
    private void show(SessionRecord state) {
        SessionRecord before = base;
        unreadable.removeIf(name -> before == null || !Objects.equals(before.attribute(name), state.attribute(name)));
        base = state;
    }

    synchronized void adopt(SessionRecord state) {
        show(state);
        live.entrySet().removeIf(entry -> isStale(entry.getKey(), entry.getValue(), state));
    }

    /** Whether there is another value now than the one that this request has, and this request did not change its own. */
    private boolean isStale(String name, Live entry, SessionRecord state) {
        if (changes.containsKey(name) || entry.encoded.equals(state.attribute(name))) {
            return false;
        }
        try {
            return changedInPlace(name, entry) == null;
        } catch (ValueNotAcceptedException e) {
            return false; // It was changed, and the next save will say so.
        }
    }

    private void requireSize(String name, EncodedValue encoded) {
        long size = (long) name.length() + encoded.length();
        int limit = context.settings().maxAttributeBytes();
        if (size > limit) {
            throw new SessionLimitException(
                    "The size of attribute " + Printable.quoted(name) + " in bytes", size, "maxAttributeBytes", limit);
        }
    }

    private void requireRoom(String name) {
        int limit = context.settings().maxAttributes();
        int have = (base == null ? 0 : base.names().size()) + changes.size();
        if (have < limit) {
            return; // The common case, without counting precisely.
        }
        Set<String> names = allNames();
        if (names.add(name) && names.size() > limit) {
            throw new SessionLimitException("The number of attributes", names.size(), "maxAttributes", limit);
        }
    }

    /** A text that UTF-8 cannot carry would come back as another one. */
    static void requireText(String what, String text) {
        if (Surrogates.hasUnpaired(text)) {
            throw new IllegalArgumentException("The " + what + " has an unpaired surrogate");
        }
    }
}
