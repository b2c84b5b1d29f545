package io.sojourn.format;

/**
 * The rotations of a session that were asked for: each sign-in, sign-out and plain rotation. A renewal that is due to the
 * secret's age alone is none of them. By the count, a request that was let in earlier knows whether the session may have
 * changed hands since.
 *
 * @param count how many there were
 * @param lastAtMillis when the last one was, in milliseconds since the epoch
 */
public record RequestedRotations(long count, long lastAtMillis) {

    /** There was none, or an older version wrote the record. */
    public static final RequestedRotations NONE = new RequestedRotations(0, 0);

    public RequestedRotations plus(long atMillis) {
        return new RequestedRotations(count + 1, atMillis);
    }
}
