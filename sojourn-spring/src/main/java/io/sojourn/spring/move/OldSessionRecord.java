package io.sojourn.spring.move;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session as Spring Session has stored it: one hash.
 *
 * @param idleTimeout zero for none
 * @param attributes the encoded attributes by name
 */
record OldSessionRecord(
        String id, Instant createdAt, Instant lastAccessedAt, Duration idleTimeout, Map<String, byte[]> attributes) {

    private static final String CREATED = "creationTime";
    private static final String LAST_ACCESSED = "lastAccessedTime";
    private static final String MAX_INACTIVE_SECONDS = "maxInactiveInterval";
    private static final String ATTRIBUTE = "sessionAttr:";

    /** By the fields of the hash. Empty if one of those that each session has is missing or no number, or the session has expired. */
    static Optional<OldSessionRecord> of(String id, Map<String, byte[]> fields, OldValues values, Instant now) {
        Long created = number(fields, CREATED, values);
        Long lastAccessed = number(fields, LAST_ACCESSED, values);
        Long maxInactive = number(fields, MAX_INACTIVE_SECONDS, values);
        if (created == null || lastAccessed == null || maxInactive == null) {
            return Optional.empty();
        }
        Duration idle = maxInactive <= 0 ? Duration.ZERO : Duration.ofSeconds(Math.min(maxInactive, Integer.MAX_VALUE));
        Instant used = between(lastAccessed, now);
        // Spring Session leaves the hash of an indexed session for some minutes after the session has expired.
        if (!idle.isZero() && !used.plus(idle).isAfter(now)) {
            return Optional.empty();
        }
        Map<String, byte[]> attributes = new LinkedHashMap<>();
        fields.forEach((field, value) -> {
            if (field.startsWith(ATTRIBUTE) && value.length > 0) { // A removed attribute is an empty value.
                attributes.put(field.substring(ATTRIBUTE.length()), value);
            }
        });
        return Optional.of(new OldSessionRecord(id, between(created, used), used, idle, attributes));
    }

    private static Instant between(long millis, Instant latest) {
        return millis <= 0 || millis > latest.toEpochMilli() ? latest : Instant.ofEpochMilli(millis);
    }

    private static @Nullable Long number(Map<String, byte[]> fields, String name, OldValues values) {
        byte[] value = fields.get(name);
        return value == null ? null : values.number(name, value);
    }
}
