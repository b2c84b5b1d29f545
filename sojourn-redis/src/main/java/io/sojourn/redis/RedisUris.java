package io.sojourn.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads URIs as Lettuce does, but with messages that say what to do and never repeat a password. */
final class RedisUris {

    private static final List<String> SCHEMES = List.of("redis://", "rediss://");

    private RedisUris() {}

    static RedisURI parse(String uri) {
        if (SCHEMES.stream().noneMatch(uri::startsWith)) {
            throw new IllegalArgumentException("A Redis URI begins with one of " + SCHEMES
                    + ", for instance redis://localhost:6379; this one does not");
        }
        try {
            return RedisURI.create(uri);
        } catch (RuntimeException e) {
            // The cause repeats the URI, and with it the password.
            throw new IllegalArgumentException(
                    "This is no Redis URI; it should look like redis://user:password@host:6379/0, with special characters"
                            + " percent-encoded");
        }
    }

    /** The timeout that the URI itself names, if it does; otherwise Lettuce would put in its own default of a minute. */
    static Optional<Duration> timeout(String text, RedisURI uri) {
        return text.contains(RedisURI.PARAMETER_NAME_TIMEOUT + "=") ? Optional.of(uri.getTimeout()) : Optional.empty();
    }
}
