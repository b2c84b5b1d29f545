package io.sojourn.servlet.cookie;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** URLs that carry a token, as a path parameter (Servlet 6.0, 7.1.3). */
public final class TokenUrl {

    private static final String PARAMETER = ";jsessionid=";

    private TokenUrl() {}

    /** The value of the parameter in a path, as it stands there; null if there is none. */
    public static @Nullable String in(String path) {
        int start = path.indexOf(PARAMETER);
        if (start < 0) {
            return null;
        }
        start += PARAMETER.length();
        return path.substring(start, endOf(path, start));
    }

    private static int endOf(String path, int start) {
        int end = start;
        while (end < path.length() && ";/?#".indexOf(path.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static String without(String path) {
        int start = path.indexOf(PARAMETER);
        return start < 0 ? path : path.substring(0, start) + path.substring(endOf(path, start + PARAMETER.length()));
    }

    /** The URL with the token, if it leads to the application that serves this request; else as it is. */
    public static String with(HttpServletRequest request, String url, String token) {
        if (url.startsWith("#")) {
            return url; // Nothing is asked for.
        }
        try {
            URI page = new URI(without(request.getRequestURL().toString()));
            URI given = new URI(url);
            URI target = page.resolve(given).normalize();
            return PathCheck.isUnambiguous(url, given)
                            && isSameHost(page, target)
                            && isBelow(request.getContextPath(), target.getRawPath())
                    ? inserted(page, target, url, token)
                    : url;
        } catch (URISyntaxException | IllegalArgumentException e) {
            return url; // What cannot be understood may lead anywhere.
        }
    }

    private static boolean isSameHost(URI one, URI other) {
        return other.getHost() != null
                && one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other)
                && other.getRawUserInfo() == null;
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    private static boolean isBelow(String contextPath, String path) {
        return path.equals(contextPath) || path.startsWith(contextPath + "/") || (contextPath + path).isEmpty();
    }

    private static String inserted(URI page, URI target, String url, String token) {
        int end = 0;
        while (end < url.length() && "?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        String path = without(url.substring(0, end));
        if (path.isEmpty()) {
            path = page.getRawPath(); // A mere query belongs to the page itself.
        } else if (target.getRawPath().isEmpty()) {
            path += "/"; // A mere host.
        }
        return path + PARAMETER + token + url.substring(end);
    }
}
