package io.sojourn.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.handler.ssl.SslContextBuilder;
import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.redis.cache.Tracking;
import io.sojourn.redis.connection.ClientSetup;
import io.sojourn.redis.connection.Failures;
import io.sojourn.redis.connection.LettuceVersion;
import io.sojourn.redis.connection.OversizeReplies;
import io.sojourn.redis.connection.OwnThread;
import io.sojourn.redis.connection.Place;
import io.sojourn.redis.connection.RedisUris;
import io.sojourn.redis.operation.Connection;
import io.sojourn.redis.operation.Durability;
import io.sojourn.redis.operation.LargeSessions;
import io.sojourn.redis.operation.Operations;
import io.sojourn.redis.operation.RedisIndexes;
import io.sojourn.redis.script.HashFields;
import io.sojourn.redis.script.IndexSet;
import io.sojourn.redis.script.Script;
import io.sojourn.redis.script.SessionHash;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.IndexPage;
import io.sojourn.spi.Marking;
import io.sojourn.spi.NearCacheStatus;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.StoredSession;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in one Redis (6.2 or later) or Valkey server. Each session is one hash under
 * <code>&lt;prefix&gt;:&lt;id&gt;</code> with a time to live; each operation is one command on that key, sent over one
 * shared connection. Needs no right beyond the session keys: no {@code CONFIG}, {@code KEYS}, {@code SCAN} or
 * notifications.
 *
 * <p><b>When Redis is away.</b> Each call completes within {@link Builder#timeout}, and at once while the connection is
 * known to be down. The store comes back by itself, a fraction of a second after Redis does. Nothing is queued while it is
 * down, and nothing that may have been sent is sent again.
 */
public final class RedisStore implements SessionStore {

    /** The prefix of all keys unless another is set: {@value}. */
    public static final String DEFAULT_PREFIX = "sojourn";

    /** 500 ms. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(500);

    /** 16 MiB. */
    public static final long DEFAULT_MAX_LOAD_BYTES = 16L << 20;

    /** What was tried, for messages. */
    static final String WRITE = "A write, which may still be applied,";

    private static final String DELETION = "A deletion, which may still be applied,";

    private static final String LOAD = "The load of a session";

    static final String TOUCH = "A touch, which may still be applied,";

    private final String keyPrefix;
    private final Operations operations;
    private final RedisIndexes indexes;
    private final @Nullable NearSessions near;
    private final SizeGuard guard = new SizeGuard();

    private RedisStore(Builder from) {
        this(from.operations(), from.prefix);
    }

    private RedisStore(Operations operations, String prefix) {
        this.keyPrefix = prefix + ":";
        this.operations = operations;
        this.indexes = new RedisIndexes(keyPrefix, operations);
        Tracking tracking = operations.tracking();
        this.near = tracking == null ? null : new NearSessions(this, operations, tracking, tracking.copies(keyPrefix));
    }

    /**
     * A store at a URI; all else as {@link #builder()} has it:
     * <ul>
     *   <li>one server: {@code redis://localhost}, {@code redis://user:password@host:6379/0};
     *   <li>over TLS, trusting whom the JVM trusts: {@code rediss://host}; {@code rediss-} in the others;
     *   <li>a Unix domain socket: {@code redis-socket:///run/redis/redis.sock};
     *   <li>the master that sentinels know: {@code redis-sentinel://host1,host2,host3/0#name-of-the-master};
     *   <li>a cluster: {@code redis-cluster://host1,host2,host3}.
     * </ul>
     *
     * <p>Waits for the first try to connect, and does not throw if it fails: an application may
     * start before its Redis does. To insist, {@link #ping()}.
     *
     * @throws IllegalArgumentException if the URI makes no sense; the message does not repeat it
     * @throws IllegalStateException for a Unix domain socket, if Netty's native transport is missing; the message says what to add
     */
    public static RedisStore connect(String uri) {
        return builder().uri(uri).connect();
    }

    /** Begins with {@code redis://localhost:6379}. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Asks the server for a sign of life.
     *
     * @throws StoreUnavailableException if there is none within the timeout
     */
    public void ping() {
        operations.ping();
    }

    @Override
    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
        return near == null ? read(id) : near.load(id);
    }

    /** Revision, time and that part alone, from the master. */
    @Override
    public CompletionStage<Optional<StoredSession>> peek(SessionId id, String part) {
        if (guard.isLarge(id)) {
            return guarded(id, part, reply -> SessionHash.peeked(part, reply));
        }
        return repeated(
                id,
                part,
                reply -> SessionHash.peeked(part, reply),
                operations.answer(
                        LOAD,
                        commands -> commands.hmget(key(id), SessionHash.REVISION, SessionHash.TOUCHED_AT, part),
                        fields -> SessionHash.peeked(part, fields)));
    }

    /** The last copy of a near cache, if {@link NearCache#staleWhileDown} says so. */
    @Override
    public Optional<StoredSession> lastKnown(SessionId id) {
        return near == null ? Optional.empty() : near.lastKnown(id);
    }

    /** As {@link #load}, from the server. */
    CompletionStage<Optional<StoredSession>> read(SessionId id) {
        if (guard.isLarge(id)) {
            return guarded(id, null, SessionHash::loaded);
        }
        CompletionStage<Optional<StoredSession>> plain = operations.answer(
                LOAD,
                commands -> commands.dispatch(
                        CommandType.HGETALL,
                        new HashFields.Output(ClientSetup.CODEC),
                        new CommandArgs<>(ClientSetup.CODEC).addKey(key(id))),
                fields -> {
                    Optional<StoredSession> found = SessionHash.read(fields);
                    found.ifPresent(session -> guard.loaded(id, session));
                    return found;
                });
        return repeated(id, null, SessionHash::loaded, plain);
    }

    /**
     * Another load may have cost the connection, because its reply was too large. So a load that was lost with it is repeated, once
     * there is a new one, and looks at the size first.
     */
    private CompletionStage<Optional<StoredSession>> repeated(
            SessionId id,
            @Nullable String part,
            Function<Object, SessionHash.Loaded> reading,
            CompletionStage<Optional<StoredSession>> load) {
        return load.exceptionallyCompose(failure -> Failures.isLost(failure)
                ? operations
                        .connection()
                        .whenBack(key(id))
                        .thenCompose(back -> back
                                ? guarded(id, part, reading)
                                : CompletableFuture.failedFuture(Failures.rethrown(failure)))
                : CompletableFuture.failedFuture(Failures.rethrown(failure)));
    }

    /** Looks at the size first; see {@link SizeGuard}. */
    private CompletionStage<Optional<StoredSession>> guarded(
            SessionId id, @Nullable String part, Function<Object, SessionHash.Loaded> reading) {
        return operations
                .answer(
                        LOAD,
                        commands -> Script.LOAD.run(commands, key(id), LargeSessions.arguments(SizeGuard.LARGE, part)),
                        reading)
                .thenCompose(loaded -> {
                    guard.isNow(id, loaded.largeBytes() > 0);
                    return loaded.largeBytes() > 0
                            ? operations
                                    .large()
                                    .load(key(id), loaded.largeBytes(), part)
                                    .thenApply(reply -> reading.apply(reply).session())
                            : CompletableFuture.completedFuture(loaded.session());
                });
    }

    /** As {@link #read}, of what is known to be large. */
    CompletionStage<Optional<StoredSession>> loadLarge(SessionId id, long bytes) {
        return operations
                .large()
                .load(key(id), bytes, null)
                .thenApply(reply -> SessionHash.loaded(reply).session());
    }

    /** What a write came to: with a large session it was in conflict with, that is loaded. */
    CompletionStage<CommitResult> result(SessionId id, Object reply) {
        long bytes = SessionHash.conflictBytes(reply);
        return bytes == 0
                ? CompletableFuture.completedFuture(reply).thenApply(SessionHash::result)
                : loadLarge(id, bytes)
                        .thenApply(found -> found.<CommitResult>map(CommitResult.Conflict::new)
                                .orElse(CommitResult.GONE));
    }

    @Override
    public CompletionStage<CommitResult> commit(SessionWrite write) {
        guard.written(write);
        if (near == null) {
            return write(write);
        }
        return operations.durability() == null ? near.commit(write) : near.unseen(write.id(), () -> write(write));
    }

    private CompletionStage<CommitResult> write(SessionWrite write) {
        String key = key(write.id());
        return operations
                .durably(
                        WRITE,
                        key,
                        commands -> Script.COMMIT.run(commands, key, SessionHash.arguments(write)),
                        reply -> reply,
                        SessionHash::isApplied)
                .thenCompose(reply -> result(write.id(), reply));
    }

    @Override
    public CompletionStage<Boolean> touch(SessionTouch touch) {
        if (near != null) {
            return near.touch(touch);
        }
        String key = key(touch.id());
        return operations.answer(
                TOUCH,
                commands -> Script.TOUCH.run(commands, key, SessionHash.arguments(touch)),
                done -> Long.valueOf(1).equals(done));
    }

    @Override
    public CompletionStage<Boolean> delete(SessionId id) {
        return near == null ? end(id) : near.unseen(id, () -> end(id));
    }

    /**
     * With durability, a session that is not there may be one whose deletion no replica has got yet: an earlier try failed for
     * that reason. To be sure there has to be a write after which to wait.
     */
    private CompletionStage<Boolean> end(SessionId id) {
        return operations.durability() == null
                ? operations.durably(
                        DELETION, key(id), commands -> commands.unlink(key(id)), count -> count > 0, gone -> gone)
                : prohibit(id);
    }

    /** In one step, unless there is durability to wait for. */
    @Override
    public CompletionStage<Optional<StoredSession>> take(SessionId id) {
        if (operations.durability() != null) {
            return SessionStore.super.take(id);
        }
        return near == null ? takeFrom(id) : near.unseen(id, () -> takeFrom(id));
    }

    private CompletionStage<Optional<StoredSession>> takeFrom(SessionId id) {
        return operations
                .answer(DELETION, commands -> Script.TAKE.run(commands, key(id), new byte[0][]), reply -> reply)
                .thenCompose(reply -> SessionHash.largeBytes(reply) > 0
                        ? takeLarge(id, SessionHash.largeBytes(reply))
                        : CompletableFuture.completedFuture(reply).thenApply(SessionHash::taken));
    }

    /** What cannot be read is ended, too. */
    private CompletionStage<Optional<StoredSession>> takeLarge(SessionId id, long bytes) {
        return loadLarge(id, bytes)
                .handle((found, failure) -> {
                    if (failure != null && !(Failures.cause(failure) instanceof UnreadableSessionException)) {
                        throw Failures.rethrown(failure);
                    }
                    return end(id).thenApply(was -> {
                        if (failure != null) {
                            throw Failures.rethrown(failure);
                        }
                        return was ? found : Optional.<StoredSession>empty();
                    });
                })
                .thenCompose(Function.identity());
    }

    @Override
    public CompletionStage<CommitResult> delete(SessionId id, long revision) {
        return near == null ? end(id, revision) : near.unseen(id, () -> end(id, revision));
    }

    private CompletionStage<CommitResult> end(SessionId id, long revision) {
        boolean forbids = operations.durability() != null;
        return operations
                .durably(
                        DELETION,
                        key(id),
                        commands -> Script.DELETE.run(commands, key(id), SessionHash.deletion(revision, forbids)),
                        reply -> reply,
                        reply -> !SessionHash.isConflict(reply))
                .thenCompose(reply -> result(id, reply));
    }

    /**
     * The same server and connection with other keys; closing either closes both.
     *
     * @throws IllegalArgumentException as {@link Builder#prefix}
     */
    public RedisStore withPrefix(String prefix) {
        return new RedisStore(operations, builder().prefix(prefix).prefix);
    }

    /** String values beside the sessions, over the same connection: for taking over what another store has written. */
    public RedisStrings strings() {
        return new RedisStrings(operations);
    }

    @Override
    public CompletionStage<Boolean> forbid(SessionId id) {
        return near == null ? prohibit(id) : near.unseen(id, () -> prohibit(id));
    }

    private CompletionStage<Boolean> prohibit(SessionId id) {
        return operations.durably(
                DELETION,
                key(id),
                commands -> Script.FORBID.run(commands, key(id), IndexSet.forbid()),
                done -> Long.valueOf(1).equals(done),
                gone -> true);
    }

    @Override
    public CompletionStage<EntryResult> enter(IndexEntry entry) {
        return indexes.enter(entry);
    }

    @Override
    public CompletionStage<IndexPage> page(IndexKey key, @Nullable IndexCursor after, int count) {
        return indexes.page(key, after, count);
    }

    @Override
    public CompletionStage<Marking> mark(IndexKey key, @Nullable SessionId except) {
        return indexes.mark(key, except);
    }

    @Override
    public CompletionStage<List<IndexMember>> marked(IndexKey key) {
        return indexes.marked(key);
    }

    @Override
    public CompletionStage<Boolean> leave(IndexKey key, Collection<SessionId> ids, boolean ended) {
        return indexes.leave(key, ids, ended);
    }

    /** What the near cache does; empty without one. */
    public Optional<NearCacheStats> nearCacheStats() {
        return Optional.ofNullable(operations.tracking()).map(Tracking::stats);
    }

    /** Three quarters of {@link Builder#maxLoadBytes}, since a session takes more memory in Redis than it has bytes. */
    @Override
    public long maxSessionBytes() {
        long maxLoadBytes = operations.large().maxBytes();
        return maxLoadBytes - maxLoadBytes / 4;
    }

    /** As {@link #nearCacheStats()}, for those who know stores of any kind. */
    @Override
    public Optional<NearCacheStatus> nearCache() {
        return nearCacheStats()
                .map(stats -> new NearCacheStatus(
                        stats.hits(),
                        stats.misses(),
                        stats.invalidations(),
                        stats.staleReads(),
                        stats.sessions(),
                        stats.bytes()));
    }

    /** Down while nothing is connected, degraded for some seconds after an operation failed; asks nobody. */
    @Override
    public StoreHealth health() {
        return operations.connection().health();
    }

    /** After a {@code PING} to each server that is connected to. */
    @Override
    public CompletionStage<StoreHealth> checkHealth() {
        return operations.connection().checkHealth();
    }

    @Override
    public void close() {
        operations.close();
    }

    /** Where the store is, without user and password. */
    @Override
    public String toString() {
        return "RedisStore[" + operations.connection() + ", keys " + keyPrefix + "*]";
    }

    Operations operations() {
        return operations;
    }

    String key(SessionId id) {
        return keyPrefix + id;
    }

    /** Collects where Redis is and how to speak to it; not thread-safe. */
    public static final class Builder {

        private Place place = new Place();
        private @Nullable RedisTls tls;
        private int durableReplicas;
        private Duration durableWait = Duration.ZERO;
        private String prefix = DEFAULT_PREFIX;
        private Duration timeout = DEFAULT_TIMEOUT;
        private @Nullable NearCache nearCache;
        private boolean startupProbe = true;
        private RedisProtocol protocol = RedisProtocol.AUTO;
        private long maxLoadBytes = DEFAULT_MAX_LOAD_BYTES;

        private Builder() {}

        /**
         * Where Redis is, as in {@link RedisStore#connect}: replaces all that was said of it before, user and password included.
         * A {@code timeout} in it counts, too.
         */
        public Builder uri(String newUri) {
            RedisUris.Read read = RedisUris.parse(newUri);
            read.timeout().ifPresent(this::timeout);
            place = read.place();
            return this;
        }

        /** One server, by its name or address (IPv6 without brackets). Default {@code localhost}. */
        public Builder host(String host) {
            place.host(host);
            return this;
        }

        /** The port of one server. Default 6379. */
        public Builder port(int port) {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port must be from 1 to 65535, not " + port);
            }
            place.port(port);
            return this;
        }

        /**
         * Whichever server these sentinels name as the master, each {@code redis1} or {@code redis1:26379}, the port being that unless given. They
         * are asked at each connection, and tell of failovers.
         *
         * @param masterName the name that the sentinels know the master by
         */
        public Builder sentinels(String masterName, String... hosts) {
            place.at(Place.Kind.SENTINEL, hosts(hosts, RedisURI.DEFAULT_SENTINEL_PORT), masterName);
            return this;
        }

        /** The cluster that these nodes belong to, each {@code redis1} or {@code redis1:6379}, the port being that unless given. Some are enough. */
        public Builder cluster(String... hosts) {
            place.at(Place.Kind.CLUSTER, hosts(hosts, RedisURI.DEFAULT_REDIS_PORT), "");
            return this;
        }

        private static List<Place.Host> hosts(String[] hosts, int usualPort) {
            try {
                return RedisUris.hosts(String.join(",", hosts), usualPort);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "hosts must look like redis1, redis1:6379 or [::1]:6379, each for itself", e);
            }
        }

        /** The password of the servers' default user. Default none. */
        public Builder password(String password) {
            return credentials(new Credentials(null, password));
        }

        /** A user of the servers' access control lists. Default none. */
        public Builder user(String name, String password) {
            return credentials(new Credentials(name, password));
        }

        private Builder credentials(Credentials these) {
            place.credentials(these);
            return this;
        }

        /**
         * Whom to be, asked at each connection that is made: for passwords that are changed while the application runs, and for
         * tokens of a cloud provider. The supplier may wait for what it fetches, within the time for a handshake (2 s, or
         * {@link #timeout} if that is longer); if it throws, the connection is tried again. Connections that exist keep
         * the rights that they were made with; servers end them by themselves where a user is deleted or a token runs out.
         */
        public Builder credentials(Supplier<Credentials> supplier) {
            place.credentials(supplier);
            return this;
        }

        /** Whom to be for the sentinels, where these ask for it; they know nothing of the servers' users. Default nobody. */
        public Builder sentinelCredentials(Credentials these) {
            place.sentinelCredentials(these);
            return this;
        }

        /**
         * Speaks TLS, to sentinels, too, and trusts and shows what is said there. {@code rediss://} alone speaks TLS and trusts whom
         * the JVM trusts.
         */
        public Builder tls(RedisTls newTls) {
            tls = newTls;
            return this;
        }

        /** The number of the database; a cluster has 0 only. Default 0. */
        public Builder database(int number) {
            if (number < 0) {
                throw new IllegalArgumentException("database must not be negative, but is " + number);
            }
            place.database(number);
            return this;
        }

        /**
         * The name of the store's connections in {@code CLIENT LIST} of the servers; needs the right to {@code CLIENT SETNAME}. Default
         * none.
         *
         * @throws IllegalArgumentException if it is empty, or is not printable ASCII without spaces
         */
        public Builder clientName(String name) {
            if (name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException("clientName must be printable ASCII without spaces, and not empty");
            }
            place.clientName(name);
            return this;
        }

        /**
         * How long to wait for an answer, and for the server to take a connection; at least 10 ms. Default {@link #DEFAULT_TIMEOUT}. A caller
         * may be held a tenth of a second longer.
         */
        public Builder timeout(Duration newTimeout) {
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
        public Builder durability(int replicas, Duration wait) {
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

        private @Nullable Consumer<SslContextBuilder> trust() {
            return tls == null ? null : tls::configure;
        }

        private @Nullable Durability durability() {
            if (durableReplicas == 0) {
                return null;
            }
            // The server ends the wait; our own deadline is behind it.
            ClientSetup setup =
                    new ClientSetup(timeout.plus(durableWait), trust(), protocol, new OversizeReplies(maxLoadBytes));
            return new Durability(Connection.to(place, setup), durableReplicas, durableWait);
        }

        /**
         * What all keys begin with; a colon and the session's id follow. Default {@link #DEFAULT_PREFIX}. Applications that
         * share a server and are not to see each other's sessions need different ones.
         */
        public Builder prefix(String newPrefix) {
            if (newPrefix.isEmpty() || !newPrefix.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException("prefix must be printable ASCII without spaces, and not empty");
            }
            prefix = newPrefix;
            return this;
        }

        /**
         * Keeps copies of the sessions that were read last, so that reading one again costs no command; see
         * {@link NearCache} for how old a copy may be. Needs RESP3 and the right to {@code CLIENT TRACKING}; where the
         * server refuses them, the log says so once and nothing is kept. Default none.
         */
        public Builder nearCache(NearCache settings) {
            nearCache = settings;
            return this;
        }

        /**
         * How many bytes a session may take in Redis to be loaded, some hundreds of bookkeeping included. A larger one was written by
         * something else, and would take the memory of this process: it is unreadable, and is not asked for once its size is
         * known. It must be at least four thirds of {@link io.sojourn.SessionSettings.Builder#maxSessionBytes}; otherwise no
         * manager can be made with the store. Sessions of more than 256 KiB travel over a connection of their own, which is made when the first one is met. Default
         * {@link #DEFAULT_MAX_LOAD_BYTES}.
         *
         * @throws IllegalArgumentException if it is less than 1 MiB
         */
        public Builder maxLoadBytes(long bytes) {
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
        public Builder startupProbe(boolean probe) {
            startupProbe = probe;
            return this;
        }

        /**
         * Which version of Redis' protocol to speak. {@link RedisProtocol#RESP2} spares a proxy that knows nothing else the first
         * try. Default {@link RedisProtocol#AUTO}.
         */
        public Builder protocol(RedisProtocol version) {
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
            return OwnThread.call("sojourn-redis-open", this::opened);
        }

        private RedisStore opened() {
            if (tls != null) {
                place.tls(true);
                place.acceptAnyHost(tls.acceptsAnyHost());
            }
            RedisStore store = new RedisStore(this);
            if (startupProbe) {
                store.operations.connection().addProbe(prefix);
            }
            store.operations.open();
            return store;
        }

        private Operations operations() {
            ClientSetup setup = new ClientSetup(timeout, trust(), protocol, new OversizeReplies(maxLoadBytes));
            Connection connection = Connection.to(place, setup);
            Tracking tracking = nearCache == null ? null : new Tracking(nearCache, System::nanoTime);
            if (tracking != null) {
                connection.addListener(tracking);
            }
            Place ofLarge = place.copy();
            LargeSessions large = new LargeSessions(() -> Connection.toLarge(ofLarge, setup), maxLoadBytes, timeout);
            return new Operations(connection, tracking, durability(), large);
        }
    }
}
