package io.sojourn.redis.health;

import io.lettuce.core.RedisCommandExecutionException;
import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.log.LogThrottle;
import io.sojourn.redis.connection.FailureAdvice;
import io.sojourn.redis.connection.LettuceExceptions;
import io.sojourn.redis.connection.Node;
import io.sojourn.redis.connection.NodeListener;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.StoreHealth.State;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the servers from their connections and their last answers. It asks nobody, and for an answer that is no
 * failure it costs one volatile read. Each kind of failure is said in the log, with what to do, see {@link LogThrottle}.
 */
public final class HealthMonitor implements NodeListener {

    /** For so long after the last failure the state is not called good again: otherwise it flickers. */
    public static final Duration HOLD = Duration.ofSeconds(5);

    private static final Logger LOG = System.getLogger("io.sojourn.redis");

    /** Operations fail, one after the other or here and there. */
    private static final class Trouble {

        final Instant since;
        volatile String reason;
        volatile Instant last;
        volatile boolean answeredSince;

        Trouble(String reason, Instant now) {
            this.reason = reason;
            this.since = now;
            this.last = now;
        }
    }

    private final String where;
    private final InstantSource clock;
    private final Set<Node> up = ConcurrentHashMap.newKeySet();
    private final Map<Node, Instant> lost = new ConcurrentHashMap<>();
    private final LogThrottle<String> failures;
    private volatile Instant changed;
    private volatile String whyDown = "still connecting";
    private volatile @Nullable Trouble trouble;
    private volatile @Nullable Duration latency;
    private volatile @Nullable String refusal;

    public HealthMonitor(String where, InstantSource clock) {
        this.where = where;
        this.clock = clock;
        this.failures = new LogThrottle<>(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()));
        this.changed = clock.instant();
    }

    @Override
    public void connected(Node node) {
        if (up.isEmpty()) {
            changed = clock.instant();
        }
        up.add(node);
        lost.remove(node);
    }

    @Override
    public void lost(Node node) {
        if (up.remove(node)) {
            lost.put(node, clock.instant());
            if (up.isEmpty()) {
                changed = clock.instant();
                whyDown = "the connection was lost";
            }
        }
    }

    /** The node is not wanted any more. */
    @Override
    public void forgotten(Node node) {
        up.remove(node);
        lost.remove(node);
    }

    public void notConnected(String why) {
        whyDown = why;
    }

    /** Says why not, unless that is only that nobody is there: the loss of the connection has been told. */
    @Override
    public void notConnectedAgain(Throwable failure) {
        Throwable root = LettuceExceptions.root(failure);
        String why = LettuceExceptions.words(root);
        if (up.isEmpty()) {
            whyDown = why;
        }
        boolean isRefused = root instanceof RedisCommandExecutionException || root instanceof IllegalStateException;
        if (isRefused && failures.isNews("AGAIN " + FailureAdvice.ofWords(why))) {
            LOG.log(
                    Level.WARNING,
                    "No connection to {0} again ({1}): {2}",
                    where,
                    why,
                    FailureAdvice.whenConnecting(why));
        }
    }

    public void measured(Duration roundTrip) {
        latency = roundTrip;
    }

    /** The servers must not be used at all, and why; null if they may. */
    void refuse(@Nullable String why) {
        if (!Objects.equals(refusal, why)) {
            changed = clock.instant();
        }
        refusal = why;
    }

    @Nullable
    public String refusal() {
        return refusal;
    }

    public void answered() {
        Trouble current = trouble;
        if (current != null && !current.answeredSince) {
            current.answeredSince = true;
        }
    }

    /** An operation failed, with what Lettuce says and with what the caller is told. */
    public void failed(Throwable raw, SojournException told) {
        if (!(told instanceof StoreUnavailableException) || up.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        String reason = String.valueOf(told.getMessage());
        Trouble current = trouble;
        if (current == null || isOver(current, now)) {
            trouble = new Trouble(reason, now);
        } else {
            current.reason = reason;
            current.last = now;
            current.answeredSince = false;
        }
        FailureAdvice advice = FailureAdvice.of(raw);
        if (failures.isNews(advice.name())) {
            LOG.log(Level.WARNING, "{0}: {1}", reason, advice.text());
        }
    }

    private static boolean isOver(Trouble trouble, Instant now) {
        return trouble.answeredSince && !now.isBefore(trouble.last.plus(HOLD));
    }

    public StoreHealth health() {
        String refused = refusal;
        if (up.isEmpty()) {
            return health(State.DOWN, "There is no connection to " + where + ": " + whyDown, changed);
        }
        if (refused != null) {
            return health(State.DOWN, refused, changed);
        }
        if (!lost.isEmpty()) {
            String nodes = lost.keySet().stream().map(Node::toString).sorted().collect(Collectors.joining(", "));
            Instant first = lost.values().stream().min(Instant::compareTo).orElse(changed);
            return health(State.DEGRADED, "The connection to " + nodes + " was lost", first);
        }
        Trouble current = trouble;
        if (current == null) {
            return health(State.UP, "", changed);
        }
        if (!isOver(current, clock.instant())) {
            return health(State.DEGRADED, current.reason, current.since);
        }
        Instant end = current.last.plus(HOLD);
        return health(State.UP, "", end.isBefore(changed) ? changed : end);
    }

    private StoreHealth health(State state, String reason, Instant since) {
        return new StoreHealth(state, reason, since, latency);
    }
}
