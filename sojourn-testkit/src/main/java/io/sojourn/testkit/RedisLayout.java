package io.sojourn.testkit;

import io.sojourn.testkit.support.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Real servers in one of the ways in which they are laid out, for tests that are to pass on all of them. Where a client finds
 * them is a URI; over TLS it needs the authority, too.
 *
 * <pre>{@code
 * try (RedisLayout redis = RedisLayout.start(RedisLayout.Kind.CLUSTER, RedisServers.preferred())) {
 *     // redis.uri() is redis-cluster://127.0.0.1:12345,…
 * }
 * }</pre>
 */
public final class RedisLayout implements AutoCloseable {

    static final String SETTING = "sojourn.test.redis.layout";

    /** Nobody replaces a master here, so no machine that stands still for some seconds is to make others do so. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How servers are laid out, and whether they speak TLS. */
    public enum Kind {
        /** One server. */
        SERVER,
        /** One server, over TLS. */
        TLS,
        /** {@link RedisCluster}. */
        CLUSTER,
        /** A cluster, over TLS. */
        TLS_CLUSTER,
        /** {@link RedisSentinels}. */
        SENTINELS,
        /** Sentinels and their servers, over TLS. */
        TLS_SENTINELS
    }

    private static final class Shared {
        static final @Nullable RedisLayout LAYOUT = ofSetting();

        private static @Nullable RedisLayout ofSetting() {
            String name = Settings.find(SETTING);
            return name == null ? null : start(kind(name), RedisServers.preferred());
        }
    }

    private final Kind kind;
    private final RedisBinary binary;
    private final String uri;
    private final @Nullable Path authority;
    private final Supplier<List<RedisServer>> masters;
    private final Runnable end;

    private RedisLayout(
            Kind kind,
            RedisBinary binary,
            String uri,
            @Nullable Path authority,
            Supplier<List<RedisServer>> masters,
            Runnable end) {
        this.kind = kind;
        this.binary = binary;
        this.uri = uri;
        this.authority = authority;
        this.masters = masters;
        this.end = end;
    }

    /**
     * Starts servers that are laid out so.
     *
     * @throws IllegalStateException if they do not come up
     */
    public static RedisLayout start(Kind kind, RedisBinary binary) {
        TestCertificates made = kind.name().startsWith("TLS") ? TestCertificates.make() : null;
        String[] options = made == null ? new String[0] : made.serverOptions();
        Path authority = made == null ? null : made.authority();
        return switch (kind) {
            case SERVER, TLS -> {
                RedisServer one = RedisServers.start(binary, options);
                String uri = made == null ? one.uri() : one.tlsUri();
                yield new RedisLayout(kind, binary, uri, authority, () -> List.of(one), one::close);
            }
            case CLUSTER, TLS_CLUSTER -> {
                RedisCluster cluster = RedisCluster.start(binary, options);
                cluster.beforeGivingUp(PATIENCE);
                String uri = made == null ? cluster.uri() : cluster.tlsUri();
                yield new RedisLayout(kind, binary, uri, authority, cluster::masters, cluster::close);
            }
            case SENTINELS, TLS_SENTINELS -> {
                RedisSentinels all = RedisSentinels.start(binary, options);
                all.beforeGivingUp(PATIENCE);
                String uri = made == null ? all.uri() : all.tlsUri();
                yield new RedisLayout(kind, binary, uri, authority, () -> List.of(all.master()), all::close);
            }
        };
    }

    /**
     * The servers that the system property {@code sojourn.test.redis.layout}, or {@code SOJOURN_TEST_REDIS_LAYOUT} in the
     * environment, asks for, such as {@code tls-cluster}: of the preferred kind, shared by all tests of this JVM, with which
     * they end. Empty if neither is set.
     */
    public static Optional<RedisLayout> shared() {
        return Optional.ofNullable(Shared.LAYOUT);
    }

    static Kind kind(String name) {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.name().replace('_', '-').equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(SETTING + " is \"" + name + "\", and none of "
                        + Arrays.toString(Kind.values())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-')));
    }

    /** Where clients find it. */
    public String uri() {
        return uri;
    }

    /** Whom a client has to trust, in PEM; empty without TLS. */
    public Optional<Path> authority() {
        return Optional.ofNullable(authority);
    }

    /** The servers that take writes at this moment, to look at what they hold. */
    public List<RedisServer> masters() {
        return masters.get();
    }

    /** Ends all servers and removes their files. */
    @Override
    public void close() {
        end.run();
    }

    /** Which server, and how they are laid out. */
    @Override
    public String toString() {
        return binary.name() + " " + kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
