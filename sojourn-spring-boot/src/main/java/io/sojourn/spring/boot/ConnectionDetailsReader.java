package io.sojourn.spring.boot;

import io.sojourn.spring.boot.RedisConnectionSettings.Kind;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Reads Spring Boot's connection details bean: of Docker Compose, of Testcontainers, of the application, or of Boot's own
 * properties. It has another class in each version of Spring Boot, with the same methods, so they are called by name.
 */
final class ConnectionDetailsReader {

    static final List<String> TYPES = List.of(
            "org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails",
            "org.springframework.boot.autoconfigure.data.redis.RedisConnectionDetails");

    private ConnectionDetailsReader() {}

    /** The bean; empty if there is none. */
    static Optional<Object> find(ListableBeanFactory beans) {
        for (String type : TYPES) {
            ClassLoader loader = ClassUtils.getDefaultClassLoader();
            if (ClassUtils.isPresent(type, loader)) {
                Object bean = beans.getBeanProvider(ClassUtils.resolveClassName(type, loader))
                        .getIfAvailable();
                if (bean != null) {
                    return Optional.of(bean);
                }
            }
        }
        return Optional.empty();
    }

    /** Whether the bean says what Boot's properties say, and nothing else does. */
    static boolean isOfProperties(Object details) {
        return details.getClass().getSimpleName().startsWith("Properties");
    }

    static RedisConnectionSettings read(Object details) {
        Object sentinel = call(details, "getSentinel");
        Object cluster = call(details, "getCluster");
        Object standalone = call(details, "getStandalone");
        if (sentinel != null) {
            return settings(details, sentinel, Kind.SENTINEL, nodes(sentinel));
        }
        if (cluster != null) {
            return settings(details, cluster, Kind.CLUSTER, nodes(cluster));
        }
        if (call(details, "getMasterReplica") != null) {
            throw masterReplica("The bean of " + details.getClass().getName());
        }
        if (standalone != null) {
            return settings(
                    details,
                    standalone,
                    Kind.SERVER,
                    List.of(address(call(standalone, "getHost"), call(standalone, "getPort"))));
        }
        throw new IllegalStateException(
                "The bean of " + details.getClass().getName()
                        + " names neither a Redis server nor sentinels nor a cluster. Set sojourn.redis.uri to the server's address.");
    }

    static IllegalStateException masterReplica(String what) {
        return new IllegalStateException(
                what + " names a master and its replicas. Sojourn reads sessions from the master only:"
                        + " set sojourn.redis.uri to the master's address, or name sentinels, which know who the master is.");
    }

    private static RedisConnectionSettings settings(Object details, Object place, Kind kind, List<String> nodes) {
        Object bundle = call(details, "getSslBundle");
        if (bundle == null) {
            bundle = call(place, "getSslBundle");
        }
        return new RedisConnectionSettings(
                kind,
                nodes,
                kind == Kind.SENTINEL ? text(call(place, "getMaster"), "") : "",
                call(place, "getDatabase") instanceof Integer database ? database : 0,
                (String) call(details, "getUsername"),
                (String) call(details, "getPassword"),
                kind == Kind.SENTINEL ? (String) call(place, "getUsername") : null,
                kind == Kind.SENTINEL ? (String) call(place, "getPassword") : null,
                bundle != null,
                bundle);
    }

    private static String text(@Nullable Object value, String otherwise) {
        return value == null ? otherwise : value.toString();
    }

    private static List<String> nodes(Object place) {
        List<String> nodes = new ArrayList<>();
        if (call(place, "getNodes") instanceof List<?> all) {
            all.forEach(node -> {
                if (node != null) {
                    nodes.add(address(call(node, "host"), call(node, "port")));
                }
            });
        }
        return nodes;
    }

    /** As {@code RedisStore.builder()} takes it: IPv6 addresses in brackets. */
    static String address(@Nullable Object host, @Nullable Object port) {
        String name = String.valueOf(host);
        return (name.contains(":") && !name.startsWith("[") ? "[" + name + "]" : name) + ":" + port;
    }

    /** Null if there is no such method in this version. The classes themselves need not be public; their interfaces are. */
    private static @Nullable Object call(Object target, String name) {
        Class<?> type = described(target);
        try {
            return ClassUtils.hasMethod(type, name) ? type.getMethod(name).invoke(target) : null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "Cannot read " + name + "() of the Redis connection details "
                            + target.getClass().getName(),
                    e);
        }
    }

    private static Class<?> described(Object target) {
        Class<?> own = target.getClass();
        return Stream.concat(Stream.of(own), ClassUtils.getAllInterfacesForClassAsSet(own).stream())
                .filter(type -> Modifier.isPublic(type.getModifiers()))
                .filter(type -> TYPES.stream().anyMatch(type.getName()::startsWith))
                .findFirst()
                .orElse(own);
    }
}
