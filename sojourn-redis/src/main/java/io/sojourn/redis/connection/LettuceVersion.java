package io.sojourn.redis.connection;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.resource.Transports;
import io.lettuce.core.resource.Transports.NativeTransports;
import io.netty.util.Version;
import java.util.function.Predicate;

/**
 * Refuses versions of Lettuce and Netty that do not work, in one sentence at the start. Frameworks manage both, and often in
 * older versions than ours. Lettuce 6.6 is the lowest that works, with Netty 4.1 or 4.2; Lettuce 7.5 needs Netty 4.2.
 */
public final class LettuceVersion {

    public static final boolean HAS_MAINTENANCE_NOTIFICATIONS = has("io.lettuce.core.MaintNotificationsConfig");

    private static final String ADVICE =
            ". Import io.sojourn:sojourn-bom before other BOMs. With Spring Boot's parent POM, set its"
                    + " properties lettuce.version and netty.version to the versions that docs/redis.md names";

    private LettuceVersion() {}

    /** Throws if they are too old, before anything is opened. */
    public static void check() {
        try {
            // Without it, Lettuce sends commands again after a reconnect.
            ClientOptions.Builder.class.getMethod("replayFilter", Predicate.class);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(
                    "Sojourn needs Lettuce 6.6 or later, and this application has Lettuce " + lettuce() + ADVICE, e);
        }
        try {
            Class<?> unused = Transports.eventLoopGroupClass();
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "Lettuce " + lettuce() + " does not work with Netty " + netty() + ", which this application has ("
                            + e.getMessage()
                            + " is missing): Lettuce 7.5 and later need Netty 4.2, Lettuce 6.6 works with"
                            + " Netty 4.1.118 and later" + ADVICE,
                    e);
        }
    }

    /** Fails if the part of Netty that speaks through Unix domain sockets is missing; else connecting would be tried for ever. */
    static void checkDomainSockets() {
        if (!NativeTransports.isDomainSocketSupported()) {
            throw new IllegalStateException(
                    "A Unix domain socket needs Netty's native transport, and it is missing or does"
                            + " not run here. Add io.netty:netty-transport-native-epoll, for Netty "
                            + netty()
                            + ", with the classifier linux-x86_64 or linux-aarch_64 (on macOS netty-transport-native-kqueue, osx-x86_64"
                            + " or osx-aarch_64); or use redis://");
        }
    }

    private static String lettuce() {
        String version = RedisClient.class.getPackage().getImplementationVersion();
        return version == null ? "(unknown version)" : version;
    }

    private static String netty() {
        Version version = Version.identify(Version.class.getClassLoader()).get("netty-common");
        return version == null ? "(unknown version)" : version.artifactVersion();
    }

    private static boolean has(String type) {
        try {
            Class.forName(type, false, RedisClient.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
