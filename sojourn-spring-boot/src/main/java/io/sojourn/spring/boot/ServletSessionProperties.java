package io.sojourn.spring.boot;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.core.env.Environment;

/**
 * Spring Boot's own {@code server.servlet.session.*}, or {@code server.reactive.session.*}. Bound here, since the class for them is in another package in each
 * version of Spring Boot.
 *
 * @param timeout how long a session may lie unused; a number without a unit counts seconds
 * @param trackingModes how clients show which session is theirs: {@code cookie}, {@code url}
 * @param persistent whether the container keeps sessions in a file; Redis does so anyway
 * @param cookie the session cookie
 */
record ServletSessionProperties(
        @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("30m")
        Duration timeout,

        @Nullable Set<String> trackingModes,
        @DefaultValue("false") boolean persistent,
        @DefaultValue Cookie cookie) {

    static ServletSessionProperties of(Environment environment) {
        return bind("server.servlet.session", environment);
    }

    /** Those of a WebFlux application. */
    static ServletSessionProperties ofReactive(Environment environment) {
        return bind("server.reactive.session", environment);
    }

    private static ServletSessionProperties bind(String prefix, Environment environment) {
        return Binder.get(environment).bindOrCreate(prefix, Bindable.of(ServletSessionProperties.class));
    }

    /** The properties of the session cookie, each of them null where nothing is said. */
    record Cookie(
            @Nullable String name,
            @Nullable String domain,
            @Nullable String path,
            @Nullable Boolean httpOnly,
            @Nullable Boolean secure,
            @Nullable Boolean partitioned,
            @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration maxAge,
            @Nullable String sameSite) {}
}
