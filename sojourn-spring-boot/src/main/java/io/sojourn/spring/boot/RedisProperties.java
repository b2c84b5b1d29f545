package io.sojourn.spring.boot;

import io.sojourn.spring.boot.RedisConnectionSettings.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * Spring Boot's own {@code spring.data.redis.*}, for applications without Spring Data Redis: then Boot does not make its
 * connection details bean. The meaning of each property is Boot's.
 */
record RedisProperties(
        @Nullable String url,
        @DefaultValue("localhost") String host,
        @DefaultValue("6379") int port,
        @DefaultValue("0") int database,
        @Nullable String username,
        @Nullable String password,
        @Nullable Duration timeout,
        @Nullable String clientName,
        @DefaultValue Ssl ssl,
        @Nullable Sentinel sentinel,
        @Nullable Cluster cluster,
        @Nullable Map<String, Object> masterreplica) {

    static final String PREFIX = "spring.data.redis";

    static RedisProperties of(Environment environment) {
        return Binder.get(environment).bindOrCreate(PREFIX, Bindable.of(RedisProperties.class));
    }

    /** Whether the application says anything about Redis by these properties. */
    static boolean areSet(Environment environment) {
        return Binder.get(environment)
                .bind(PREFIX, Bindable.mapOf(String.class, Object.class))
                .map(Map::size)
                .map(size -> size > 0)
                .orElse(false);
    }

    boolean isUrlOverTls() {
        return url != null && url.toLowerCase(Locale.ROOT).startsWith("rediss:");
    }

    void refuseMasterReplica() {
        if (masterreplica != null) {
            throw ConnectionDetailsReader.masterReplica("spring.data.redis.masterreplica.*");
        }
    }

    record Ssl(@Nullable Boolean enabled, @Nullable String bundle) {
        boolean isOn() {
            return enabled == null ? bundle != null : enabled;
        }
    }

    record Sentinel(
            @DefaultValue("") String master,
            @DefaultValue List<String> nodes,
            @Nullable String username,
            @Nullable String password) {}

    record Cluster(@DefaultValue List<String> nodes) {}

    /** Without {@link #url}, which {@code RedisStore} reads itself. */
    RedisConnectionSettings settings(@Nullable Object sslBundle) {
        if (sentinel != null) {
            return new RedisConnectionSettings(
                    Kind.SENTINEL,
                    sentinel.nodes(),
                    sentinel.master(),
                    database,
                    username,
                    password,
                    sentinel.username(),
                    sentinel.password(),
                    ssl.isOn(),
                    sslBundle);
        }
        return new RedisConnectionSettings(
                cluster == null ? Kind.SERVER : Kind.CLUSTER,
                cluster == null ? List.of(ConnectionDetailsReader.address(host, port)) : cluster.nodes(),
                "",
                database,
                username,
                password,
                null,
                null,
                ssl.isOn(),
                sslBundle);
    }
}
