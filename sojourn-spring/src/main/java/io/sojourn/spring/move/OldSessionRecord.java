package io.sojourn.spring.move;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
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

    /** The field that a session has from its first moment; a hash without it holds the changes of a session that is gone. */
    static final String CREATED = "creationTime";

    private static final String LAST_ACCESSED = "lastAccessedTime";
    private static final String MAX_INACTIVE_SECONDS = "maxInactiveInterval";
    private static final String ATTRIBUTE = "sessionAttr:";

    /** By the fields of the hash. Empty if one of those that each session has is missing or no number, or the session has expired. */
    static Optional<OldSessionRecord> of(String id, Map<String, byte[]> fields, OldValues values, Instant now) {
        Long created = number(fields, CREATED, values);
        Long lastAccessed = number(fields, LAST_ACCESSED, values);
        Duration idle = idleTimeout(fields, values);
        if (created == null || lastAccessed == null || idle == null) {
            return Optional.empty();
        }
        Instant used = between(lastAccessed, now);
        // Spring Session leaves the hash of an indexed session for some minutes after the session has expired.
        if (!idle.isZero() && !used.plus(idle).isAfter(now)) {
            return Optional.empty();
        }
        Map<String, byte[]> attributes = attributes(fields);
        attributes.values().removeIf(value -> value.length == 0);
        return Optional.of(new OldSessionRecord(id, between(created, used), used, idle, attributes));
    }

    /** The idle timeout among these fields; null if there is none. */
    static @Nullable Duration idleTimeout(Map<String, byte[]> fields, OldValues values) {
        Long seconds = number(fields, MAX_INACTIVE_SECONDS, values);
        if (seconds == null) {
            return null;
        }
        return seconds <= 0 ? Duration.ZERO : Duration.ofSeconds(Math.min(seconds, Integer.MAX_VALUE));
    }

    /** The time of the last access among these fields; now if there is none. */
    static Instant lastAccessedAt(Map<String, byte[]> fields, OldValues values, Instant now) {
        Long millis = number(fields, LAST_ACCESSED, values);
        return millis == null ? now : between(millis, now);
    }

    /** The encoded attributes among these fields. One that was removed has an empty value. */
    static Map<String, byte[]> attributes(Map<String, byte[]> fields) {
        Map<String, byte[]> attributes = new LinkedHashMap<>();
        fields.forEach((field, value) -> {
            if (field.startsWith(ATTRIBUTE)) {
                attributes.put(field.substring(ATTRIBUTE.length()), value);
            }
        });
        return attributes;
    }

    /** The attributes that are different in the fields of the same session at a later moment. One that was removed is empty. */
    Map<String, byte[]> changes(Map<String, byte[]> later) {
        Map<String, byte[]> changed = attributes(later);
        changed.entrySet()
                .removeIf(each -> Arrays.equals(each.getValue(), attributes.getOrDefault(each.getKey(), new byte[0])));
        return changed;
    }

    private static Instant between(long millis, Instant latest) {
        return millis <= 0 || millis > latest.toEpochMilli() ? latest : Instant.ofEpochMilli(millis);
    }

    private static @Nullable Long number(Map<String, byte[]> fields, String name, OldValues values) {
        byte[] value = fields.get(name);
        return value == null ? null : values.number(name, value);
    }
}
