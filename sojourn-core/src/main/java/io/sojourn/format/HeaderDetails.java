package io.sojourn.format;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the header knows of a session's owner and of its place among others.
 *
 * @param authenticatedAt when the principal signed in, in milliseconds since the epoch; {@link Header#NONE} if unknown
 * @param indexes the values under which the session can be found, by the index's name; the principal is not among them
 * @param labels what the application notes to tell sessions apart, by name
 * @param remembered whether the session was given longer limits at its owner's wish
 * @param grace the grace of the last rotation, if it had one
 * @param requested the rotations that were asked for
 */
public record HeaderDetails(
        long authenticatedAt,
        Map<String, String> indexes,
        Map<String, String> labels,
        boolean remembered,
        @Nullable Grace grace,
        RequestedRotations requested) {

    /** Of a new session. */
    public static final HeaderDetails NONE =
            new HeaderDetails(Header.NONE, Map.of(), Map.of(), false, null, RequestedRotations.NONE);

    public HeaderDetails withAuthenticatedAt(long millis) {
        return new HeaderDetails(millis, indexes, labels, remembered, grace, requested);
    }

    public HeaderDetails withIndexes(Map<String, String> newIndexes) {
        return new HeaderDetails(authenticatedAt, newIndexes, labels, remembered, grace, requested);
    }

    public HeaderDetails withLabels(Map<String, String> newLabels) {
        return new HeaderDetails(authenticatedAt, indexes, newLabels, remembered, grace, requested);
    }

    public HeaderDetails withRemembered(boolean isRemembered) {
        return new HeaderDetails(authenticatedAt, indexes, labels, isRemembered, grace, requested);
    }

    public HeaderDetails withGrace(@Nullable Grace newGrace) {
        return new HeaderDetails(authenticatedAt, indexes, labels, remembered, newGrace, requested);
    }

    public HeaderDetails withRequested(RequestedRotations newRequested) {
        return new HeaderDetails(authenticatedAt, indexes, labels, remembered, grace, newRequested);
    }
}
