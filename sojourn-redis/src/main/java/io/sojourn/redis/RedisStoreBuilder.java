package io.sojourn.redis;

import io.lettuce.core.RedisURI;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.cache.ClientTracking;
import io.sojourn.redis.command.NearCachedStore;
import io.sojourn.redis.command.SessionCommands;
import io.sojourn.redis.connection.ClientSetup;
import io.sojourn.redis.connection.LettuceVersion;
import io.sojourn.redis.connection.OversizeReplies;
import io.sojourn.redis.connection.RedisEndpoint;
import io.sojourn.redis.connection.RedisUris;
import io.sojourn.redis.connection.ShortLivedThread;
import io.sojourn.redis.operation.Connection;
import io.sojourn.redis.operation.Durability;
import io.sojourn.redis.operation.LargeSessions;
import io.sojourn.redis.operation.Operations;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects where Redis is and how to speak to it; not thread-safe. */
public final class RedisStoreBuilder {

    private RedisEndpoint endpoint = new RedisEndpoint();
    private @Nullable RedisTls tls;
    private int durableReplicas;
    private Duration durableWait = Duration.ZERO;
    private String prefix = RedisStore.DEFAULT_PREFIX;
    private Duration timeout = RedisStore.DEFAULT_TIMEOUT;
    private @Nullable NearCache nearCache;
    private boolean startupProbe = true;
    private RedisProtocol protocol = RedisProtocol.AUTO;
    private long maxLoadBytes = RedisStore.DEFAULT_MAX_LOAD_BYTES;

    RedisStoreBuilder() {}

    /**
     * Where Redis is, as in {@link RedisStore#connect}: replaces all that was said of it before, user and password included.
     * A {@code timeout} in it counts, too.
     */
    public RedisStoreBuilder uri(String newUri) {
        RedisUris.Read read = RedisUris.parse(newUri);
        read.timeout().ifPresent(this::timeout);
        endpoint = read.endpoint();
        return this;
    }

    /** One server, by its name or address (IPv6 without brackets). Default {@code localhost}. */
    public RedisStoreBuilder host(String host) {
        endpoint.host(host);
        return this;
    }

    /** The port of one server. Default 6379. */
    public RedisStoreBuilder port(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be from 1 to 65535, not " + port);
        }
        endpoint.port(port);
        return this;
    }

    /**
     * Whichever server these sentinels name as the master, each {@code redis1} or {@code redis1:26379}, the port being that unless given. They
     * are asked at each connection, and tell of failovers.
     *
     * @param masterName the name that the sentinels know the master by
     */
    public RedisStoreBuilder sentinels(String masterName, String... hosts) {
        endpoint.at(RedisEndpoint.Kind.SENTINEL, hosts(hosts, RedisURI.DEFAULT_SENTINEL_PORT), masterName);
        return this;
    }

    /** The cluster that these nodes belong to, each {@code redis1} or {@code redis1:6379}, the port being that unless given. Some are enough. */
    public RedisStoreBuilder cluster(String... hosts) {
        endpoint.at(RedisEndpoint.Kind.CLUSTER, hosts(hosts, RedisURI.DEFAULT_REDIS_PORT), "");
        return this;
    }

    private static List<RedisEndpoint.Host> hosts(String[] hosts, int usualPort) {
        try {
            return RedisUris.hosts(String.join(",", hosts), usualPort);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "hosts must look like redis1, redis1:6379 or [::1]:6379, each for itself", e);
        }
    }

    /** The password of the servers' default user. Default none. */
    public RedisStoreBuilder password(String password) {
        return credentials(new Credentials(null, password));
    }

    /** A user of the servers' access control lists. Default none. */
    public RedisStoreBuilder user(String name, String password) {
        return credentials(new Credentials(name, password));
    }

    private RedisStoreBuilder credentials(Credentials these) {
        endpoint.credentials(these);
        return this;
    }

    /**
     * The credentials, asked for at each connection that is made: for passwords that are changed while the application runs,
     * and for tokens of a cloud provider. The supplier may wait for what it fetches, within the time for a handshake (2 s, or
     * {@link #timeout} if that is longer); if it throws, the connection is tried again. Connections that exist keep
     * the rights that they were made with; servers end them by themselves where a user is deleted or a token runs out.
     */
    public RedisStoreBuilder credentials(Supplier<Credentials> supplier) {
        endpoint.credentials(supplier);
        return this;
    }

    /** The credentials for the sentinels, if they ask for any; they do not know the users of the servers. Default none. */
    public RedisStoreBuilder sentinelCredentials(Credentials these) {
        endpoint.sentinelCredentials(these);
        return this;
    }

    /**
     * Speaks TLS, to sentinels, too, and trusts and shows what is said there. {@code rediss://} alone speaks TLS and trusts whom
     * the JVM trusts.
     */
    public RedisStoreBuilder tls(RedisTls newTls) {
        tls = newTls;
        return this;
    }

    /** The number of the database; a cluster has 0 only. Default 0. */
    public RedisStoreBuilder database(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("database must not be negative, but is " + number);
        }
        endpoint.database(number);
        return this;
    }

    /**
     * The name of the store's connections in {@code CLIENT LIST} of the servers; needs the right to {@code CLIENT SETNAME}. Default
     * none.
     *
     * @throws IllegalArgumentException if it is empty, or is not printable ASCII without spaces
     */
    public RedisStoreBuilder clientName(String name) {
        endpoint.clientName(printable("clientName", name));
        return this;
    }

    /**
     * How long to wait for an answer, and for the server to take a connection; at least 10 ms. Default {@link RedisStore#DEFAULT_TIMEOUT}. A caller
     * may be held a tenth of a second longer.
     */
    public RedisStoreBuilder timeout(Duration newTimeout) {
        if (newTimeout.compareTo(Duration.ofMillis(10)) < 0 || newTimeout.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("timeout must be from 10 ms to 10 minutes, not " + newTimeout);
        }
        timeout = newTimeout;
        return this;
    }

    /**
     * Lets each change of a session wait until replicas have it, too ({@code WAIT}): creation, save, rotation, sign-in and
     * revocation; not touches. So what was acknowledged survives the loss of the master, if one of those replicas takes its
     * place. A change that is not acknowledged in time fails with {@link StoreUnavailableException}: it was applied, and is
     * lost if the master fails before it is replicated.
     *
     * <p>This is no consensus. With fewer replicas than there are, one that lacks the change may take over; a master that is
     * cut off goes on taking writes that no replica gets, which then fail here, and are lost. While too few replicas are
     * alive, every change fails: choose fewer than there are. Costs a second connection to each server and a round
     * trip more, of one server to the other. Default: the master's word is enough.
     *
     * @param replicas how many, at least 1
     * @param wait for how long, at least 1 ms; a caller is held by so much longer than {@link #timeout}
     */
    public RedisStoreBuilder durability(int replicas, Duration wait) {
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas must be at least 1, not " + replicas);
        }
        if (wait.toMillis() < 1 || wait.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("wait must be from 1 ms to a minute, not " + wait);
        }
        durableReplicas = replicas;
        durableWait = wait;
        return this;
    }

    private ClientSetup setup(Duration longest) {
        return new ClientSetup(
                longest, tls == null ? null : tls::configure, protocol, new OversizeReplies(maxLoadBytes));
    }

    /**
     * What all keys begin with; a colon and the session's id follow. Default {@link RedisStore#DEFAULT_PREFIX}. Applications that
     * share a server and are not to see each other's sessions need different ones.
     */
    public RedisStoreBuilder prefix(String newPrefix) {
        prefix = printable("prefix", newPrefix);
        return this;
    }

    private static String printable(String setting, String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(setting + " must be printable ASCII without spaces, and not empty");
        }
        return text;
    }

    /**
     * Keeps copies of the sessions that were read last, so that reading one again costs no command; see
     * {@link NearCache} for how old a copy may be. Needs RESP3 and the right to {@code CLIENT TRACKING}; where the
     * server refuses them, the log says so once and nothing is kept. Default none.
     */
    public RedisStoreBuilder nearCache(NearCache settings) {
        nearCache = settings;
        return this;
    }

    /**
     * How many bytes a session may take in Redis to be loaded, some hundreds of bookkeeping included. A larger one was written by
     * something else, and would take the memory of this process: it is unreadable, and is not asked for once its size is
     * known. It must be at least four thirds of {@link io.sojourn.SessionSettings.Builder#maxSessionBytes}; otherwise no
     * manager can be made with the store. Sessions of more than 256 KiB travel over a connection of their own, which is made when the first one is met. Default
     * {@link RedisStore#DEFAULT_MAX_LOAD_BYTES}.
     *
     * @throws IllegalArgumentException if it is less than 1 MiB
     */
    public RedisStoreBuilder maxLoadBytes(long bytes) {
        if (bytes < 1 << 20) {
            throw new IllegalArgumentException("maxLoadBytes must be at least 1 MiB, not " + bytes);
        }
        maxLoadBytes = bytes;
        return this;
    }

    /**
     * Whether to ask each server what it is, with {@code INFO} and {@code TIME}, when a connection has been made; nobody
     * waits for it. The log then says in one line what was found, and warns of what will hurt: a server that drops
     * sessions when its memory is full, no replica, no persistence, a clock that is wrong. A server older than Redis 6.2
     * is refused: operations fail, and say why. If a right is missing, the line says what could not be seen. Default
     * true.
     */
    public RedisStoreBuilder startupProbe(boolean probe) {
        startupProbe = probe;
        return this;
    }

    /**
     * Which version of Redis' protocol to speak. {@link RedisProtocol#RESP2} spares a proxy that knows nothing else the first
     * try. Default {@link RedisProtocol#AUTO}.
     */
    public RedisStoreBuilder protocol(RedisProtocol version) {
        protocol = version;
        return this;
    }

    /**
     * Connects, as {@link RedisStore#connect} says.
     *
     * @throws IllegalStateException if Lettuce is older than 6.6, or too new for the Netty that is there
     */
    public RedisStore connect() {
        LettuceVersion.check();
        return ShortLivedThread.call("sojourn-redis-open", () -> opened(Operations::open));
    }

    /**
     * As {@link #connect()}, without waiting for the first try to connect: an application can go on with its start meanwhile. What
     * needs the connection before that try is over waits for it: every operation, and {@link RedisStore#health()}.
     *
     * @throws IllegalStateException as {@code connect}
     */
    public RedisStore connectInBackground() {
        LettuceVersion.check();
        return opened(Operations::openInBackground);
    }

    private RedisStore opened(Consumer<Operations> opening) {
        if (tls != null) {
            endpoint.tls(true);
            endpoint.acceptAnyHost(tls.acceptsAnyHost());
        }
        Operations operations = operations();
        if (startupProbe) {
            operations.connection().addProbe(prefix);
        }
        opening.accept(operations);
        return store(operations);
    }

    /** The plain commands under the prefix, and what is laid around them. */
    RedisStore store(Operations operations) {
        String keyPrefix = prefix + ":";
        SessionCommands commands = new SessionCommands(keyPrefix, operations);
        ClientTracking tracking = operations.tracking();
        return new RedisStore(
                tracking == null ? commands : new NearCachedStore(commands, tracking), operations, keyPrefix);
    }

    private @Nullable Durability durability(RedisEndpoint at) {
        if (durableReplicas == 0) {
            return null;
        }
        // The server ends the wait; our own deadline is behind it.
        return new Durability(Connection.to(at, setup(timeout.plus(durableWait))), durableReplicas, durableWait);
    }

    private Operations operations() {
        ClientSetup setup = setup(timeout);
        RedisEndpoint at = endpoint.copy(); // The builder may be used again.
        Connection connection = Connection.to(at, setup);
        ClientTracking tracking = nearCache == null ? null : new ClientTracking(nearCache, System::nanoTime);
        if (tracking != null) {
            connection.addListener(tracking);
        }
        LargeSessions large = new LargeSessions(
                () -> Connection.toLarge(at, connection.isPlain() ? setup.inResp2() : setup), maxLoadBytes, timeout);
        return new Operations(connection, tracking, durability(at), large);
    }
}
