package io.sojourn.engine;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import java.time.Duration;
import java.time.Instant;
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
            @Nullable Tenant tenant,
            ModelLimits limits) {

        static Changes of(Map<String, @Nullable String> attributes, @Nullable SessionToken rotation) {
            return new Changes(attributes, rotation, null, null, ModelLimits.UNCHANGED);
        }

        boolean signsIn() {
            return principal != null && !principal.isEmpty();
        }

        Changes attributesOnly() {
            return of(attributes, null);
        }

        boolean isEmpty() {
            return attributes.isEmpty()
                    && rotation == null
                    && principal == null
                    && tenant == null
                    && limits.equals(ModelLimits.UNCHANGED);
        }
    }

    /** A value in the index, and when it was said; "" is none, whenever that was said. */
    record Tenant(String value, Instant at) {}

    final Session real;
    SessionToken held;

    @Nullable
    ModelSession base;

    /** Whether it has stored something in a state that it is not shown. */
    boolean hasSavedUnseen;

    final Map<String, @Nullable String> changed = new LinkedHashMap<>();

    /** Attributes of which the outcome of a write is unknown. */
    final Set<String> uncertain = new HashSet<>();

    /** What was saved in a state that has another secret. */
    final Map<String, @Nullable String> savedOutOfSight = new HashMap<>();

    @Nullable
    Tenant tenantSavedOutOfSight;

    ModelLimits limitsSavedOutOfSight = ModelLimits.UNCHANGED;

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
    Tenant tenant;

    ModelLimits limits = ModelLimits.UNCHANGED;

    /** Of a session that is new. */
    ModelLimits initialLimits;

    /** Whether a write was begun that may have created the session, or may still. */
    boolean isCreating;

    boolean ended;

    ModelRequest(Session real, @Nullable ModelSession base, ModelLimits initialLimits) {
        this.real = real;
        this.held = real.token();
        this.base = base;
        this.initialLimits = initialLimits;
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
        if (limits.idleTimeout() != null || !timeout.equals(storedLimits().idleTimeout())) {
            limits = limits.and(new ModelLimits(timeout, null, null));
        }
    }

    private ModelLimits storedLimits() {
        return base == null ? initialLimits : base.limits();
    }

    ModelLimits limits() {
        return storedLimits().and(limits);
    }

    void remember(Duration idle, Instant deadline) {
        limits = limits.and(new ModelLimits(idle, deadline, true));
    }

    /** Somebody else signs in, or nobody: who was remembered is remembered no longer, and gets no longer to live. */
    void forget(ModelLimits usual) {
        Instant deadline = Objects.requireNonNull(limits().deadline());
        Instant usualDeadline = Objects.requireNonNull(usual.deadline());
        if (Boolean.TRUE.equals(limits().remembered())) {
            limits = limits.and(usual)
                    .and(new ModelLimits(null, deadline.isBefore(usualDeadline) ? deadline : usualDeadline, false));
        }
    }

    /** The value in the index; "" is none. */
    String tenant() {
        return tenant != null ? tenant.value() : base == null ? "" : base.tenant();
    }

    boolean isEmpty() {
        return principal().isEmpty() && tenant().isEmpty() && names().isEmpty();
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
    void takesAnotherId(ModelLimits usual) {
        initialLimits = usual;
        if (rotation == null) {
            held = real.token();
        } else {
            rotation = real.token();
            held = nobodysTokenOf(real.id());
        }
    }

    static SessionToken nobodysTokenOf(SessionId id) {
        return SessionToken.parse(id + "-".repeat(24)).orElseThrow();
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
        boolean newTenant = !Objects.equals(tenant, tenantSavedOutOfSight);
        return new Changes(
                unsaved, rotation, principal, newTenant ? tenant : null, limits.without(limitsSavedOutOfSight));
    }

    /** Whether this request may be shown that: it has the secret that let it in, or its own new one. */
    boolean mayShow(ModelSession state) {
        SessionToken letIn = base == null ? held : base.token();
        return state.token().equals(letIn) || state.token().equals(held) || Objects.equals(state.token(), rotation);
    }

    /** What may be written to that. */
    Changes mergeable(Changes changes, ModelSession state, Instant now) {
        int since = state.requested() - (base == null ? 0 : base.requested());
        if (since == 0 || state.token().equals(held) || Objects.equals(state.token(), rotation)) {
            return changes;
        }
        boolean justNow = state.replaced().stream().anyMatch(one -> one.token().equals(held) && isRecent(one.at(), now))
                || (since == 1 && isRecent(state.requestedAt(), now));
        return justNow ? changes.attributesOnly() : Changes.of(Map.of(), null);
    }

    private static boolean isRecent(Instant at, Instant now) {
        return Duration.between(at, now).compareTo(SessionSettings.SUPERSEDED_FOR) < 0;
    }

    /** It signs in, and another request was faster: it becomes a new session with all that it was shown. */
    void startsAnew(ModelLimits usual) {
        ModelSession before = Objects.requireNonNull(base);
        Map<String, @Nullable String> all = new LinkedHashMap<>(before.attributes());
        changed.forEach((name, value) -> {
            if (value == null) {
                all.remove(name);
            } else {
                all.put(name, value);
            }
        });
        changed.clear();
        changed.putAll(all);
        if (tenant == null && !before.tenant().isEmpty()) {
            tenant = new Tenant(before.tenant(), Instant.EPOCH);
        }
        base = null;
        hasSavedUnseen = false;
        savedOutOfSight.clear();
        tenantSavedOutOfSight = null;
        limitsSavedOutOfSight = ModelLimits.UNCHANGED;
        rotation = null;
        initialLimits = usual;
        held = real.token();
    }

    /** These changes were saved, but for some that were given up, and led to this. */
    void saved(Changes changes, ModelSession state) {
        if (changes.rotation() == null && !mayShow(state)) {
            savedOutOfSight.putAll(changes.attributes());
            tenantSavedOutOfSight = changes.tenant() == null ? tenantSavedOutOfSight : changes.tenant();
            limitsSavedOutOfSight = limitsSavedOutOfSight.and(changes.limits());
            hasSavedUnseen = true;
            return;
        }
        base = state;
        held = changes.rotation() == null ? held : changes.rotation();
        rotation = null;
        principal = null;
        tenant = null;
        limits = ModelLimits.UNCHANGED;
        uncertain.removeAll(changes.attributes().keySet());
        changed.clear();
    }

    /** An update led to this; what was not changed here, be it in place, shows the new state. */
    void adopt(ModelSession state, SessionToken token) {
        base = state;
        held = token;
        live.keySet()
                .removeIf(name -> !changed.containsKey(name)
                        && Objects.equals(live.get(name), liveBefore.get(name))
                        && !Objects.equals(live.get(name), state.attributes().get(name)));
        liveBefore.keySet().retainAll(live.keySet());
    }
}
