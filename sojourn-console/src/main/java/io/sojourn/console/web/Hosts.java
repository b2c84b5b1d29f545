package io.sojourn.console.web;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells by its headers whether a request is meant for this console, and whether its own page has sent it. Both hold without a session
 * and without a secret, since a browser lets no page of another site choose these headers.
 */
final class Hosts {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");
    private static final Pattern ORIGIN = Pattern.compile("(https?)://([^/?#@\\s]+)");

    private final Set<String> names;

    Hosts(Set<String> named) {
        names = new HashSet<>(named);
        names.addAll(LOOPBACK);
    }

    /** Whether the Host header has a name of this console. A name of an attacker that resolves to this server has not (DNS rebinding). */
    boolean accepts(@Nullable String host) {
        if (host == null) {
            return false;
        }
        String given = host.toLowerCase(Locale.ROOT);
        String name = PORT.matcher(given).replaceFirst("");
        // A browser leaves out the port that the scheme has anyway.
        boolean preset = name.equals(given) && (names.contains(name + ":443") || names.contains(name + ":80"));
        return preset || names.contains(given) || names.contains(name);
    }

    /** Whether the page of this console has sent the request. A client that says neither of both headers is none. */
    static boolean isFromItsPage(ConsoleRequest request) {
        String site = request.headers().get("Sec-Fetch-Site");
        String origin = request.headers().get("Origin");
        if (site == null && origin == null) {
            return false;
        }
        return (site == null || site.equals("same-origin"))
                && (origin == null
                        || isOf(origin, String.valueOf(request.headers().get("Host"))));
    }

    private static boolean isOf(String origin, String host) {
        Matcher parts = ORIGIN.matcher(origin);
        if (!parts.matches()) {
            return false; // "null", for instance.
        }
        String preset = parts.group(1).equals("https") ? ":443" : ":80";
        return without(preset, parts.group(2)).equalsIgnoreCase(without(preset, host));
    }

    private static String without(String port, String authority) {
        return authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority;
    }
}
