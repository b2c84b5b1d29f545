package io.sojourn;

import io.sojourn.codec.JacksonCodec;
import io.sojourn.format.Header;
import io.sojourn.observe.AuditObserver;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.AttributeCodec;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How sessions live and what they may hold; immutable. {@link #defaults} suits most applications; each setting's default
 * is a public constant that its Javadoc names.
 */
public final class SessionSettings {

    /** 30 minutes. */
    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofMinutes(30);

    /** 24 hours. */
    public static final Duration DEFAULT_ABSOLUTE_TIMEOUT = Duration.ofHours(24);

    /** 60 seconds. */
    public static final Duration DEFAULT_TOUCH_INTERVAL = Duration.ofSeconds(60);

    /** Reading extends a session's life. */
    public static final boolean DEFAULT_EXTEND_ON_READ = true;

    /** 2 KiB. */
    public static final int DEFAULT_INLINE_LIMIT = 2 * 1024;

    /** 1,000. */
    public static final int DEFAULT_MAX_ATTRIBUTES = 1_000;

    /** 4 MiB. */
    public static final int DEFAULT_MAX_ATTRIBUTE_BYTES = 4 * 1024 * 1024;

    /** 8 MiB. */
    public static final int DEFAULT_MAX_SESSION_BYTES = 8 * 1024 * 1024;

    /** 64. */
    public static final int DEFAULT_MAX_CONFLICTS = 64;

    /** Requests from before a sign-in may save attributes for {@link #SUPERSEDED_FOR}. */
    public static final boolean DEFAULT_MERGE_ACROSS_SIGN_IN = true;

    /** None: a secret is not replaced for its age. */
    public static final Duration DEFAULT_RENEWAL = Duration.ZERO;

    /** 10 seconds. */
    public static final Duration DEFAULT_RENEWAL_GRACE = Duration.ofSeconds(10);

    /** 1,000. */
    public static final int DEFAULT_MAX_SESSIONS_PER_PRINCIPAL = 1_000;

    /** The oldest session makes room. */
    public static final LimitPolicy DEFAULT_WHEN_LIMIT_REACHED = LimitPolicy.END_OLDEST;

    /** 100 years: the longest time that a setting takes. */
    public static final Duration LONGEST = Duration.ofDays(36_500);

    /** For how long after a rotation the replaced secret is recognized (and still opens nothing): 30 seconds. */
    public static final Duration SUPERSEDED_FOR = Duration.ofSeconds(30);

    /**
     * For how long a secret that was {@linkplain #renewal renewed} for its age opens the session if its successor is not seen,
     * because the answer with it was lost: 1 hour. Once it was seen, the old one opens it for {@link #renewalGrace} only.
     */
    public static final Duration UNSEEN_FOR = Duration.ofHours(1);

    private final Duration idleTimeout;
    private final Duration absoluteTimeout;
    private final Duration touchInterval;
    private final boolean extendOnRead;
    private final AttributeCodec codec;
    private final List<AttributeCodec> alsoRead;
    private final int inlineLimit;
    private final int maxAttributes;
    private final int maxAttributeBytes;
    private final int maxSessionBytes;
    private final int maxConflicts;
    private final boolean mergeAcrossSignIn;
    private final Duration renewal;
    private final Duration renewalGrace;
    private final int maxSessionsPerPrincipal;
    private final LimitPolicy whenLimitReached;
    private final SessionObserver observer;
    private final List<SessionObserver> alsoObserve;
    private final InstantSource clock;
    private final RandomGenerator random;

    private SessionSettings(Builder from) {
        idleTimeout = from.idleTimeout;
        absoluteTimeout = from.absoluteTimeout;
        touchInterval = from.touchInterval;
        extendOnRead = from.extendOnRead;
        codec = from.codec == null ? JacksonCodec.create() : from.codec;
        alsoRead = from.alsoRead;
        inlineLimit = from.inlineLimit;
        maxAttributes = from.maxAttributes;
        maxAttributeBytes = from.maxAttributeBytes;
        maxSessionBytes = from.maxSessionBytes;
        maxConflicts = from.maxConflicts;
        mergeAcrossSignIn = from.mergeAcrossSignIn;
        renewal = from.renewal;
        renewalGrace = from.renewalGrace;
        maxSessionsPerPrincipal = from.maxSessionsPerPrincipal;
        whenLimitReached = from.whenLimitReached;
        observer = from.observer;
        alsoObserve = List.copyOf(from.alsoObserve);
        clock = from.clock;
        random = from.random;
        requireDistinctIds(codec, alsoRead);
    }

    private static void requireDistinctIds(AttributeCodec writer, List<AttributeCodec> alsoRead) {
        Set<Integer> ids = new HashSet<>();
        List<AttributeCodec> all = new ArrayList<>(alsoRead);
        all.add(0, writer);
        for (AttributeCodec codec : all) {
            if (codec.id() < 1 || codec.id() > 255) {
                throw new IllegalArgumentException("A codec's id must be 1 to 255, not " + codec.id());
            }
            if (!ids.add(codec.id())) {
                throw new IllegalArgumentException(
                        "Two codecs have the id " + codec.id() + "; give one of them another");
            }
        }
    }

    /** All defaults. */
    public static SessionSettings defaults() {
        return builder().build();
    }

    /** Begins with all defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Begins with these settings. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.idleTimeout = idleTimeout;
        builder.absoluteTimeout = absoluteTimeout;
        builder.touchInterval = touchInterval;
        builder.extendOnRead = extendOnRead;
        builder.codec = codec;
        builder.alsoRead = alsoRead;
        builder.inlineLimit = inlineLimit;
        builder.maxAttributes = maxAttributes;
        builder.maxAttributeBytes = maxAttributeBytes;
        builder.maxSessionBytes = maxSessionBytes;
        builder.maxConflicts = maxConflicts;
        builder.mergeAcrossSignIn = mergeAcrossSignIn;
        builder.renewal = renewal;
        builder.renewalGrace = renewalGrace;
        builder.maxSessionsPerPrincipal = maxSessionsPerPrincipal;
        builder.whenLimitReached = whenLimitReached;
        builder.observer = observer;
        builder.alsoObserve.addAll(alsoObserve);
        builder.clock = clock;
        builder.random = random;
        return builder;
    }

    /** See {@link Builder#idleTimeout}. */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /** See {@link Builder#absoluteTimeout}. */
    public Duration absoluteTimeout() {
        return absoluteTimeout;
    }

    /** See {@link Builder#touchInterval}. */
    public Duration touchInterval() {
        return touchInterval;
    }

    /** See {@link Builder#extendOnRead}. */
    public boolean extendOnRead() {
        return extendOnRead;
    }

    /** See {@link Builder#codec}. */
    public AttributeCodec codec() {
        return codec;
    }

    /** See {@link Builder#alsoRead}. */
    public List<AttributeCodec> alsoRead() {
        return alsoRead;
    }

    /** See {@link Builder#inlineLimit}. */
    public int inlineLimit() {
        return inlineLimit;
    }

    /** See {@link Builder#maxAttributes}. */
    public int maxAttributes() {
        return maxAttributes;
    }

    /** See {@link Builder#maxAttributeBytes}. */
    public int maxAttributeBytes() {
        return maxAttributeBytes;
    }

    /** See {@link Builder#maxSessionBytes}. */
    public int maxSessionBytes() {
        return maxSessionBytes;
    }

    /** See {@link Builder#maxConflicts}. */
    public int maxConflicts() {
        return maxConflicts;
    }

    /** See {@link Builder#mergeAcrossSignIn}. */
    public boolean mergeAcrossSignIn() {
        return mergeAcrossSignIn;
    }

    /** See {@link Builder#renewal}. */
    public Duration renewal() {
        return renewal;
    }

    /** See {@link Builder#renewalGrace}. */
    public Duration renewalGrace() {
        return renewalGrace;
    }

    /** See {@link Builder#maxSessionsPerPrincipal}. */
    public int maxSessionsPerPrincipal() {
        return maxSessionsPerPrincipal;
    }

    /** See {@link Builder#whenLimitReached}. */
    public LimitPolicy whenLimitReached() {
        return whenLimitReached;
    }

    /** See {@link Builder#observer}. */
    public SessionObserver observer() {
        return observer;
    }

    /** See {@link Builder#alsoObserve}. */
    public List<SessionObserver> alsoObserve() {
        return alsoObserve;
    }

    /** {@link #observer()} and all of {@link #alsoObserve()}, in this order. */
    public List<SessionObserver> allObservers() {
        List<SessionObserver> all = new ArrayList<>(alsoObserve);
        all.add(0, observer);
        return all;
    }

    /** See {@link Builder#clock}. */
    public InstantSource clock() {
        return clock;
    }

    /** See {@link Builder#random}. */
    public RandomGenerator random() {
        return random;
    }

    /**
     * Collects settings; not thread-safe. A value out of range is refused at once, by name. Durations are rounded up to
     * milliseconds.
     */
    public static final class Builder {

        private Duration idleTimeout = DEFAULT_IDLE_TIMEOUT;
        private Duration absoluteTimeout = DEFAULT_ABSOLUTE_TIMEOUT;
        private Duration touchInterval = DEFAULT_TOUCH_INTERVAL;
        private boolean extendOnRead = DEFAULT_EXTEND_ON_READ;
        private @Nullable AttributeCodec codec; // Jackson is not touched where another is set.
        private List<AttributeCodec> alsoRead = List.of();
        private int inlineLimit = DEFAULT_INLINE_LIMIT;
        private int maxAttributes = DEFAULT_MAX_ATTRIBUTES;
        private int maxAttributeBytes = DEFAULT_MAX_ATTRIBUTE_BYTES;
        private int maxSessionBytes = DEFAULT_MAX_SESSION_BYTES;
        private int maxConflicts = DEFAULT_MAX_CONFLICTS;
        private boolean mergeAcrossSignIn = DEFAULT_MERGE_ACROSS_SIGN_IN;
        private Duration renewal = DEFAULT_RENEWAL;
        private Duration renewalGrace = DEFAULT_RENEWAL_GRACE;
        private int maxSessionsPerPrincipal = DEFAULT_MAX_SESSIONS_PER_PRINCIPAL;
        private LimitPolicy whenLimitReached = DEFAULT_WHEN_LIMIT_REACHED;
        private SessionObserver observer = SessionObserver.logging();
        private final List<SessionObserver> alsoObserve = new ArrayList<>();
        private InstantSource clock = InstantSource.system();
        private RandomGenerator random = new SecureRandom();

        private Builder() {}

        /**
         * How long a session may lie unused before it ends. Default {@link #DEFAULT_IDLE_TIMEOUT}; zero means that it
         * never ends for that reason. A session may set its own, {@link Session#setIdleTimeout}.
         */
        public Builder idleTimeout(Duration timeout) {
            idleTimeout = duration("idleTimeout", timeout);
            return this;
        }

        /**
         * How long a session may last, however much it is used, counted from its creation. Default
         * {@link #DEFAULT_ABSOLUTE_TIMEOUT}. Zero means no such end: whoever steals a token can then keep it alive for
         * ever by using it (OWASP ASVS 5.0, 7.3.2).
         */
        public Builder absoluteTimeout(Duration timeout) {
            absoluteTimeout = duration("absoluteTimeout", timeout);
            return this;
        }

        /**
         * Reading extends a session, but writes so no more often than this; the time to live in the store is longer by as
         * much, so that no session ends early. Default {@link #DEFAULT_TOUCH_INTERVAL}; in force is the smaller of this
         * and a tenth of the idle timeout. Zero writes at every use.
         */
        public Builder touchInterval(Duration interval) {
            touchInterval = duration("touchInterval", interval);
            return this;
        }

        /**
         * Whether using a session without changing it extends its life. Default {@link #DEFAULT_EXTEND_ON_READ}. If not,
         * it ends an idle timeout after its last change.
         */
        public Builder extendOnRead(boolean extend) {
            extendOnRead = extend;
            return this;
        }

        /** What makes bytes of attributes. Default {@link JacksonCodec#create()}. */
        public Builder codec(AttributeCodec newCodec) {
            codec = newCodec;
            return this;
        }

        /** Further codecs whose values are understood when read; each needs an id of its own. Default none. */
        public Builder alsoRead(AttributeCodec... codecs) {
            alsoRead = List.of(codecs);
            return this;
        }

        /**
         * Attributes up to so many encoded bytes travel together in one record; larger ones are stored and rewritten alone.
         * Default {@link #DEFAULT_INLINE_LIMIT}.
         */
        public Builder inlineLimit(int bytes) {
            inlineLimit = atLeast(0, "inlineLimit", bytes);
            return this;
        }

        /** How many attributes a session may have. Default {@link #DEFAULT_MAX_ATTRIBUTES}. */
        public Builder maxAttributes(int count) {
            maxAttributes = atLeast(1, "maxAttributes", count);
            return this;
        }

        /** How large one attribute may be, name and encoded value. Default {@link #DEFAULT_MAX_ATTRIBUTE_BYTES}. */
        public Builder maxAttributeBytes(int bytes) {
            maxAttributeBytes = atLeast(1, "maxAttributeBytes", bytes);
            return this;
        }

        /** How large a session may be, all told, in the store. Default {@link #DEFAULT_MAX_SESSION_BYTES}. */
        public Builder maxSessionBytes(int bytes) {
            maxSessionBytes = atLeast(1, "maxSessionBytes", bytes);
            return this;
        }

        /**
         * How often a save may find that other nodes saved in between before it gives up with {@link ConflictException}. Saves
         * of one session in one process take turns and are no conflicts. The pauses between the attempts grow; 64 conflicts
         * take about half a second. A logout never fails for this reason. Default {@link #DEFAULT_MAX_CONFLICTS}.
         */
        public Builder maxConflicts(int count) {
            maxConflicts = atLeast(0, "maxConflicts", count);
            return this;
        }

        /**
         * Whether a request that was let in before a sign-in, a sign-out or a {@link Session#rotate} may still save attributes
         * after it, for {@link #SUPERSEDED_FOR}. With true (the default) parallel requests of an honest client lose nothing. With
         * false such a save writes nothing ({@link SaveOutcome#SUPERSEDED}): an attacker who has planted a cookie before the
         * sign-in can then not write at all. Default {@link #DEFAULT_MERGE_ACROSS_SIGN_IN}. Time limits, indexes and labels are never merged across a sign-in.
         */
        public Builder mergeAcrossSignIn(boolean merge) {
            mergeAcrossSignIn = merge;
            return this;
        }

        /**
         * A secret that is older than this is replaced at the next use of its session, so that a stolen one does not last
         * as long as the session (OWASP Session Management Cheat Sheet, "renewal timeout"). Default
         * {@link #DEFAULT_RENEWAL}; zero: never. Needs a client that takes the new token from every answer: one that loses
         * the answer, and does not ask again within the {@link #renewalGrace}, has lost its session.
         */
        public Builder renewal(Duration age) {
            renewal = duration("renewal", age);
            return this;
        }

        /**
         * For how long a secret that was replaced <em>for its age</em> still opens its session, for the requests that were
         * sent before the client had the new one; at most {@link #SUPERSEDED_FOR}. After a sign-in, or any rotation that
         * somebody asked for, the old secret opens nothing from the first moment, whatever this says. Default
         * {@link #DEFAULT_RENEWAL_GRACE}.
         */
        public Builder renewalGrace(Duration grace) {
            if (grace.compareTo(SUPERSEDED_FOR) > 0) {
                throw new IllegalArgumentException(
                        "renewalGrace must be from 0 to " + SUPERSEDED_FOR + ", not " + grace);
            }
            renewalGrace = duration("renewalGrace", grace);
            return this;
        }

        /**
         * How many sessions a principal may have at once (OWASP ASVS 5.0, 7.1.2). Default
         * {@link #DEFAULT_MAX_SESSIONS_PER_PRINCIPAL}, so that one account cannot fill Redis; zero: any number, for example for an
         * account that many machines share. It holds at each sign-in, however many there are at once; what happens to the one
         * too many, {@link #whenLimitReached} says. After the limit was lowered, each sign-in ends at most
         * {@link io.sojourn.spi.SessionIndex#MARKED_AT_MOST} sessions.
         */
        public Builder maxSessionsPerPrincipal(int count) {
            maxSessionsPerPrincipal = atLeast(0, "maxSessionsPerPrincipal", count);
            return this;
        }

        /** What gives way when a principal has too many sessions. Default {@link #DEFAULT_WHEN_LIMIT_REACHED}. */
        public Builder whenLimitReached(LimitPolicy policy) {
            whenLimitReached = policy;
            return this;
        }

        /** Who hears of it. Default: what somebody should look into is logged, under {@code io.sojourn}. */
        public Builder observer(SessionObserver newObserver) {
            observer = newObserver;
            return this;
        }

        /**
         * One more who hears of it, after the {@link #observer} and those named before; for instance an
         * {@link AuditObserver}. Default none.
         */
        public Builder alsoObserve(SessionObserver another) {
            alsoObserve.add(another);
            return this;
        }

        /** What time it is. Default the system's clock. */
        public Builder clock(InstantSource newClock) {
            clock = newClock;
            return this;
        }

        /**
         * Where ids and secrets come from. Default {@link SecureRandom}. For tests: with any generator that is not
         * cryptographic, whoever sees some tokens can compute those of others.
         */
        public Builder random(RandomGenerator generator) {
            random = generator;
            return this;
        }

        /** The settings. */
        public SessionSettings build() {
            return new SessionSettings(this);
        }

        private static Duration duration(String setting, Duration value) {
            if (value.isNegative() || value.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(setting + " must be from 0 to " + LONGEST + ", not " + value);
            }
            return Duration.ofMillis(Header.wholeMillis(value));
        }

        private static int atLeast(int least, String setting, int value) {
            if (value < least) {
                throw new IllegalArgumentException(setting + " must be at least " + least + ", not " + value);
            }
            return value;
        }
    }
}
