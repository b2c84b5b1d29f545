package io.sojourn.record;

import io.sojourn.SessionToken;
import io.sojourn.format.EncodedValue;
import io.sojourn.format.Header;
import io.sojourn.format.HeaderDetails;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one request, without the state that it changed: so they can be applied again to a state that another
 * request has saved in between.
 *
 * @param attributes new values by name, in the order in which they were set; null removes
 * @param rotation a rotation; null without one
 * @param principal a change of the principal; null without one
 * @param limits new limits of the session's life; null without a change
 * @param indexes new values in named indexes; null removes
 * @param labels new labels; null removes
 */
public record SessionDelta(
        Map<String, @Nullable EncodedValue> attributes,
        @Nullable Rotation rotation,
        @Nullable PrincipalChange principal,
        LimitChange limits,
        Map<String, @Nullable IndexChange> indexes,
        Map<String, @Nullable String> labels) {

    public static final SessionDelta NONE =
            new SessionDelta(Map.of(), null, null, LimitChange.NONE, Map.of(), Map.of());

    /**
     * Replaces the secret.
     *
     * @param token the new token
     * @param byAge whether it is due to the secret's age alone, and nobody asked for it
     */
    public record Rotation(SessionToken token, boolean byAge) {}

    /**
     * A sign-in or a sign-out.
     *
     * @param principal who is signed in from now on; null for a sign-out
     * @param at when that was said
     * @param keep the names of the attributes that the sign-in keeps; null if it keeps all
     */
    public record PrincipalChange(
            @Nullable String principal,
            EventTime at,
            @Nullable Set<String> keep) {

        public boolean isSignIn() {
            return principal != null;
        }
    }

    /**
     * Enters the session in an index.
     *
     * @param value the value in the index from now on
     * @param at when that was said
     */
    public record IndexChange(String value, EventTime at) {}

    /**
     * Other time limits. Each is null without a change.
     *
     * @param idleTimeout in milliseconds, 0 for none
     * @param deadline in milliseconds since the epoch, 0 for none
     * @param remembered whether the limits are the longer ones of a session that is remembered
     */
    public record LimitChange(
            @Nullable Long idleTimeout,
            @Nullable Long deadline,
            @Nullable Boolean remembered) {

        public static final LimitChange NONE = new LimitChange(null, null, null);

        public LimitChange and(LimitChange later) {
            return new LimitChange(
                    later.idleTimeout == null ? idleTimeout : later.idleTimeout,
                    later.deadline == null ? deadline : later.deadline,
                    later.remembered == null ? remembered : later.remembered);
        }

        public LimitChange without(LimitChange others) {
            return new LimitChange(
                    Objects.equals(idleTimeout, others.idleTimeout) ? null : idleTimeout,
                    Objects.equals(deadline, others.deadline) ? null : deadline,
                    Objects.equals(remembered, others.remembered) ? null : remembered);
        }
    }

    /** The token of the rotation, if there is one. */
    @Nullable
    public SessionToken token() {
        return rotation == null ? null : rotation.token();
    }

    /** These changes and later ones. */
    public SessionDelta and(SessionDelta later) {
        return new SessionDelta(
                both(attributes, later.attributes),
                later.rotation == null ? rotation : later.rotation,
                later.principal == null ? principal : later.principal,
                limits.and(later.limits),
                both(indexes, later.indexes),
                both(labels, later.labels));
    }

    /** These changes, but for those that are among the others. */
    public SessionDelta without(SessionDelta others) {
        return new SessionDelta(
                rest(attributes, others.attributes),
                Objects.equals(rotation, others.rotation) ? null : rotation,
                Objects.equals(principal, others.principal) ? null : principal,
                limits.without(others.limits),
                rest(indexes, others.indexes),
                rest(labels, others.labels));
    }

    public boolean signsIn() {
        return principal != null && principal.isSignIn();
    }

    public SessionDelta attributesOnly() {
        return NONE.withAttributes(attributes);
    }

    /** The names of the attributes of a newer record that outlive these changes; null if all do. */
    public @Nullable Set<String> keeps() {
        return principal == null ? null : principal.keep();
    }

    public SessionDelta withAttributes(Map<String, @Nullable EncodedValue> others) {
        return new SessionDelta(others, rotation, principal, limits, indexes, labels);
    }

    public SessionDelta withRotation(@Nullable Rotation other) {
        return new SessionDelta(attributes, other, principal, limits, indexes, labels);
    }

    public SessionDelta withPrincipal(@Nullable PrincipalChange other) {
        return new SessionDelta(attributes, rotation, other, limits, indexes, labels);
    }

    public SessionDelta withLimits(LimitChange others) {
        return new SessionDelta(attributes, rotation, principal, others, indexes, labels);
    }

    public SessionDelta withIndexes(Map<String, @Nullable IndexChange> others) {
        return new SessionDelta(attributes, rotation, principal, limits, others, labels);
    }

    public SessionDelta withLabels(Map<String, @Nullable String> others) {
        return new SessionDelta(attributes, rotation, principal, limits, indexes, others);
    }

    /**
     * These changes as if they had been said when earlier ones were: both come of one function, which runs again on a newer
     * state. So a sign-in does not become later than a revocation that came in between.
     */
    public SessionDelta saidWith(SessionDelta earlier) {
        PrincipalChange signIn = principal == null || earlier.principal == null
                ? principal
                : new PrincipalChange(principal.principal(), earlier.principal.at(), principal.keep());
        Map<String, @Nullable IndexChange> bound = new LinkedHashMap<>(indexes);
        bound.replaceAll((name, change) -> {
            IndexChange before = earlier.indexes.get(name);
            return change == null || before == null ? change : new IndexChange(change.value(), before.at());
        });
        return withPrincipal(signIn).withIndexes(bound);
    }

    public boolean isEmpty() {
        return attributes.isEmpty() && !changesHeader();
    }

    public boolean changesHeader() {
        return rotation != null
                || principal != null
                || !limits.equals(LimitChange.NONE)
                || !indexes.isEmpty()
                || !labels.isEmpty();
    }

    /** The header with these changes, but for the secret. */
    public Header applyTo(Header header) {
        Header changed = header;
        HeaderDetails details = header.details();
        if (principal != null) {
            changed = changed.withPrincipal(principal.principal());
            details = details.withAuthenticatedAt(
                    principal.principal() == null ? Header.NONE : principal.at().millis());
        }
        if (limits.idleTimeout() != null) {
            changed = changed.withIdleTimeout(limits.idleTimeout());
        }
        if (limits.deadline() != null) {
            changed = changed.withDeadline(limits.deadline());
        }
        if (limits.remembered() != null) {
            details = details.withRemembered(limits.remembered());
        }
        if (!indexes.isEmpty()) {
            Map<String, String> values = new LinkedHashMap<>(details.indexes());
            indexes.forEach(
                    (name, change) -> values.compute(name, (same, before) -> change == null ? null : change.value()));
            details = details.withIndexes(values);
        }
        if (!labels.isEmpty()) {
            Map<String, String> values = new LinkedHashMap<>(details.labels());
            labels.forEach((name, value) -> values.compute(name, (same, before) -> value));
            details = details.withLabels(values);
        }
        return details.equals(header.details()) ? changed : changed.withDetails(details);
    }

    private static <V> Map<String, V> both(Map<String, V> first, Map<String, V> later) {
        if (later.isEmpty()) {
            return first;
        }
        Map<String, V> both = new LinkedHashMap<>(first);
        both.putAll(later);
        return both;
    }

    private static <V> Map<String, V> rest(Map<String, V> all, Map<String, V> others) {
        if (all.isEmpty() || others.isEmpty()) {
            return all;
        }
        Map<String, V> rest = new LinkedHashMap<>(all);
        rest.entrySet().removeAll(others.entrySet());
        return rest;
    }
}
