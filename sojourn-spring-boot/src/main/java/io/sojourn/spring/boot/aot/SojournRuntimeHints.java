package io.sojourn.spring.boot.aot;

import io.sojourn.spring.SpringCodec;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.util.ClassUtils;

/**
 * What a native image must keep for Sojourn: the files that it reads, the classes that the codec deserializes, and the methods
 * and fields of the container and of Spring Boot that are called by name. The application's own classes in sessions are the
 * application's to register.
 */
final class SojournRuntimeHints implements RuntimeHintsRegistrar {

    private static final List<Class<?>> ARRAYS = List.of(
            boolean[].class,
            byte[].class,
            char[].class,
            short[].class,
            int[].class,
            long[].class,
            float[].class,
            double[].class,
            String[].class,
            Object[].class);

    private static final List<String> CONNECTION_DETAILS = List.of(
            "org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails",
            "org.springframework.boot.autoconfigure.data.redis.RedisConnectionDetails");

    private static final List<String> PARTS_OF_DETAILS =
            List.of("", "$Standalone", "$Sentinel", "$Cluster", "$MasterReplica", "$Node");

    /** Classes that only some versions have: whether they are there is asked by name. */
    private static final List<String> OF_SOME_VERSIONS =
            List.of("jakarta.servlet.http.HttpSession$Accessor", "io.lettuce.core.MaintNotificationsConfig");

    private static final List<String> JETTY_CONTEXTS = List.of(
            "org.springframework.boot.jetty.JettyEmbeddedWebAppContext",
            "org.springframework.boot.web.embedded.jetty.JettyEmbeddedWebAppContext",
            "org.eclipse.jetty.util.component.AbstractLifeCycle");

    private static final List<String> TOMCAT_CONTEXTS = List.of(
            "org.apache.catalina.core.StandardContext",
            "org.springframework.boot.tomcat.TomcatEmbeddedContext",
            "org.springframework.boot.web.embedded.tomcat.TomcatEmbeddedContext");

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
        hints.resources()
                .registerPattern("io/sojourn/spring/types.txt")
                .registerPattern("io/sojourn/codec/allow/serializable.txt")
                .registerPattern("io/sojourn/redis/script/*.lua")
                .registerPattern("io/sojourn/console/web/page/*");
        // The codec tries Jackson out with a record of its own.
        hints.reflection()
                .registerType(Record.class, MemberCategory.values())
                .registerType(TypeReference.of("io.sojourn.codec.JacksonVersion$Probe"), MemberCategory.values());
        OF_SOME_VERSIONS.forEach(name -> hints.reflection().registerType(TypeReference.of(name)));
        values(hints, loader);
        connectionDetails(hints.reflection(), loader);
        tomcat(hints.reflection(), loader);
        jetty(hints.reflection(), loader);
        hints.reflection()
                .registerTypeIfPresent(
                        loader,
                        "io.lettuce.core.ClientOptions$Builder",
                        type -> type.withMethod(
                                "replayFilter", TypeReference.listOf(Predicate.class), ExecutableMode.INVOKE));
    }

    @SuppressWarnings({"deprecation", "removal"}) // Spring Framework 6.2 has no other way, and 7 still takes this one.
    private static void values(RuntimeHints hints, @Nullable ClassLoader loader) {
        for (String name : SpringCodec.builtInTypes()) {
            if (ClassUtils.isPresent(name, loader)) {
                TypeReference type = TypeReference.of(name);
                // Of classes of the JDK the codec asks whether they write themselves.
                if (name.matches("(javax?|jdk|sun)\\..*")) {
                    hints.reflection().registerType(type, MemberCategory.INVOKE_DECLARED_METHODS);
                } else {
                    hints.reflection().registerType(type);
                }
                hints.serialization().registerType(TypeReference.of(name));
            }
        }
        // Arrays in serialized values are found by name, too.
        for (Class<?> array : ARRAYS) {
            hints.reflection().registerType(array);
            hints.serialization().registerType(TypeReference.of(array));
        }
    }

    private static void connectionDetails(ReflectionHints hints, @Nullable ClassLoader loader) {
        for (String details : CONNECTION_DETAILS) {
            for (String part : PARTS_OF_DETAILS) {
                hints.registerTypeIfPresent(loader, details + part, MemberCategory.INVOKE_PUBLIC_METHODS);
            }
        }
    }

    private static void tomcat(ReflectionHints hints, @Nullable ClassLoader loader) {
        for (String facade : List.of("ApplicationContextFacade", "ApplicationContext")) {
            hints.registerTypeIfPresent(
                    loader, "org.apache.catalina.core." + facade, type -> type.withField("context"));
        }
        for (String context : TOMCAT_CONTEXTS) {
            hints.registerTypeIfPresent(loader, context, MemberCategory.INVOKE_PUBLIC_METHODS);
        }
        hints.registerTypeIfPresent(
                loader,
                "org.apache.tomcat.websocket.server.WsHttpSessionBindingListener",
                type -> type.withField("key"));
        hints.registerTypeIfPresent(
                loader,
                "org.apache.tomcat.websocket.server.WsServerContainer",
                type -> type.withField("authenticatedSessionMapLock").withField("httpSessionKeyToWebSocketSession"));
        hints.registerTypeIfPresent(
                loader, "org.apache.tomcat.websocket.WsSession", type -> type.withField("lastActiveRead"));
    }

    private static void jetty(ReflectionHints hints, @Nullable ClassLoader loader) {
        for (String context : JETTY_CONTEXTS) {
            hints.registerTypeIfPresent(loader, context, MemberCategory.INVOKE_PUBLIC_METHODS);
        }
        for (String version : List.of("ee11", "ee10")) {
            String jetty = "org.eclipse.jetty." + version + ".";
            for (String type : List.of(
                    "servlet.ServletContextHandler$ServletContextApi",
                    "servlet.ServletContextHandler",
                    "servlet.SessionHandler",
                    "webapp.WebAppContext",
                    "webapp.WebAppContext$ServletApiContext")) {
                hints.registerTypeIfPresent(loader, jetty + type, MemberCategory.INVOKE_PUBLIC_METHODS);
            }
        }
    }
}
