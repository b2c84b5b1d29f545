package io.sojourn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one request did to a session, apart from what it did it on: so it can be applied again to a state that another
 * request has saved in between.
 *
 * @param attributes new values by name, in the order in which they were set; null removes
 * @param token the token of a rotation; null without one
 * @param principal a change of the principal; null without one
 * @param idleTimeout a new idle timeout in milliseconds, 0 for none; null without a change
 */
record Changes(
        Map<String, @Nullable EncodedValue> attributes,
        @Nullable SessionToken token,
        @Nullable PrincipalChange principal,
        @Nullable Long idleTimeout) {

    /** @param principal who is signed in from now on, or nobody */
    record PrincipalChange(@Nullable String principal) {}

    /** These changes and later ones. */
    Changes and(Changes later) {
        Map<String, @Nullable EncodedValue> both = new LinkedHashMap<>(attributes);
        both.putAll(later.attributes);
        return new Changes(
                both,
                later.token == null ? token : later.token,
                later.principal == null ? principal : later.principal,
                later.idleTimeout == null ? idleTimeout : later.idleTimeout);
    }

    /** These changes, but for those that are among the others. */
    Changes without(Changes others) {
        Map<String, @Nullable EncodedValue> rest = new LinkedHashMap<>(attributes);
        rest.entrySet().removeAll(others.attributes.entrySet());
        return new Changes(
                rest,
                Objects.equals(token, others.token) ? null : token,
                Objects.equals(principal, others.principal) ? null : principal,
                Objects.equals(idleTimeout, others.idleTimeout) ? null : idleTimeout);
    }

    boolean isEmpty() {
        return attributes.isEmpty() && !touchHeader();
    }

    boolean touchHeader() {
        return token != null || principal != null || idleTimeout != null;
    }
}
