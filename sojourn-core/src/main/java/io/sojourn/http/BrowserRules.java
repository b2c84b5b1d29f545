package io.sojourn.http;

import io.sojourn.SessionToken;
import io.sojourn.http.SessionCookie.SameSite;
import io.sojourn.http.SessionCookie.Secure;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What browsers demand of a cookie (RFC 6265bis, 4.1 and 5.6 to 5.7). They drop a cookie, or ignore an attribute, without a word,
 * so each of these is refused when the application starts.
 */
final class BrowserRules {

    /** Browsers refuse a cookie whose name and value have more octets together. */
    private static final int MAX_NAME_AND_VALUE = 4096;

    /** Browsers ignore an attribute whose value has more octets. */
    private static final int MAX_ATTRIBUTE = 1024;

    private static final Pattern DOMAIN = Pattern.compile(
            "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*");

    private BrowserRules() {}

    static String name(String name) {
        if (!isToken(name)) {
            throw new IllegalArgumentException(
                    "The name of a cookie must be made of letters, digits and !#$%&'*+-.^_`|~");
        }
        if (name.length() + SessionCookie.HOST_PREFIX.length() + SessionToken.LENGTH > MAX_NAME_AND_VALUE) {
            throw new IllegalArgumentException(
                    "The name of a cookie is too long: browsers refuse a cookie whose name and"
                            + " value have more than " + MAX_NAME_AND_VALUE + " octets together");
        }
        return name;
    }

    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(BrowserRules::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return c > ' ' && c < 0x7f && "()<>@,;:\\\"/[]?={}".indexOf(c) < 0;
    }

    static String value(String what, String value) {
        if (value.isEmpty() || !value.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != ';')) {
            throw new IllegalArgumentException(
                    "The " + what + " of a cookie must be printable ASCII without semicolons");
        }
        if (value.length() > MAX_ATTRIBUTE) {
            throw new IllegalArgumentException("The " + what + " of a cookie is longer than " + MAX_ATTRIBUTE
                    + " octets, so browsers would ignore it");
        }
        return value;
    }

    static String path(String path) {
        value("path", path);
        if (path.charAt(0) != '/') {
            throw new IllegalArgumentException(
                    "The path of a cookie must begin with a slash, as in /shop, or browsers ignore it: " + path);
        }
        if (path.chars().anyMatch(c -> c == '?' || c == '#' || c == ' ')) {
            throw new IllegalArgumentException(
                    "The path of a cookie must have no ?, # or space (write %20): no request has such a"
                            + " path, so browsers would never send the cookie: " + path);
        }
        return path;
    }

    /** The domain without the dot that may be in front of it. */
    static String domain(String domain) {
        value("domain", domain);
        String name = domain.charAt(0) == '.' ? domain.substring(1) : domain;
        if (name.length() > 253 || !DOMAIN.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "The domain of a cookie must be the mere name of a domain, as in shop.example,"
                            + " or browsers refuse the cookie: no scheme, port, path, * or space, and letters other than a to z in"
                            + " their xn-- form: " + domain);
        }
        if (name.indexOf('.') < 0 && !name.equalsIgnoreCase("localhost")) {
            throw new IllegalArgumentException(
                    "The domain of a cookie must not be a top-level domain, or browsers refuse the"
                            + " cookie; without a domain it goes to the host that has set it: " + domain);
        }
        return name;
    }

    /** Throws {@link IllegalArgumentException} if browsers refuse what these properties make together. */
    static void check(SessionCookie cookie) {
        String name = cookie.name();
        if (hasPrefix(name, SessionCookie.HOST_PREFIX)
                && (!cookie.path().equals("/") || cookie.domain().isPresent() || cookie.secure() == Secure.NEVER)) {
            throw new IllegalArgumentException(
                    "Browsers take a __Host- cookie only with path /, without a domain, and secure");
        }
        if (needsSecure(name) && cookie.secure() == Secure.NEVER) {
            throw new IllegalArgumentException(
                    "Browsers take a cookie whose name begins with __Secure- or __Http- only if it is" + " secure");
        }
        if ((hasPrefix(name, "__Http-") || hasPrefix(name, "__Host-Http-")) && !cookie.httpOnly()) {
            throw new IllegalArgumentException(
                    "Browsers take a cookie whose name begins with __Http- or __Host-Http- only if it is HttpOnly");
        }
        if (needsSecure(cookie.sameSite(), cookie.partitioned()) && cookie.secure() == Secure.NEVER) {
            throw new IllegalArgumentException(
                    "Browsers take a cookie with SameSite=None or Partitioned only if it is secure");
        }
    }

    /** Whether browsers refuse a cookie of that name without {@code Secure}. */
    static boolean needsSecure(String name) {
        return hasPrefix(name, SessionCookie.HOST_PREFIX) || hasPrefix(name, "__Secure-") || hasPrefix(name, "__Http-");
    }

    /** Whether browsers refuse a cookie with these attributes without {@code Secure}. */
    static boolean needsSecure(Optional<SameSite> sameSite, boolean partitioned) {
        return partitioned || sameSite.equals(Optional.of(SameSite.NONE));
    }

    /** Browsers do not mind the case of a prefix. */
    static boolean hasPrefix(String name, String prefix) {
        return name.toLowerCase(Locale.ROOT).startsWith(prefix.toLowerCase(Locale.ROOT));
    }
}
