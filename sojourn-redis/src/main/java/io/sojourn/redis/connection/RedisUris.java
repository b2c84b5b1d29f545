package io.sojourn.redis.connection;

import io.lettuce.core.RedisURI;
import io.sojourn.redis.Credentials;
import io.sojourn.spi.text.SettingReader;
import io.sojourn.spi.text.TextSettings;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads URIs, with messages that say what to do and never repeat a password. */
public final class RedisUris {

    /** Each form that there is, with its scheme. */
    private static final Map<String, RedisEndpoint.Kind> SCHEMES = Map.of(
            "redis", RedisEndpoint.Kind.SERVER,
            "rediss", RedisEndpoint.Kind.SERVER,
            "redis-socket", RedisEndpoint.Kind.SOCKET,
            "redis-sentinel", RedisEndpoint.Kind.SENTINEL,
            "rediss-sentinel", RedisEndpoint.Kind.SENTINEL,
            "redis-cluster", RedisEndpoint.Kind.CLUSTER,
            "rediss-cluster", RedisEndpoint.Kind.CLUSTER);

    private static final String EXAMPLES = "redis://localhost:6379, rediss://user:password@host:6379/0,"
            + " redis-sentinel://host1,host2,host3/0#name-of-the-master, redis-cluster://host1,host2,host3 or"
            + " redis-socket:///run/redis/redis.sock";

    /** Scheme, authority, path, query, fragment; a user's name or password may hold an @ (nobody encodes it). */
    private static final Pattern PARTS =
            Pattern.compile("([a-z-]+)://([^/?#\\s]*)(/[^?#\\s]*)?(?:\\?([^#\\s]*))?(?:#(\\S*))?");

    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(?:\\[([^\\[\\],]+)]|([^:\\[\\],]+))(?::(\\d{1,5}))?");

    private static final Set<String> PARAMETERS = Set.of("timeout", "database", "db");

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,39}");

    /**
     * What a URI says.
     *
     * @param timeout if it names one
     */
    public record Read(RedisEndpoint endpoint, Optional<Duration> timeout) {}

    private RedisUris() {}

    public static Set<String> schemes() {
        return SCHEMES.keySet();
    }

    /** Repeats nothing of it but its scheme, since a URI may hold a password. */
    private static String meant(String scheme, String text) {
        if (HOST_AND_PORT.matcher(text).matches()) {
            return " Did you mean redis:// and then this?";
        }
        return TextSettings.nearest(scheme, SCHEMES.keySet())
                .map(near -> " Did you mean " + near + "://?")
                .orElse("");
    }

    public static Read parse(String text) {
        String scheme = text.contains("://") ? text.substring(0, text.indexOf("://")) : "";
        RedisEndpoint.Kind kind = SCHEMES.get(scheme);
        if (kind == null) {
            throw new IllegalArgumentException("A Redis URI begins with a scheme in lower case, for instance "
                    + EXAMPLES + "; this one does not." + meant(scheme, text));
        }
        try {
            Matcher parts = PARTS.matcher(text);
            if (!parts.matches()) {
                throw new IllegalArgumentException("no URI");
            }
            RedisEndpoint endpoint = new RedisEndpoint();
            endpoint.tls(scheme.startsWith("rediss"));
            readAuthority(kind, endpoint, group(parts, 2), decoded(group(parts, 3)), decoded(group(parts, 5)));
            Optional<Duration> timeout = readQuery(endpoint, group(parts, 4));
            return new Read(endpoint, timeout);
        } catch (Hint e) {
            throw e;
        } catch (RuntimeException e) {
            // The cause repeats the URI, and with it the password.
            throw new IllegalArgumentException("This is no Redis URI; it should look like " + EXAMPLES
                    + ", with special characters percent-encoded");
        }
    }

    private static String group(Matcher matcher, int number) {
        String group = matcher.group(number);
        return group == null ? "" : group;
    }

    private static void readAuthority(
            RedisEndpoint.Kind kind, RedisEndpoint endpoint, String authority, String path, String fragment) {
        int at = authority.lastIndexOf('@');
        if (at >= 0) {
            readUser(endpoint, authority.substring(0, at));
        }
        String hosts = authority.substring(at + 1);
        if (kind == RedisEndpoint.Kind.SOCKET) {
            if (!hosts.isEmpty() || path.length() < 2) {
                throw new Hint("The URI of a Unix domain socket has three slashes and a path, for instance"
                        + " redis-socket:///run/redis/redis.sock; this one does not");
            }
            endpoint.at(path);
            return;
        }
        if (kind == RedisEndpoint.Kind.SENTINEL && fragment.isEmpty()) {
            throw new Hint("A URI of sentinels ends with # and the name that they know the master by, for instance"
                    + " redis-sentinel://host1,host2,host3/0#name-of-the-master (not redis://…); this one does not");
        }
        int usual = kind == RedisEndpoint.Kind.SENTINEL ? RedisURI.DEFAULT_SENTINEL_PORT : RedisURI.DEFAULT_REDIS_PORT;
        List<RedisEndpoint.Host> all = hosts(hosts, usual);
        if (kind == RedisEndpoint.Kind.SERVER && all.size() > 1) {
            throw new Hint("redis:// takes one host; for several write redis-cluster://host1,host2 or"
                    + " redis-sentinel://host1,host2/0#name-of-the-master");
        }
        endpoint.at(kind, all, fragment);
        if (path.length() > 1) {
            endpoint.database(database(path.substring(1)));
        }
    }

    private static void readUser(RedisEndpoint endpoint, String userInfo) {
        int colon = userInfo.indexOf(':');
        String user = colon < 0 ? "" : decoded(userInfo.substring(0, colon));
        String password = decoded(userInfo.substring(colon + 1));
        if (!password.isEmpty()) {
            endpoint.credentials(new Credentials(user.isEmpty() ? null : user, password));
        }
    }

    public static List<RedisEndpoint.Host> hosts(String list, int usualPort) {
        List<RedisEndpoint.Host> hosts = new ArrayList<>();
        for (String one : list.split(",", -1)) {
            Matcher host = HOST_AND_PORT.matcher(one.strip());
            if (!host.matches()) {
                throw new IllegalArgumentException("neither a host nor a host and a port");
            }
            String port = host.group(3);
            int number = port == null ? usualPort : Integer.parseInt(port);
            if (number < 1 || number > 65_535) {
                throw new IllegalArgumentException("no port");
            }
            hosts.add(new RedisEndpoint.Host(decoded(group(host, 1) + group(host, 2)), number));
        }
        return hosts;
    }

    private static Optional<Duration> readQuery(RedisEndpoint endpoint, String query) {
        Optional<Duration> timeout = Optional.empty();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : decoded(parameter.substring(equals + 1));
            if (name.equals("timeout")) {
                timeout = Optional.of(duration(value));
            } else if (name.equals("database") || name.equals("db")) {
                endpoint.database(database(value));
            } else if (!parameter.isEmpty()) {
                throw unknown(name, query);
            }
        }
        return timeout;
    }

    /** What is no name, or stands before an @, may be the rest of a password with a question mark in it. */
    private static Hint unknown(String name, String query) {
        boolean isSafe = NAME.matcher(name).matches() && !query.contains("@");
        return new Hint("The Redis URI has "
                + (isSafe ? "the parameter " + name + ", which is not known." : "a parameter that is not known.")
                + TextSettings.nearest(isSafe ? name : "", PARAMETERS)
                        .map(nearest -> " Did you mean " + nearest + "?")
                        .orElse("")
                + " There are " + String.join(", ", new TreeSet<>(PARAMETERS))
                + "; what else can be set, the builder and the settings have");
    }

    private static Duration duration(String text) {
        try {
            return SettingReader.duration(text.matches("\\d{1,9}") ? text + "ms" : text);
        } catch (IllegalArgumentException e) {
            throw new Hint("The timeout of a Redis URI is a number and a unit, for instance"
                    + " redis://localhost?timeout=500ms; this one is not");
        }
    }

    private static int database(String text) {
        if (!text.matches("\\d{1,6}")) {
            throw new IllegalArgumentException("no number of a database");
        }
        return Integer.parseInt(text);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** A message that repeats nothing secret of the URI. */
    private static final class Hint extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        Hint(String message) {
            super(message);
        }
    }
}
