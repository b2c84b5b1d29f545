package io.sojourn.spring.boot;

import io.sojourn.http.SessionCookie;
import io.sojourn.http.SessionCookie.SameSite;
import io.sojourn.http.SessionCookie.Secure;
import java.util.Locale;
import org.springframework.core.env.Environment;

/** Makes the session cookie of Spring Boot's properties. */
final class SessionCookies {

    /** As with Spring Session: no container uses it, so its own session cookie cannot overwrite ours. */
    static final String DEFAULT_NAME = "SESSION";

    private SessionCookies() {}

    /** @param reactive whether the properties are those of WebFlux, rather than those of servlets */
    static SessionCookie of(
            Environment environment,
            boolean reactive,
            ServletSessionProperties.Cookie boot,
            SojournProperties.Cookie sojourn) {
        SessionCookie.Builder cookie = SessionCookie.builder()
                .name(boot.name() == null ? DEFAULT_NAME : boot.name())
                .path(boot.path() == null ? contextPath(environment, reactive) : boot.path())
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
            cookie.sameSite(sameSite(boot.sameSite(), reactive));
        }
        return cookie.build();
    }

    private static SameSite sameSite(String value, boolean reactive) {
        try {
            return SameSite.valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "server." + (reactive ? "reactive" : "servlet")
                            + ".session.cookie.same-site must be lax, strict, none or omitted, not " + value,
                    e);
        }
    }

    private static String contextPath(Environment environment, boolean reactive) {
        String path =
                environment.getProperty(reactive ? "spring.webflux.base-path" : "server.servlet.context-path", "");
        return path.isEmpty() || path.equals("/") ? "/" : path;
    }
}
