package io.sojourn.testkit;

import io.sojourn.testkit.support.FreePorts;
import io.sojourn.testkit.support.Settings;
import java.util.List;

/**
 * Finds and starts real servers for tests: no container, no root, nothing to install beforehand.
 *
 * <pre>{@code
 * try (RedisServer redis = RedisServers.start()) {
 *     // redis.uri() is redis://127.0.0.1:12345
 * }
 * }</pre>
 *
 * <p>Servers are looked for in this order:
 * <ol>
 *   <li>the program named by the system property {@code sojourn.redis.server}, or by {@code SOJOURN_REDIS_SERVER} in the
 *       environment;
 *   <li>those named by {@code sojourn.redis.servers} or {@code SOJOURN_REDIS_SERVERS}, separated as in the {@code PATH};
 *   <li>{@code redis-server} on the {@code PATH}, in {@code /usr/bin}, {@code /usr/sbin} or {@code /usr/local/bin};
 *   <li>{@code valkey-server} in the same places;
 *   <li>the program in the jar of {@code com.github.codemonstur:embedded-redis}, for Linux and macOS.
 * </ol>
 *
 * <p>A suite runs once per server as a parameterized class of JUnit 5.13 or later:
 *
 * <pre>{@code
 * @ParameterizedClass
 * @MethodSource("io.sojourn.testkit.RedisServers#available")
 * class CartTest {
 *     private final RedisBinary binary;
 *
 *     CartTest(RedisBinary binary) {
 *         this.binary = binary;
 *     }
 * }
 * }</pre>
 *
 * <p>Needs a POSIX system: Linux or macOS.
 */
public final class RedisServers {

    static final String URI_SETTING = "sojourn.test.redis.uri";

    // Finding runs every program once and unpacks one, so each of these is done once, when it is first asked for.
    private static final class Found {
        static final List<RedisBinary> BINARIES =
                RedisBinaryFinder.ofThisMachine().findAll();
    }

    private static final class Shared {
        static final String URI = uri();

        private static String uri() {
            String given = Settings.find(URI_SETTING);
            return given == null ? start().uri() : given;
        }
    }

    private RedisServers() {}

    /**
     * Every server at hand, the preferred one first, each flavor and version once. Never empty.
     *
     * @throws IllegalArgumentException if a program that a setting names is not a server that runs here
     * @throws IllegalStateException if there is none at all; the message tells what to do
     */
    public static List<RedisBinary> available() {
        return Found.BINARIES;
    }

    /** The first of {@link #available()}. */
    public static RedisBinary preferred() {
        return available().get(0);
    }

    /** Starts the preferred server, see {@link #start(RedisBinary, String...)}. */
    public static RedisServer start(String... options) {
        return start(preferred(), options);
    }

    /**
     * Starts a server on a free port of 127.0.0.1, and returns when it answers. It keeps nothing on disk unless options say
     * so.
     *
     * @param binary which server
     * @param options lines for its configuration file, such as {@code maxmemory 10mb} or {@code appendonly yes}; the port,
     *     the address, the directory and the log's file stay its own
     * @throws IllegalStateException if it does not come up, for an unknown option for example; the message has its log
     */
    public static RedisServer start(RedisBinary binary, String... options) {
        return RedisServer.start(binary, List.of(options), FreePorts::claim);
    }

    /**
     * A server for tests that can share one with others: they write under keys of their own and never flush, stop or
     * configure it. Its URI is the one that the system property {@code sojourn.test.redis.uri} or
     * {@code SOJOURN_TEST_REDIS_URI} in the environment gives, else that of a preferred server which is started at the first
     * call and ends with this JVM.
     */
    public static String sharedUri() {
        return Shared.URI;
    }
}
