package io.sojourn.spring.boot;

import io.sojourn.http.SessionCookie;
import io.sojourn.http.SessionCookie.SameSite;
import io.sojourn.http.SessionCookie.Secure;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.springframework.web.util.UriUtils;

/** Makes the session cookie of Spring Boot's properties. */
final class SessionCookies {

    /** As with Spring Session: no container uses it, so its own session cookie cannot overwrite ours. */
    static final String DEFAULT_NAME = "SESSION";

    /** Browsers take a cookie with this prefix only with the path {@code /}. */
    private static final String HOST_PREFIX = "__Host-";

    private SessionCookies() {}

    /**
     * @param contextPath the path of the application, empty for the root
     * @param prefix what the names of these properties of Spring Boot begin with
     */
    static SessionCookie of(
            ServletSessionProperties.Cookie boot, SojournProperties.Cookie sojourn, String contextPath, String prefix) {
        String name = boot.name() == null ? DEFAULT_NAME : boot.name();
        boolean atRoot = sojourn.isHostPrefix() || name.startsWith(HOST_PREFIX);
        SessionCookie.Builder cookie = SessionCookie.builder()
                .name(name)
                .path(boot.path() != null ? boot.path() : atRoot ? "/" : path(contextPath))
                .hostPrefix(sojourn.isHostPrefix());
        if (!sojourn.getAlsoRead().isEmpty()) {
            cookie.alsoRead(sojourn.getAlsoRead().toArray(String[]::new));
        }
        if (boot.domain() != null && !boot.domain().isBlank()) {
            cookie.domain(boot.domain());
        }
        if (boot.httpOnly() != null) {
            cookie.httpOnly(boot.httpOnly());
        }
        if (boot.secure() != null) {
            cookie.secure(boot.secure() ? Secure.ALWAYS : Secure.NEVER);
        }
        if (boot.partitioned() != null) {
            cookie.partitioned(boot.partitioned());
        }
        if (boot.maxAge() != null && !boot.maxAge().isNegative()) {
            cookie.maxAge(boot.maxAge());
        }
        if (boot.sameSite() != null) {
            cookie.sameSite(sameSite(boot.sameSite(), prefix));
        }
        return cookie.build();
    }

    /** As browsers see it. Some servers tell the path decoded, others encoded. */
    private static String path(String contextPath) {
        if (contextPath.isEmpty()) {
            return "/";
        }
        return contextPath.contains("%") ? contextPath : UriUtils.encodePath(contextPath, StandardCharsets.UTF_8);
    }

    private static SameSite sameSite(String value, String prefix) {
        try {
            return SameSite.valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    prefix + ".session.cookie.same-site must be lax, strict, none or omitted, not " + value, e);
        }
    }
}
