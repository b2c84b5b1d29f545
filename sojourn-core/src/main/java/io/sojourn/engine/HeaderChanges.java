package io.sojourn.engine;

import io.sojourn.Session;
import io.sojourn.format.EncodedValue;
import io.sojourn.format.Header;
import io.sojourn.format.HeaderDetails;
import io.sojourn.record.EventTime;
import io.sojourn.record.SessionDelta;
import io.sojourn.record.SessionDelta.IndexChange;
import io.sojourn.record.SessionDelta.LimitChange;
import io.sojourn.record.SessionDelta.PrincipalChange;
import io.sojourn.record.SessionDelta.Rotation;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one request did to the header of its session, and the header as it was loaded. Guarded by the session. */
final class HeaderChanges {

    private Header stored;
    private @Nullable Rotation rotation;
    private @Nullable PrincipalChange principal;
    private LimitChange limits = LimitChange.NONE;

    // Replaced and never changed, so that they can be handed out; most requests change neither.
    private Map<String, @Nullable IndexChange> indexes = Map.of();
    private Map<String, @Nullable String> labels = Map.of();

    HeaderChanges(Header stored) {
        this.stored = stored;
    }

    /** As it was loaded or stored. */
    Header stored() {
        return stored;
    }

    /** With what this request did, but for the secret. */
    Header now() {
        return changes(Map.of()).applyTo(stored);
    }

    /** The header so far was another session's: what this request was shown of it becomes part of the changes. */
    void startAnew(Header newStored, EventTime now) {
        HeaderDetails shown = now().details();
        EventTime said = principal == null ? now : principal.at();
        shown.indexes().forEach((name, value) -> {
            if (!indexes.containsKey(name)) {
                indexes = with(indexes, name, new IndexChange(value, said));
            }
        });
        shown.labels().forEach((name, value) -> labels = with(labels, name, value));
        rotation = null;
        stored = newStored;
    }

    void show(Header newStored) {
        stored = newStored;
    }

    @Nullable
    Rotation rotation() {
        return rotation;
    }

    void rotate(@Nullable Rotation newRotation) {
        rotation = newRotation;
    }

    void signIn(PrincipalChange change) {
        principal = change;
    }

    @Nullable
    PrincipalChange principalChange() {
        return principal;
    }

    void idleTimeout(long millis) {
        // A change that is taken back stays one: it may be on its way to the store already.
        if (limits.idleTimeout() != null || millis != stored.idleTimeout()) {
            limit(new LimitChange(millis, null, null));
        }
    }

    void limit(LimitChange change) {
        limits = limits.and(change);
    }

    void index(String name, @Nullable String value, EventTime at) {
        requireRoom(now().details().indexes(), name, value, "indexes", Session.MAX_INDEXES);
        indexes = with(indexes, name, value == null ? null : new IndexChange(value, at));
    }

    void label(String name, @Nullable String value) {
        requireRoom(now().details().labels(), name, value, "labels", Session.MAX_LABELS);
        labels = with(labels, name, value == null ? null : cut(value));
    }

    private static <V> Map<String, @Nullable V> with(Map<String, @Nullable V> before, String name, @Nullable V value) {
        Map<String, @Nullable V> after = new LinkedHashMap<>(before);
        after.put(name, value);
        return Collections.unmodifiableMap(after);
    }

    private static <V> Map<String, @Nullable V> without(
            Map<String, @Nullable V> before, Map<String, @Nullable V> done) {
        if (before.isEmpty()) {
            return before;
        }
        Map<String, @Nullable V> after = new LinkedHashMap<>(before);
        after.entrySet().removeAll(done.entrySet());
        return Collections.unmodifiableMap(after);
    }

    private static void requireRoom(
            Map<String, String> there, String name, @Nullable String value, String what, int limit) {
        if (value != null && there.size() >= limit && !there.containsKey(name)) {
            throw new IllegalStateException("A session has at most " + limit + " " + what + "; remove one first");
        }
    }

    /** What can be written of it as UTF-8: it may be a client's text. */
    private static String cut(String text) {
        String clean = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        if (clean.length() <= Session.MAX_LABEL_LENGTH) {
            return clean;
        }
        boolean splits = Character.isHighSurrogate(clean.charAt(Session.MAX_LABEL_LENGTH - 1));
        return clean.substring(0, Session.MAX_LABEL_LENGTH - (splits ? 1 : 0));
    }

    SessionDelta changes(Map<String, @Nullable EncodedValue> attributes) {
        return new SessionDelta(attributes, rotation, principal, limits, indexes, labels);
    }

    boolean isEmpty() {
        return rotation == null
                && principal == null
                && limits.equals(LimitChange.NONE)
                && indexes.isEmpty()
                && labels.isEmpty();
    }

    /** These changes have been stored, and this is the header that they led to. */
    void saved(SessionDelta done, Header newStored) {
        stored = newStored;
        rotation = Objects.equals(rotation, done.rotation()) ? null : rotation;
        principal = Objects.equals(principal, done.principal()) ? null : principal;
        limits = limits.without(done.limits());
        indexes = without(indexes, done.indexes());
        labels = without(labels, done.labels());
    }
}
