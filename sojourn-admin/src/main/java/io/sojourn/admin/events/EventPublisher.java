package io.sojourn.admin.events;

import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.admin.scan.Reply;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.PastSession;
import io.sojourn.log.LogThrottle;
import io.sojourn.log.Printable;
import io.sojourn.observe.AuditObserver;
import io.sojourn.observe.RevocationCause;
import io.sojourn.observe.SessionObserver;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.StoreStatus;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the security events of this node in Redis, so that operators see the events of all nodes: in the console, with {@code sojourn
 * watch}, and with {@link EventStream}. Add one to the settings of each manager:
 *
 * <pre>{@code
 * SessionSettings.builder().alsoObserve(new EventPublisher())
 * }</pre>
 *
 * <p>These events are published one by one: {@code created}, {@code signed-in}, {@code signed-out}, {@code rotated}, {@code revoked} with
 * its verb, {@code limit-reached}, {@code expired-by-age}, {@code wrong-secret}, {@code replaced-secret}, {@code unreadable}, and with
 * {@code endEvents} also {@code ended} with its cause and {@code shown-after-end}. Of one kind no more than 50 events are
 * published one by one in half a second, and no more than 5 of those that any visitor can cause ({@code created}, {@code rotated}, {@code
 * wrong-secret}, {@code replaced-secret}, {@code shown-after-end}), so that these do not displace the others; one more entry says how many
 * the rest were. These events are only counted: {@code conflict},
 * {@code unknown-id}, {@code store-failed}, {@code save-refused}, {@code unreadable-attribute} and {@code lost}, the events that could not be published.
 *
 * <p>No request waits for Redis. Events of half a second travel together, in one command. While Redis is away, events are lost, and
 * counted. The stream {@code <prefix>:@events} keeps about the last 10,000 entries, for 7 days after the last. The
 * Redis user needs {@code +eval +xadd +pexpire}.
 *
 * <p>An entry names the session by its id, which opens nothing, and never has a secret or a value. Who signed in is named by
 * {@linkplain AuditObserver#pseudonym a pseudonym}, unless {@link Builder#principals} allows names. Thread-safe.
 */
public final class EventPublisher implements SessionObserver {

    /** About how many entries the stream keeps: {@value}. */
    public static final int MAX_ENTRIES = 10_000;

    /** So many of one kind are published one by one in one command. */
    static final int LISTED = 50;

    /** So many of a kind that any visitor can cause. */
    static final int LISTED_OF_VISITORS = 5;

    private static final Set<String> OF_VISITORS =
            Set.of("created", "rotated", "wrong-secret", "replaced-secret", "shown-after-end");

    private static final Duration KEPT = Duration.ofDays(7);
    private static final long PAUSE_MILLIS = 500;

    private static final Logger LOG = System.getLogger("io.sojourn.admin");

    private static final LogThrottle<String> FAILURES = new LogThrottle<>(System::nanoTime);

    /** A script, so that the stream never lacks a time to live, and that all of it is one command. */
    private static final String SCRIPT = """
            for i = 4, #ARGV, 5 do
              redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'n', ARGV[3], 'e', ARGV[i], 's', ARGV[i + 1],
                'p', ARGV[i + 2], 'd', ARGV[i + 3], 'c', ARGV[i + 4])
            end
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return 1
            """;

    private record Entry(String event, String session, String principal, String detail) {}

    private final boolean principals;
    private final String node;
    private volatile @Nullable RedisStore redis;

    /** What has happened since the last command; guarded by this. */
    private List<Entry> entries = new ArrayList<>();

    /** How many of each kind these are; guarded by this. */
    private final Map<String, Integer> listed = new HashMap<>();

    /** How often each kind has happened besides; guarded by this. */
    private Map<String, Long> counts = new LinkedHashMap<>();

    /** Whether a command is due or on its way; until it is answered, events are only collected. Guarded by this. */
    private boolean isScheduled;

    /** A publisher that names principals by pseudonyms and this node as {@link Builder#node} says. For set-up by text, too: {@code alsoObserve}. */
    public EventPublisher() {
        this(builder());
    }

    private EventPublisher(Builder builder) {
        principals = builder.principals;
        node = builder.node;
    }

    /** Begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void started(StoreStatus store) {
        redis = store.unwrap(RedisStore.class).orElse(null);
        if (redis == null) {
            LOG.log(Level.WARNING, "Events are not published, because sessions are not in Redis");
        }
    }

    private void count(String event) {
        add(new Entry(event, "", "", ""), 0);
    }

    private void list(String event, SessionId id, String detail) {
        list(event, id, "", detail);
    }

    private void list(String event, SessionId id, String principal, String detail) {
        add(
                new Entry(event, id.toString(), principal, detail),
                OF_VISITORS.contains(event) ? LISTED_OF_VISITORS : LISTED);
    }

    private synchronized void add(Entry entry, int most) {
        if (redis == null) {
            return;
        }
        if (most > 0 && listed.merge(entry.event(), 1, Integer::sum) <= most) {
            entries.add(entry);
        } else {
            counts.merge(entry.event(), 1L, Long::sum);
        }
        schedule();
    }

    private synchronized void schedule() {
        if (!isScheduled && !(entries.isEmpty() && counts.isEmpty())) {
            isScheduled = true;
            later().execute(this::publish);
        }
    }

    private void answered() {
        synchronized (this) {
            isScheduled = false;
        }
        schedule();
    }

    private static Executor later() {
        return CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void publish() {
        List<Entry> oneByOne;
        Map<String, Long> counted;
        synchronized (this) {
            oneByOne = entries;
            counted = counts;
            entries = new ArrayList<>();
            listed.clear();
            counts = new LinkedHashMap<>();
        }
        RedisStore store = Objects.requireNonNull(redis);
        long events = oneByOne.size()
                + counted.values().stream().mapToLong(count -> count).sum();
        try {
            String key = EventStream.key(store);
            store.master(key).call("EVAL", arguments(key, oneByOne, counted)).whenComplete((reply, failure) -> {
                String refused = failure != null ? failure.toString() : Reply.error(reply);
                if (refused != null) {
                    failed(events, refused);
                } else {
                    answered();
                }
            });
        } catch (RuntimeException e) {
            failed(events, e.toString());
        }
    }

    private String[] arguments(String key, List<Entry> oneByOne, Map<String, Long> counted) {
        List<String> words = new ArrayList<>(List.of(SCRIPT, "1", key, "" + MAX_ENTRIES, "" + KEPT.toMillis(), node));
        oneByOne.forEach(one -> words.addAll(List.of(one.event(), one.session(), one.principal(), one.detail(), "1")));
        counted.forEach((event, count) -> words.addAll(List.of(event, "", "", "", "" + count)));
        return words.toArray(String[]::new);
    }

    /** The next command says how many were lost. No command is sent for that alone: Redis may be away for long. */
    private void failed(long events, String why) {
        synchronized (this) {
            isScheduled = false;
            counts.merge("lost", events, Long::sum);
        }
        FAILURES.ifDue(
                "failure",
                more -> LOG.log(
                        Level.WARNING, "Events of sessions could not be published: " + Printable.line(why) + more));
    }

    @Override
    public void created(SessionId id) {
        list("created", id, "");
    }

    @Override
    public void conflict(SessionId id) {
        count("conflict");
    }

    @Override
    public void rotated(SessionId id) {
        list("rotated", id, "");
    }

    @Override
    public void signedIn(SessionId id, String principal) {
        list("signed-in", id, principals ? principal : AuditObserver.pseudonym(principal), "");
    }

    @Override
    public void signedOut(SessionId id) {
        list("signed-out", id, "");
    }

    @Override
    public void revoked(SessionId id, RevocationCause verb) {
        list("revoked", id, verb.name());
    }

    @Override
    public void limitReached(SessionId id) {
        list("limit-reached", id, "");
    }

    @Override
    public void expiredByAge(SessionId id) {
        list("expired-by-age", id, "");
    }

    @Override
    public void unknownId(SessionId id) {
        count("unknown-id");
    }

    @Override
    public void endedSession(SessionId id, PastSession past) {
        list("shown-after-end", id, past.cause().name());
    }

    @Override
    public void wrongSecret(SessionId id) {
        list("wrong-secret", id, "");
    }

    @Override
    public void replacedSecret(SessionId id) {
        list("replaced-secret", id, "");
    }

    @Override
    public void unreadableSession(SessionId id, SojournException cause) {
        list("unreadable", id, "");
    }

    @Override
    public void unreadableAttribute(SessionId id, String attribute, SojournException cause) {
        count("unreadable-attribute");
    }

    @Override
    public void saveRefused(SessionId id, SojournException cause) {
        count("save-refused");
    }

    @Override
    public void ended(SessionId id, EndCause cause, Duration lag) {
        list("ended", id, cause.name());
    }

    @Override
    public void storeFailed(SessionId id, SojournException cause) {
        count("store-failed");
    }

    /** Collects what a publisher needs to know; not thread-safe. */
    public static final class Builder {

        private boolean principals;
        private String node = name();

        private Builder() {}

        private static String name() {
            String host = System.getenv("HOSTNAME");
            return host == null || host.isBlank()
                    ? "node-" + Long.toHexString(ThreadLocalRandom.current().nextLong() >>> 40)
                    : host.strip();
        }

        /**
         * Whether events have the name of the user who signed in. Then everybody with access to the stream sees which users sign in, and when.
         * Without it, events have a {@linkplain AuditObserver#pseudonym pseudonym} of the user. Default false.
         */
        public Builder principals(boolean allow) {
            principals = allow;
            return this;
        }

        /**
         * The name of this node in the stream. Default: the environment's variable {@code HOSTNAME}, the name of the pod in Kubernetes; else a random name.
         *
         * @throws IllegalArgumentException if it is blank or longer than 100 characters
         */
        public Builder node(String name) {
            if (name.isBlank() || name.length() > 100) {
                throw new IllegalArgumentException("node must have 1 to 100 characters");
            }
            node = name;
            return this;
        }

        /** A publisher, for one manager. */
        public EventPublisher build() {
            return new EventPublisher(this);
        }
    }
}
