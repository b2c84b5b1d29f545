package io.sojourn.servlet.container;

import io.sojourn.http.SessionCookie;
import io.sojourn.http.SessionCookie.SameSite;
import io.sojourn.http.SessionCookie.Secure;
import jakarta.servlet.ServletContext;
import jakarta.servlet.SessionCookieConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The cookie as a web application's descriptor or start-up code describes it, and safe where it is silent. */
public final class ContextCookie {

    /** What the specification calls the cookie unless the application calls it otherwise. */
    public static final String STANDARD_NAME = "JSESSIONID";

    private static final Set<String> HAVE_SETTERS = Set.of(
            "name", "path", "domain", "max-age", "secure", "httponly", "samesite", "partitioned", "comment", "version");

    private ContextCookie() {}

    /**
     * Some containers give the standard name where nobody has named the cookie, so that one counts as none and gets the
     * prefix where it can; the filter's own settings have the last word.
     *
     * <p>Throws {@link IllegalArgumentException} for what a cookie cannot carry.
     *
     * @param defaultName what the cookie is called if the application has named none
     * @param changes sets what differs from what the application says
     */
    public static SessionCookie of(
            ServletContext context, String defaultName, Consumer<SessionCookie.Builder> changes) {
        SessionCookieConfig config = context.getSessionCookieConfig();
        boolean named = isNamed(config.getName());
        SessionCookie.Builder cookie = SessionCookie.builder()
                .name(named ? config.getName() : defaultName)
                .hostPrefix(!named)
                .path(path(config.getPath(), context.getContextPath()))
                .secure(config.isSecure() ? Secure.ALWAYS : Secure.WHEN_REQUEST_IS)
                .httpOnly(config.isHttpOnly() || !ServerContext.letsScriptsReadTheCookieOf(context));
        if (isSet(config.getDomain())) {
            cookie.domain(config.getDomain());
        }
        if (config.getMaxAge() > 0) {
            cookie.maxAge(Duration.ofSeconds(config.getMaxAge()));
        }
        String sameSite = config.getAttribute("SameSite");
        if (isSet(sameSite)) {
            cookie.sameSite(sameSite(sameSite));
        }
        String partitioned = config.getAttribute("Partitioned");
        cookie.partitioned(partitioned != null && !partitioned.equalsIgnoreCase("false"));
        config.getAttributes().forEach((name, value) -> {
            if (value != null && !HAVE_SETTERS.contains(name.toLowerCase(Locale.ROOT))) {
                cookie.attribute(name, value);
            }
        });
        changes.accept(cookie);
        return cookie.build();
    }

    private static boolean isNamed(@Nullable String name) {
        return name != null && !name.isEmpty() && !name.equals(STANDARD_NAME) && !name.equals(ContainerCookie.NAME);
    }

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isEmpty();
    }

    /** Some containers give the path of the context, decoded, if the application has said nothing. */
    private static String path(@Nullable String configured, String contextPath) {
        if (configured == null || configured.isEmpty() || configured.equals(contextPath)) {
            return path(contextPath);
        }
        return configured;
    }

    /** As browsers see it. Some contexts know their path decoded, others encoded. */
    private static String path(String contextPath) {
        if (contextPath.isEmpty()) {
            return "/";
        }
        try {
            URI path = isEncoded(contextPath) ? new URI(contextPath) : new URI(null, null, contextPath, null);
            return path.toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("The context path cannot be the path of a cookie: " + contextPath, e);
        }
    }

    private static boolean isEncoded(String path) {
        try {
            URI unused = new URI(path);
            return true;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static SameSite sameSite(String value) {
        try {
            return SameSite.valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The session cookie's SameSite must be Strict, Lax or None, not " + value, e);
        }
    }
}
