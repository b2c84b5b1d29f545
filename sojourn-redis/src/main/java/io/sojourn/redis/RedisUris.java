package io.sojourn.redis;

import io.lettuce.core.RedisURI;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads URIs as Lettuce does, but with messages that say what to do and never repeat a password; and where Lettuce guesses,
 * reads what is meant or refuses it.
 */
final class RedisUris {

    private static final List<String> SCHEMES = List.of("redis://", "rediss://");

    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[^\\[\\]]+]|[^:\\[\\]]+)(?::(\\d{1,5}))?");

    private static final Pattern TIMEOUT =
            Pattern.compile("(?:.*&)?" + RedisURI.PARAMETER_NAME_TIMEOUT + "=([^&]*)(?:&.*)?");

    private static final Pattern DURATION = Pattern.compile("\\d{1,9}(?:ns|us|ms|s|m|h|d)?");

    private RedisUris() {}

    static RedisURI parse(String text) {
        if (SCHEMES.stream().noneMatch(text::startsWith)) {
            throw new IllegalArgumentException("A Redis URI begins with one of " + SCHEMES
                    + ", for instance redis://localhost:6379; this one does not");
        }
        try {
            RedisURI uri = RedisURI.create(text);
            readAuthority(URI.create(text).getRawAuthority(), uri);
            return uri;
        } catch (RuntimeException e) {
            // The cause repeats the URI, and with it the password.
            throw new IllegalArgumentException(
                    "This is no Redis URI; it should look like redis://user:password@host:6379/0, with special characters"
                            + " percent-encoded");
        }
    }

    /**
     * A host whose name has an underscore, as many a container's, would be taken for a name with a colon in it, and the
     * port be lost. A colon in the name of a user would end it, percent-encoded or not.
     */
    private static void readAuthority(@Nullable String authority, RedisURI uri) {
        String given = authority == null ? "" : authority;
        int at = given.lastIndexOf('@');
        Matcher hostAndPort = HOST_AND_PORT.matcher(given.substring(at + 1));
        if (!hostAndPort.matches()) {
            throw new IllegalArgumentException("neither a host nor a host and a port");
        }
        String host = hostAndPort.group(1);
        String port = hostAndPort.group(2);
        uri.setHost(decoded(host));
        uri.setPort(port == null ? RedisURI.DEFAULT_REDIS_PORT : Integer.parseInt(port));
        int colon = given.indexOf(':');
        if (colon >= 0 && colon < at) {
            String password = decoded(given.substring(colon + 1, at));
            if (colon == 0) {
                uri.setAuthentication(password);
            } else {
                uri.setAuthentication(decoded(given.substring(0, colon)), password);
            }
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The timeout that the URI itself names, if it does; otherwise Lettuce would put in its own default of a minute. */
    static Optional<Duration> timeout(String text, RedisURI uri) {
        String query = URI.create(text).getRawQuery();
        Matcher timeout = TIMEOUT.matcher(query == null ? "" : query);
        if (!timeout.matches()) {
            return Optional.empty();
        }
        if (!DURATION.matcher(timeout.group(1)).matches()) {
            throw new IllegalArgumentException("The timeout of a Redis URI is a number and a unit, for instance"
                    + " redis://localhost?timeout=500ms; this one is not");
        }
        return Optional.of(uri.getTimeout());
    }
}
