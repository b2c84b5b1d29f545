package io.sojourn;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What can be told of a session without opening it: for a page "your devices", or an administrator's list. There is no
 * token in it and no attribute.
 *
 * @param id names the session, to revoke it by
 * @param principal who is signed in, if anybody
 * @param createdAt when it was made
 * @param authenticatedAt when the principal signed in, if that is known
 * @param lastAccessedAt when it was last used; may lag behind by the touch interval
 * @param expiresAt when it ends if it is not used again; empty for never
 * @param labels what the application noted with {@link Session#label}
 */
public record SessionInfo(
        SessionId id,
        Optional<String> principal,
        Instant createdAt,
        Optional<Instant> authenticatedAt,
        Instant lastAccessedAt,
        Optional<Instant> expiresAt,
        Map<String, String> labels) {}
