package io.sojourn.redis.connection;

import io.lettuce.core.resource.Transports.NativeTransports;
import io.netty.util.Version;

/** The part of Netty that speaks through Unix domain sockets: a library of its own for each system, and not among ours. */
final class NativeTransport {

    private NativeTransport() {}

    /** Fails if it is missing; otherwise connecting would be tried again for ever. */
    static void check() {
        if (!NativeTransports.isDomainSocketSupported()) {
            throw new IllegalStateException(
                    "A Unix domain socket needs Netty's native transport, and it is missing or does"
                            + " not run here. Add io.netty:netty-transport-native-epoll, for Netty"
                            + version()
                            + ", with the classifier linux-x86_64 or linux-aarch_64 (on macOS netty-transport-native-kqueue, osx-x86_64"
                            + " or osx-aarch_64); or use redis://");
        }
    }

    private static String version() {
        Version netty = Version.identify(NativeTransport.class.getClassLoader()).get("netty-common");
        return netty == null ? "" : " " + netty.artifactVersion();
    }
}
