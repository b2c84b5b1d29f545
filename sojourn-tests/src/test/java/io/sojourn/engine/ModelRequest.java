package io.sojourn.engine;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionToken;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request in flight as the model has it, beside the real session that it holds. */
final class ModelRequest {

    /** What a request did; null where it did nothing, except that a null attribute is removed. "" is nobody. */
    record Changes(
            Map<String, @Nullable String> attributes,
            @Nullable SessionToken rotation,
            @Nullable String principal,
            @Nullable Duration idleTimeout) {

        boolean isEmpty() {
            return attributes.isEmpty() && rotation == null && principal == null && idleTimeout == null;
        }
    }

    final Session real;
    SessionToken held;

    @Nullable
    ModelSession base;

    final Map<String, @Nullable String> changed = new LinkedHashMap<>();

    /** Attributes of which the outcome of a write is unknown. */
    final Set<String> uncertain = new HashSet<>();

    /** What was saved in a state that has another secret. */
    final Map<String, @Nullable String> savedOutOfSight = new HashMap<>();

    @Nullable
    Duration timeoutSavedOutOfSight;

    /** What the application has got hold of, as it is, and as it was when it was last looked at. */
    final Map<String, String> live = new HashMap<>();

    final Map<String, String> liveBefore = new HashMap<>();

    /** Versions that a creation by this request may have led to. */
    final Set<Integer> creations = new HashSet<>();

    @Nullable
    SessionToken rotation;

    @Nullable
    String principal;

    @Nullable
    Duration idleTimeout;

    final Duration initialIdleTimeout;
    boolean ended;

    ModelRequest(Session real, @Nullable ModelSession base, Duration initialIdleTimeout) {
        this.real = real;
        this.held = real.token();
        this.base = base;
        this.initialIdleTimeout = initialIdleTimeout;
    }

    @Nullable
    String stored(String name) {
        return base == null ? null : base.attributes().get(name);
    }

    @Nullable
    String read(String name) {
        String value = live.get(name);
        if (value == null && !changed.containsKey(name)) {
            value = stored(name);
            if (value != null) {
                see(name, value);
            }
        }
        return value;
    }

    void see(String name, String value) {
        live.put(name, value);
        liveBefore.put(name, value);
    }

    void put(String name, @Nullable String value) {
        if (value == null) {
            live.remove(name);
            liveBefore.remove(name);
        } else {
            see(name, value);
        }
        change(name, value);
    }

    private void change(String name, @Nullable String value) {
        if (Objects.equals(value, stored(name)) && !uncertain.contains(name)) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
    }

    void setIdleTimeout(Duration timeout) {
        Duration now = base == null ? initialIdleTimeout : base.idleTimeout();
        idleTimeout = idleTimeout == null && timeout.equals(now) ? null : timeout;
    }

    boolean isEmpty() {
        return principal().isEmpty() && names().isEmpty();
    }

    /** Who is signed in; "" is nobody. */
    String principal() {
        return principal != null ? principal : base == null ? "" : base.principal();
    }

    Set<String> names() {
        Set<String> names =
                base == null ? new HashSet<>() : new HashSet<>(base.attributes().keySet());
        changed.forEach((name, value) -> {
            if (value == null) {
                names.remove(name);
            } else {
                names.add(name);
            }
        });
        return names;
    }

    /** Its id was taken by another session; what it has got instead, only the real one can tell. */
    void takesAnotherId() {
        if (rotation == null) {
            held = real.token();
        } else {
            rotation = real.token();
            held = nobodysTokenOf(real.id());
        }
    }

    static SessionToken nobodysTokenOf(SessionId id) {
        return SessionToken.parse(id + "." + "-".repeat(24)).orElseThrow();
    }

    /** What is to be saved and was not yet; from now on its outcome is uncertain. */
    Changes changes() {
        for (String name : List.copyOf(live.keySet())) {
            String value = Objects.requireNonNull(live.get(name));
            if (!value.equals(liveBefore.put(name, value))) {
                change(name, value);
            }
        }
        uncertain.addAll(changed.keySet());
        Map<String, @Nullable String> unsaved = new LinkedHashMap<>(changed);
        unsaved.entrySet().removeAll(savedOutOfSight.entrySet());
        boolean newTimeout = !Objects.equals(idleTimeout, timeoutSavedOutOfSight);
        return new Changes(unsaved, rotation, principal, newTimeout ? idleTimeout : null);
    }

    /** Whether that has another secret than the one that let this request in, so that it is not to be seen. */
    private boolean isOutOfSight(ModelSession state) {
        SessionToken letIn = base == null ? held : base.token();
        return !state.token().equals(letIn) && !Objects.equals(state.token(), rotation);
    }

    /** These changes were saved and led to this. */
    void saved(Changes changes, ModelSession state) {
        if (changes.rotation() == null && isOutOfSight(state)) {
            savedOutOfSight.putAll(changes.attributes());
            timeoutSavedOutOfSight = changes.idleTimeout() == null ? timeoutSavedOutOfSight : changes.idleTimeout();
            return;
        }
        base = state;
        held = changes.rotation() == null ? held : changes.rotation();
        rotation = null;
        principal = null;
        idleTimeout = null;
        uncertain.removeAll(changes.attributes().keySet());
        changed.clear();
    }

    /** An update led to this; what was not changed here, be it in place, shows the new state. */
    void adopt(ModelSession state, SessionToken token) {
        if (token.equals(held) && isOutOfSight(state)) {
            return;
        }
        base = state;
        held = token;
        live.keySet()
                .removeIf(name -> !changed.containsKey(name)
                        && Objects.equals(live.get(name), liveBefore.get(name))
                        && !Objects.equals(live.get(name), state.attributes().get(name)));
        liveBefore.keySet().retainAll(live.keySet());
    }
}
