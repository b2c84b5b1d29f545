package io.sojourn.benchmarks.boot;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Who keeps the sessions of the application. */
public enum BootSystem {
    /** Spring Session, over its {@code RedisSessionRepository}, which is its default. */
    SPRING_BOOT(List.of(BootApplication.class, WithSpringSession.class), "--sojourn.enabled=false"),
    /** The starter, without the parts of Spring Data Redis and Spring Session that it takes the place of. */
    SOJOURN_BOOT(
            List.of(BootApplication.class),
            "--spring.autoconfigure.exclude="
                    + "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration,"
                    + "org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration,"
                    + "org.springframework.boot.data.redis.autoconfigure.DataRedisRepositoriesAutoConfiguration");

    private final List<Class<?>> sources;
    private final String argument;

    BootSystem(List<Class<?>> sources, String argument) {
        this.sources = sources;
        this.argument = argument;
    }

    /** As results name it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one of that name. */
    static BootSystem named(String key) {
        return Arrays.stream(values())
                .filter(system -> system.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    Class<?>[] sources() {
        return sources.toArray(Class<?>[]::new);
    }

    String argument() {
        return argument;
    }
}
