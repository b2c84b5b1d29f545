package io.sojourn;

import io.sojourn.codec.JacksonCodec;
import io.sojourn.format.Header;
import io.sojourn.log.SettingName;
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

    /** Off: the ends of sessions are not recorded. */
    public static final boolean DEFAULT_END_EVENTS = false;

    /** Off: each end is told on one node. */
    public static final boolean DEFAULT_END_EVENTS_ON_EVERY_NODE = false;

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

    /** The settings of a builder, which change, or of this class, which do not. */
    private static final class Values implements Cloneable {

        Duration idleTimeout = DEFAULT_IDLE_TIMEOUT;
        Duration absoluteTimeout = DEFAULT_ABSOLUTE_TIMEOUT;
        Duration touchInterval = DEFAULT_TOUCH_INTERVAL;
        boolean extendOnRead = DEFAULT_EXTEND_ON_READ;

        @Nullable
        AttributeCodec codec; // Jackson is not touched where another is set.

        List<AttributeCodec> alsoRead = List.of();
        int inlineLimit = DEFAULT_INLINE_LIMIT;
        int maxAttributes = DEFAULT_MAX_ATTRIBUTES;
        int maxAttributeBytes = DEFAULT_MAX_ATTRIBUTE_BYTES;
        int maxSessionBytes = DEFAULT_MAX_SESSION_BYTES;
        int maxConflicts = DEFAULT_MAX_CONFLICTS;
        boolean mergeAcrossSignIn = DEFAULT_MERGE_ACROSS_SIGN_IN;
        Duration renewal = DEFAULT_RENEWAL;
        Duration renewalGrace = DEFAULT_RENEWAL_GRACE;
        int maxSessionsPerPrincipal = DEFAULT_MAX_SESSIONS_PER_PRINCIPAL;
        LimitPolicy whenLimitReached = DEFAULT_WHEN_LIMIT_REACHED;
        boolean endEvents = DEFAULT_END_EVENTS;
        boolean endEventsOnEveryNode = DEFAULT_END_EVENTS_ON_EVERY_NODE;
        SessionObserver observer = SessionObserver.logging();
        List<SessionObserver> alsoObserve = List.of();
        InstantSource clock = InstantSource.system();
        RandomGenerator random = new SecureRandom();

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("This class can be cloned", e);
            }
        }
    }

    private final Values values;
    private final AttributeCodec codec;

    private SessionSettings(Values values) {
        this.values = values;
        this.codec = values.codec == null ? JacksonCodec.create() : values.codec;
        values.codec = codec;
        requireDistinctIds(codec, values.alsoRead);
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
        return new Builder(new Values());
    }

    /** Begins with these settings. */
    public Builder toBuilder() {
        return new Builder(values.copy());
    }

    /** See {@link Builder#idleTimeout}. */
    public Duration idleTimeout() {
        return values.idleTimeout;
    }

    /** See {@link Builder#absoluteTimeout}. */
    public Duration absoluteTimeout() {
        return values.absoluteTimeout;
    }

    /** See {@link Builder#touchInterval}. */
    public Duration touchInterval() {
        return values.touchInterval;
    }

    /** See {@link Builder#extendOnRead}. */
    public boolean extendOnRead() {
        return values.extendOnRead;
    }

    /** See {@link Builder#codec}. */
    public AttributeCodec codec() {
        return codec;
    }

    /** See {@link Builder#alsoRead}. */
    public List<AttributeCodec> alsoRead() {
        return values.alsoRead;
    }

    /** See {@link Builder#inlineLimit}. */
    public int inlineLimit() {
        return values.inlineLimit;
    }

    /** See {@link Builder#maxAttributes}. */
    public int maxAttributes() {
        return values.maxAttributes;
    }

    /** See {@link Builder#maxAttributeBytes}. */
    public int maxAttributeBytes() {
        return values.maxAttributeBytes;
    }

    /** See {@link Builder#maxSessionBytes}. */
    public int maxSessionBytes() {
        return values.maxSessionBytes;
    }

    /** See {@link Builder#maxConflicts}. */
    public int maxConflicts() {
        return values.maxConflicts;
    }

    /** See {@link Builder#mergeAcrossSignIn}. */
    public boolean mergeAcrossSignIn() {
        return values.mergeAcrossSignIn;
    }

    /** See {@link Builder#renewal}. */
    public Duration renewal() {
        return values.renewal;
    }

    /** See {@link Builder#renewalGrace}. */
    public Duration renewalGrace() {
        return values.renewalGrace;
    }

    /** See {@link Builder#maxSessionsPerPrincipal}. */
    public int maxSessionsPerPrincipal() {
        return values.maxSessionsPerPrincipal;
    }

    /** See {@link Builder#whenLimitReached}. */
    public LimitPolicy whenLimitReached() {
        return values.whenLimitReached;
    }

    /** See {@link Builder#endEvents}. */
    public boolean endEvents() {
        return values.endEvents;
    }

    /** See {@link Builder#endEventsOnEveryNode}. */
    public boolean endEventsOnEveryNode() {
        return values.endEventsOnEveryNode;
    }

    /** See {@link Builder#observer}. */
    public SessionObserver observer() {
        return values.observer;
    }

    /** See {@link Builder#alsoObserve}. */
    public List<SessionObserver> alsoObserve() {
        return values.alsoObserve;
    }

    /** {@link #observer()} and all of {@link #alsoObserve()}, in this order. */
    public List<SessionObserver> allObservers() {
        List<SessionObserver> all = new ArrayList<>(values.alsoObserve);
        all.add(0, values.observer);
        return all;
    }

    /** See {@link Builder#clock}. */
    public InstantSource clock() {
        return values.clock;
    }

    /** See {@link Builder#random}. */
    public RandomGenerator random() {
        return values.random;
    }

    /**
     * Collects settings; not thread-safe. A value out of range is refused at once, by name. Durations are rounded up to
     * milliseconds.
     */
    public static final class Builder {

        private final Values values;

        private Builder(Values values) {
            this.values = values;
        }

        /**
         * How long a session may lie unused before it ends. Default {@link #DEFAULT_IDLE_TIMEOUT}; zero means that it
         * never ends for that reason. A session keeps the timeout with which it was created, so another setting counts for new
         * sessions only; {@link Session#setIdleTimeout} changes it for one session.
         */
        public Builder idleTimeout(Duration timeout) {
            values.idleTimeout = duration("idleTimeout", timeout);
            return this;
        }

        /**
         * How long a session may last, however much it is used, counted from its creation. Default
         * {@link #DEFAULT_ABSOLUTE_TIMEOUT}. Zero means no such end: whoever steals a token can then keep it alive for
         * ever by using it (OWASP ASVS 5.0, 7.3.2).
         */
        public Builder absoluteTimeout(Duration timeout) {
            values.absoluteTimeout = duration("absoluteTimeout", timeout);
            return this;
        }

        /**
         * Reading extends a session, but writes so no more often than this; the time to live in the store is longer by as
         * much, so that no session ends early. Default {@link #DEFAULT_TOUCH_INTERVAL}; in force is the smaller of this
         * and a tenth of the idle timeout. Zero writes at every use.
         */
        public Builder touchInterval(Duration interval) {
            values.touchInterval = duration("touchInterval", interval);
            return this;
        }

        /**
         * Whether using a session without changing it extends its life. Default {@link #DEFAULT_EXTEND_ON_READ}. If not,
         * it ends an idle timeout after its last change.
         */
        public Builder extendOnRead(boolean extend) {
            values.extendOnRead = extend;
            return this;
        }

        /** What makes bytes of attributes. Default {@link JacksonCodec#create()}. */
        public Builder codec(AttributeCodec newCodec) {
            values.codec = newCodec;
            return this;
        }

        /** Further codecs whose values are understood when read; each needs an id of its own. Default none. */
        public Builder alsoRead(AttributeCodec... codecs) {
            values.alsoRead = List.of(codecs);
            return this;
        }

        /**
         * Attributes up to so many encoded bytes travel together in one record; larger ones are stored and rewritten alone.
         * Default {@link #DEFAULT_INLINE_LIMIT}.
         */
        public Builder inlineLimit(int bytes) {
            values.inlineLimit = atLeast(0, "inlineLimit", bytes);
            return this;
        }

        /** How many attributes a session may have. Default {@link #DEFAULT_MAX_ATTRIBUTES}. */
        public Builder maxAttributes(int count) {
            values.maxAttributes = atLeast(1, "maxAttributes", count);
            return this;
        }

        /** How large one attribute may be, name and encoded value. Default {@link #DEFAULT_MAX_ATTRIBUTE_BYTES}. */
        public Builder maxAttributeBytes(int bytes) {
            values.maxAttributeBytes = atLeast(1, "maxAttributeBytes", bytes);
            return this;
        }

        /** How large a session may be, all told, in the store. Default {@link #DEFAULT_MAX_SESSION_BYTES}. */
        public Builder maxSessionBytes(int bytes) {
            values.maxSessionBytes = atLeast(1, "maxSessionBytes", bytes);
            return this;
        }

        /**
         * How often a save may find that other nodes saved in between before it gives up with {@link ConflictException}. Saves
         * of one session in one process take turns and are no conflicts. The pauses between the attempts grow; 64 conflicts
         * take about half a second. A logout never fails for this reason. Default {@link #DEFAULT_MAX_CONFLICTS}.
         */
        public Builder maxConflicts(int count) {
            values.maxConflicts = atLeast(0, "maxConflicts", count);
            return this;
        }

        /**
         * Whether a request that was let in before a sign-in, a sign-out or a {@link Session#rotate} may still save attributes
         * after it, for {@link #SUPERSEDED_FOR}. With true (the default) parallel requests of an honest client lose nothing. With
         * false such a save writes nothing ({@link SaveOutcome#OVERTAKEN}): an attacker who has planted a cookie before the
         * sign-in can then not write at all. Default {@link #DEFAULT_MERGE_ACROSS_SIGN_IN}. Time limits, indexes and labels are never merged across a sign-in.
         */
        public Builder mergeAcrossSignIn(boolean merge) {
            values.mergeAcrossSignIn = merge;
            return this;
        }

        /**
         * A secret that is older than this is replaced at the next use of its session, so that a stolen one does not last
         * as long as the session (OWASP Session Management Cheat Sheet, "renewal timeout"). Default
         * {@link #DEFAULT_RENEWAL}; zero: never. Needs a client that takes the new token from every answer: one that loses
         * the answer, and does not ask again within the {@link #renewalGrace}, has lost its session.
         */
        public Builder renewal(Duration age) {
            values.renewal = duration("renewal", age);
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
            values.renewalGrace = duration("renewalGrace", grace);
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
            values.maxSessionsPerPrincipal = atLeast(0, "maxSessionsPerPrincipal", count);
            return this;
        }

        /** What gives way when a principal has too many sessions. Default {@link #DEFAULT_WHEN_LIMIT_REACHED}. */
        public Builder whenLimitReached(LimitPolicy policy) {
            values.whenLimitReached = policy;
            return this;
        }

        /**
         * Whether to record when and why sessions end, so that {@link SessionManager#listenToEnds} and
         * {@link SessionManager#ended} can tell. Set it to the same value on all nodes that use the same sessions. It costs one command
         * more when a session is created and when one is ended, and none when one is read or changed. Sessions that were created
         * before it was switched on are not told of. Default {@link #DEFAULT_END_EVENTS}.
         */
        public Builder endEvents(boolean record) {
            values.endEvents = record;
            return this;
        }

        /**
         * Whether each end that was told is passed on to all nodes, so that {@link SessionManager#listenToEndsOnEveryNode} can tell of it
         * on each, and the listeners of servlets are called on each node, not on one. Needs {@link #endEvents}. Set it to the same
         * value on all nodes that use the same sessions. Each end costs a command more, and a load on every node; each node that listens
         * asks for ends once a second. What an ended session held stays in the store for two minutes after its end was told. Default
         * {@link #DEFAULT_END_EVENTS_ON_EVERY_NODE}.
         */
        public Builder endEventsOnEveryNode(boolean everyNode) {
            values.endEventsOnEveryNode = everyNode;
            return this;
        }

        /** Receives session events. Default: what an operator should look into is logged, under {@code io.sojourn}. */
        public Builder observer(SessionObserver newObserver) {
            values.observer = newObserver;
            return this;
        }

        /**
         * One more receiver of session events, after the {@link #observer} and those named before; for instance an
         * {@link AuditObserver}. Default none.
         */
        public Builder alsoObserve(SessionObserver another) {
            List<SessionObserver> all = new ArrayList<>(values.alsoObserve);
            all.add(another);
            values.alsoObserve = List.copyOf(all);
            return this;
        }

        /** Clock; replace it in tests. Default the system's clock. */
        public Builder clock(InstantSource newClock) {
            values.clock = newClock;
            return this;
        }

        /**
         * Where ids and secrets come from. Default {@link SecureRandom}. For tests: with any generator that is not
         * cryptographic, whoever sees some tokens can compute those of others.
         */
        public Builder random(RandomGenerator generator) {
            values.random = generator;
            return this;
        }

        /** The settings. */
        public SessionSettings build() {
            if (values.endEventsOnEveryNode && !values.endEvents) {
                throw new IllegalArgumentException(
                        "endEventsOnEveryNode is on, but ends of sessions are not recorded: switch on "
                                + SettingName.END_EVENTS);
            }
            return new SessionSettings(values.copy());
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
