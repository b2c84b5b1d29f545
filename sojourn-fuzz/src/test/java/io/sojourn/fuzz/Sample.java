package io.sojourn.fuzz;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A class of an application, with a bit of everything.
 *
 * @param name a text
 * @param count a number
 * @param items values of whatever kind
 * @param byId a map whose keys are no strings
 * @param price one with decimals
 * @param kinds enums
 * @param at a time
 * @param next one more, so that it nests
 */
@SuppressWarnings("serial")
public record Sample(
        @Nullable String name,
        int count,
        @Nullable List<@Nullable Object> items,
        @Nullable Map<UUID, Long> byId,
        @Nullable BigDecimal price,
        @Nullable Set<Kind> kinds,
        @Nullable ZonedDateTime at,
        @Nullable Sample next)
        implements Serializable {

    /** A kind. */
    public enum Kind {
        /** One. */
        ONE,
        /** Another. */
        OTHER
    }

    static Sample one() {
        return new Sample(
                "ada",
                3,
                List.of(1L, 2.5, "x", 'c', new int[] {1, 2}),
                new HashMap<>(Map.of(new UUID(1, 2), 3L)),
                new BigDecimal("12.50"),
                EnumSet.of(Kind.ONE),
                ZonedDateTime.parse("2026-03-01T12:00:00+01:00[Europe/Berlin]"),
                new Sample(null, 0, null, null, null, null, null, null));
    }
}
