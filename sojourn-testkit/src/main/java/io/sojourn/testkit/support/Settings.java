package io.sojourn.testkit.support;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Settings from outside: a system property, else the environment variable that is spelled after it. */
public final class Settings {

    private Settings() {}

    /** The value of a setting; null if it is neither a property nor a variable, or blank. */
    public static @Nullable String find(String name) {
        String property = System.getProperty(name);
        String value = property != null ? property : System.getenv(variable(name));
        return value == null || value.isBlank() ? null : value;
    }

    /** {@code sojourn.redis.server} is {@code SOJOURN_REDIS_SERVER} in the environment. */
    public static String variable(String name) {
        return name.replace('.', '_').toUpperCase(Locale.ROOT);
    }
}
