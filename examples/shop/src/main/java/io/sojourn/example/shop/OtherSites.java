package io.sojourn.example.shop;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Set;

/** Tells requests that pages of other sites have caused. */
public final class OtherSites {

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    private OtherSites() {}

    /**
     * Whether the {@code Host} is not this machine's own address. A page of a host name that an attacker makes lead here (DNS
     * rebinding) is of the same origin to the browser, and could read sessions and kill processes.
     */
    public static boolean named(HttpServletRequest request) {
        return !LOOPBACK.contains(request.getServerName().toLowerCase(Locale.ROOT))
                || request.getServerPort() != request.getLocalPort();
    }

    /** What such a request is answered. */
    public static Answer refusal() {
        return Answer.error(403, "ask for this by the address that the demonstration printed");
    }

    /**
     * Whether a browser says so: by Fetch Metadata, or if it is too old for that by {@code Origin}. What is no browser says
     * nothing. The cookie's {@code SameSite} alone would not do: to it, all servers of this machine are one site, and an
     * administrator's request may come without a cookie.
     */
    public static boolean sent(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = request.getHeader("Origin");
        return origin != null && !origin.equals(request.getScheme() + "://" + request.getHeader("Host"));
    }
}
