package io.sojourn.redis.cache;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.codec.StringCodec;
import io.sojourn.SessionId;
import io.sojourn.redis.NearCache;
import io.sojourn.redis.connection.LettuceExceptions;
import io.sojourn.redis.connection.Node;
import io.sojourn.redis.connection.NodeListener;
import io.sojourn.spi.NearCacheStatus;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks each server that a store is connected to for messages about changes ({@code CLIENT TRACKING}, on the very connection
 * that carries the data), and hears them. What has been read over a connection before its server has agreed is not kept.
 *
 * <p>{@code NOLOOP} spares the messages about this connection's own changes. A server forgets who has read a session when it
 * changes, whoever changes it; so what is to be kept after an own write is read again within that write (see
 * {@code commit.lua}).
 */
public final class ClientTracking implements NodeListener {

    private static final Logger LOG = System.getLogger("io.sojourn.redis");

    private static final int ASK_AGAIN_MILLIS = 100;

    private final NearCache settings;
    private final LongSupplier nanoClock;

    /** By the prefix of their keys. */
    private final Map<String, SessionCache> caches = new ConcurrentHashMap<>();

    /** The connections on which the server has agreed to tell of changes. */
    private final Map<Node, TrackedConnection> agreedOn = new ConcurrentHashMap<>();

    /** The connection to each node, whether or not its server has agreed; guarded by this. */
    private final Map<Node, TrackedConnection> latest = new HashMap<>();

    /** Those that tell us of messages; guarded by this. */
    private final Set<Node> heard = Collections.newSetFromMap(new WeakHashMap<>());

    private final AtomicBoolean refused = new AtomicBoolean();
    private final AtomicBoolean timeToLiveRefused = new AtomicBoolean();
    public final LongAdder hits = new LongAdder();
    public final LongAdder misses = new LongAdder();
    public final LongAdder racedFills = new LongAdder();
    public final LongAdder staleReads = new LongAdder();
    private final LongAdder invalidations = new LongAdder();

    public ClientTracking(NearCache settings, LongSupplier nanoClock) {
        this.settings = settings;
        this.nanoClock = nanoClock;
    }

    /** What time it is, by a clock that nobody sets. */
    public long now() {
        return nanoClock.getAsLong();
    }

    /** For how long after it was last known to be right a copy may be used while its server is down. */
    public long staleWhileDownNanos() {
        return settings.staleWhileDown().toNanos();
    }

    /** The copies of the sessions under a prefix, which ends with a colon. */
    public SessionCache cache(String keyPrefix) {
        return caches.computeIfAbsent(keyPrefix, unused -> new SessionCache(settings.maxBytes()));
    }

    /** The connection to a node; null if there is none, or if its server does not tell of changes. */
    @Nullable
    public TrackedConnection tracked(@Nullable Node node) {
        return node == null ? null : agreedOn.get(node);
    }

    @Override
    public void connected(Node node) {
        long now = now();
        TrackedConnection tracked =
                new TrackedConnection(node, settings.maxStaleness().toNanos(), now);
        synchronized (this) {
            end(latest.put(node, tracked));
            TrackedConnection unused = agreedOn.remove(node);
            if (heard.add(node)) {
                node.listen(this::pushed);
            }
        }
        if (!node.speaksResp3()) {
            refused(node, "it does not speak RESP3");
            return;
        }
        ask(node, tracked);
    }

    /** If there is no answer in time, the server may be slow; if the connection is lost, the next one is asked. */
    private void ask(Node node, TrackedConnection tracked) {
        if (tracked.isLost()) {
            return;
        }
        CompletionStage<?> unused = node.commands()
                .clientTracking(TrackingArgs.Builder.enabled().noloop())
                .whenComplete((ok, failure) -> {
                    if (failure == null) {
                        agreed(node, tracked);
                    } else if (failure instanceof RedisCommandExecutionException) {
                        refused(node, "it refused CLIENT TRACKING: " + LettuceExceptions.words(failure));
                    } else {
                        CompletableFuture.delayedExecutor(ASK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                                .execute(() -> ask(node, tracked));
                    }
                });
    }

    private void agreed(Node node, TrackedConnection tracked) {
        synchronized (this) {
            if (latest.get(node) != tracked || tracked.isLost()) {
                return;
            }
            agreedOn.put(node, tracked);
        }
        caches.values().forEach(SessionCache::dropLost);
        if (refused.compareAndSet(true, false)) {
            LOG.log(Level.INFO, "The near cache is on: {0} tells of changes now", node);
        }
    }

    private void refused(Node node, String why) {
        if (refused.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "The near cache is off for what lies at {0}, and sessions are read from there each time: {1}",
                    node,
                    why);
        }
    }

    /**
     * The fields of a session were read, but not its TTL: then no copy is kept. The log says so once if the server refused the command. A
     * redirection is no refusal: the session was moved to another server after its fields were read.
     */
    public void withoutTimeToLive(Node node, Throwable failure) {
        if (LettuceExceptions.cause(failure) instanceof RedisCommandExecutionException refusal
                && !LettuceExceptions.isRedirection(refusal)
                && timeToLiveRefused.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "The near cache keeps only sessions that this process has written to {0}, and others are read from there"
                            + " each time: it refused PTTL: {1}",
                    node,
                    LettuceExceptions.words(refusal));
        }
    }

    @Override
    public void lost(Node node) {
        synchronized (this) {
            end(latest.remove(node));
            TrackedConnection unused = agreedOn.remove(node);
        }
        if (settings.staleWhileDown().isZero()) {
            caches.values().forEach(SessionCache::dropLost);
        }
    }

    /** For ever: nothing is shown any more, nor kept. */
    public void close() {
        synchronized (this) {
            latest.values().forEach(TrackedConnection::lose);
            latest.clear();
            agreedOn.clear();
        }
        caches.values().forEach(SessionCache::dropAll);
    }

    private static void end(@Nullable TrackedConnection tracked) {
        if (tracked != null) {
            tracked.lose();
        }
    }

    /** Called on the connection's own thread, in the order of arrival. */
    private void pushed(PushMessage message) {
        if (!message.getType().equals("invalidate")) {
            return;
        }
        List<Object> content = message.getContent(StringCodec.UTF8::decodeKey);
        if (content.size() > 1 && content.get(1) instanceof List<?> keys) {
            invalidations.add(keys.size());
            keys.forEach(key -> changed(String.valueOf(key)));
        } else {
            invalidations.increment();
            caches.values().forEach(SessionCache::dropAll); // After FLUSHALL or FLUSHDB no keys are named.
        }
    }

    /** What lies under a key is not what it was. */
    public void changed(String key) {
        int end = key.length() - SessionId.LENGTH;
        if (end > 0) {
            SessionCache there = caches.get(key.substring(0, end));
            if (there != null) {
                SessionId.parse(key.substring(end)).ifPresent(there::drop);
            }
        }
    }

    public NearCacheStatus stats() {
        return new NearCacheStatus(
                !agreedOn.isEmpty(),
                hits.sum(),
                misses.sum(),
                invalidations.sum(),
                racedFills.sum(),
                staleReads.sum(),
                caches.values().stream().mapToLong(SessionCache::count).sum(),
                caches.values().stream().mapToLong(SessionCache::bytes).sum());
    }
}
