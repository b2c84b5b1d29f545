package io.sojourn.example.shop;

import jakarta.servlet.http.HttpServletRequest;

/** Tells requests that pages of other sites have caused. */
public final class OtherSites {

    private OtherSites() {}

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
