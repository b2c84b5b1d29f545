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
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one request did to the header of its session, and the header as it was loaded. Guarded by the session. */
final class HeaderChanges {

    private Header stored;

    /** Replaced and never changed, so that it can be handed out. */
    private SessionDelta delta = SessionDelta.NONE;

    HeaderChanges(Header stored) {
        this.stored = stored;
    }

    /** As it was loaded or stored. */
    Header stored() {
        return stored;
    }

    /** With what this request did, but for the secret. */
    Header now() {
        return delta.applyTo(stored);
    }

    /** The header so far was another session's: what this request was shown of it becomes part of the changes. */
    void startAnew(Header newStored, EventTime now) {
        HeaderDetails shown = now().details();
        PrincipalChange signIn = delta.principal();
        EventTime said = signIn == null ? now : signIn.at();
        Map<String, @Nullable IndexChange> indexes = new LinkedHashMap<>();
        shown.indexes().forEach((name, value) -> indexes.put(name, new IndexChange(value, said)));
        indexes.keySet().removeAll(delta.indexes().keySet());
        delta = delta.withRotation(null)
                .and(SessionDelta.NONE.withIndexes(indexes).withLabels(shown.labels()));
        stored = newStored;
    }

    void show(Header newStored) {
        stored = newStored;
    }

    /** What this request did to the header, without attributes. */
    SessionDelta delta() {
        return delta;
    }

    void rotate(@Nullable Rotation rotation) {
        delta = delta.withRotation(rotation);
    }

    void signIn(PrincipalChange change) {
        delta = delta.withPrincipal(change);
    }

    void idleTimeout(long millis) {
        // A change that is taken back stays one: it may be on its way to the store already.
        if (delta.limits().idleTimeout() != null || millis != stored.idleTimeout()) {
            limit(new LimitChange(millis, null, null));
        }
    }

    void limit(LimitChange change) {
        delta = delta.withLimits(delta.limits().and(change));
    }

    void index(String name, @Nullable String value, EventTime at) {
        requireRoom(now().details().indexes(), name, value, "indexes", Session.MAX_INDEXES);
        delta = delta.withIndexes(with(delta.indexes(), name, value == null ? null : new IndexChange(value, at)));
    }

    void label(String name, @Nullable String value) {
        requireRoom(now().details().labels(), name, value, "labels", Session.MAX_LABELS);
        delta = delta.withLabels(with(delta.labels(), name, value == null ? null : cut(value)));
    }

    private static <V> Map<String, @Nullable V> with(Map<String, @Nullable V> before, String name, @Nullable V value) {
        Map<String, @Nullable V> after = new LinkedHashMap<>(before);
        after.put(name, value);
        return after;
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
        return attributes.isEmpty() ? delta : delta.withAttributes(attributes);
    }

    /** These changes have been stored, and this is the header that they led to. */
    void saved(SessionDelta done, Header newStored) {
        stored = newStored;
        delta = delta.without(done);
    }
}
