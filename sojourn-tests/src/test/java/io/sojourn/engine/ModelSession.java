package io.sojourn.engine;

import io.sojourn.SessionToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A stored session as the model has it; immutable.
 *
 * @param version another one after each write
 * @param token the one token that opens it
 * @param principal who is signed in; "" is nobody
 * @param replaced the tokens that did, newest first
 * @param tenant the value in the one index; "" is none
 * @param limits none of them null
 * @param requested how many rotations there were on a stored session; the model knows no renewal for age
 * @param requestedAt when the last one was
 */
record ModelSession(
        int version,
        SessionToken token,
        List<Replaced> replaced,
        int rotations,
        Map<String, String> attributes,
        String principal,
        String tenant,
        ModelLimits limits,
        int requested,
        Instant requestedAt) {

    static final int MOST_REPLACED = 4;

    /** Values that begin with it are stored in a part of their own. */
    static final String LARGE = "large";

    record Replaced(SessionToken token, Instant at) {}

    Duration idleTimeout() {
        return Objects.requireNonNull(limits.idleTimeout());
    }

    /** The parts that it is stored in. */
    Set<String> parts() {
        Set<String> parts = new HashSet<>(Set.of("r"));
        attributes.forEach((name, value) -> {
            if (value.startsWith(LARGE)) {
                parts.add("a:" + name);
            }
        });
        return parts;
    }

    /** This session with one request's changes. */
    ModelSession with(ModelRequest.Changes changes, int newVersion, Instant now) {
        Map<String, String> newAttributes = new LinkedHashMap<>(attributes);
        changes.attributes().forEach((name, value) -> {
            if (value == null) {
                newAttributes.remove(name);
            } else {
                newAttributes.put(name, value);
            }
        });
        SessionToken newToken = changes.rotation() == null ? token : changes.rotation();
        boolean rotates = !newToken.equals(token);
        List<Replaced> newReplaced = new ArrayList<>(replaced);
        if (rotates) {
            newReplaced.add(0, new Replaced(token, now));
        }
        return new ModelSession(
                newVersion,
                newToken,
                newReplaced.subList(0, Math.min(newReplaced.size(), MOST_REPLACED)),
                rotations + (rotates ? 1 : 0),
                newAttributes,
                changes.principal() == null ? principal : changes.principal(),
                changes.tenant() == null ? tenant : changes.tenant().value(),
                limits.and(changes.limits()),
                requested + (rotates ? 1 : 0),
                rotates ? now : requestedAt);
    }
}
