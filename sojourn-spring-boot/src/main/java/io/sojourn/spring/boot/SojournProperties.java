package io.sojourn.spring.boot;

import io.sojourn.LimitPolicy;
import io.sojourn.SessionSettings;
import io.sojourn.redis.NearCache;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.OutagePolicy;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code sojourn.*}. Where Redis is, and with which credentials, is said by Spring Boot's own {@code
 * spring.data.redis.*}; the cookie by {@code server.servlet.session.cookie.*}.
 */
@ConfigurationProperties("sojourn")
public class SojournProperties {

    /** Order of the filter, unless set: behind {@code ForwardedHeaderFilter}, before Spring Security. */
    public static final int DEFAULT_FILTER_ORDER = Integer.MIN_VALUE + 50;

    /** Older and newer names of one property of Spring Session. */
    private static final List<String> NAMESPACES =
            List.of("spring.session.redis.namespace", "spring.session.data.redis.namespace");

    /** Where sessions are kept. */
    public enum StoreType {
        /** In Redis or Valkey. */
        REDIS,
        /** In the memory of this process, for development and tests. */
        MEMORY
    }

    /** Whether Sojourn keeps the HTTP sessions of this application. */
    private boolean enabled = true;

    /** Where sessions are kept: in Redis, or in the memory of this process, for development and tests. */
    private StoreType store = StoreType.REDIS;

    /**
     * A session that is not used for so long ends; 0 means never. Default: spring.session.timeout, else
     * server.servlet.session.timeout, else 30m. A number without a unit counts seconds.
     */
    @DurationUnit(ChronoUnit.SECONDS)
    private @Nullable Duration idleTimeout;

    /** A session ends after so long, however much it is used; 0 means never. */
    @DurationUnit(ChronoUnit.SECONDS)
    private Duration absoluteTimeout = SessionSettings.DEFAULT_ABSOLUTE_TIMEOUT;

    /** Use without a change is written to Redis no more often than this, and than a tenth of the idle timeout. */
    @DurationUnit(ChronoUnit.SECONDS)
    private Duration touchInterval = SessionSettings.DEFAULT_TOUCH_INTERVAL;

    /** Whether use without a change extends a session. */
    private boolean extendOnRead = SessionSettings.DEFAULT_EXTEND_ON_READ;

    /** A secret older than this is replaced at the next use of its session; 0 means never. */
    @DurationUnit(ChronoUnit.SECONDS)
    private Duration renewal = SessionSettings.DEFAULT_RENEWAL;

    /** For so long a secret that was replaced for its age still opens its session. */
    @DurationUnit(ChronoUnit.SECONDS)
    private Duration renewalGrace = SessionSettings.DEFAULT_RENEWAL_GRACE;

    /** Whether a request that began before a sign-in or a sign-out may still save attributes after it, for at most 30 s. */
    private boolean mergeAcrossSignIn = SessionSettings.DEFAULT_MERGE_ACROSS_SIGN_IN;

    /** How many sessions one signed-in user may have at once, exact on any number of nodes. Default: the library's. */
    private @Nullable Integer maxSessionsPerPrincipal;

    /** What happens at a sign-in beyond maxSessionsPerPrincipal. */
    private LimitPolicy whenLimitReached = SessionSettings.DEFAULT_WHEN_LIMIT_REACHED;

    /** Whether ends of sessions are recorded, so that listeners are told of them, timeouts included. Set it on all nodes. */
    private boolean endEvents = SessionSettings.DEFAULT_END_EVENTS;

    /** Whether session listeners are told of ends on every node. Needs end-events. Set it on all nodes. */
    private boolean endEventsOnEveryNode = SessionSettings.DEFAULT_END_EVENTS_ON_EVERY_NODE;

    /** Packages and classes of the application that may be stored in a session. */
    private List<String> allowedTypes = new ArrayList<>();

    /** Whether a session is stored even if there is nothing in it, as Spring Session does. */
    private boolean storeEmptySessions = true;

    /** What a request gets that asks for its session while Redis is out of reach. */
    private OutagePolicy onOutage = OutagePolicy.UNAVAILABLE;

    /**
     * A header such as X-Auth-Token that carries the session's token for clients without cookies. Scripts in a page can read it,
     * unlike the cookie.
     */
    private @Nullable String tokenHeader;

    /** Whether the token header replaces the cookie for all clients. */
    private boolean tokenHeaderOnly;

    /** Order of the filter. Spring Security's filters have -100. */
    private int filterOrder = DEFAULT_FILTER_ORDER;

    @NestedConfigurationProperty
    private final Limits limits = new Limits();

    @NestedConfigurationProperty
    private final Cookie cookie = new Cookie();

    @NestedConfigurationProperty
    private final Redis redis = new Redis();

    /** The namespace that the properties of Spring Session name, for applications that move from it; else the default. */
    public static String namespace(Environment environment, String defaultNamespace) {
        for (String property : NAMESPACES) {
            String namespace = environment.getProperty(property);
            if (namespace != null && !namespace.isBlank()) {
                return namespace;
            }
        }
        return defaultNamespace;
    }

    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public StoreType getStore() {
        return store;
    }

    public void setStore(StoreType store) {
        this.store = store;
    }

    public @Nullable Duration getIdleTimeout() {
        return idleTimeout;
    }

    public void setIdleTimeout(@Nullable Duration idleTimeout) {
        this.idleTimeout = idleTimeout;
    }

    public Duration getAbsoluteTimeout() {
        return absoluteTimeout;
    }

    public void setAbsoluteTimeout(Duration absoluteTimeout) {
        this.absoluteTimeout = absoluteTimeout;
    }

    public Duration getTouchInterval() {
        return touchInterval;
    }

    public void setTouchInterval(Duration touchInterval) {
        this.touchInterval = touchInterval;
    }

    public boolean isExtendOnRead() {
        return extendOnRead;
    }

    public void setExtendOnRead(boolean extendOnRead) {
        this.extendOnRead = extendOnRead;
    }

    public Duration getRenewal() {
        return renewal;
    }

    public void setRenewal(Duration renewal) {
        this.renewal = renewal;
    }

    public Duration getRenewalGrace() {
        return renewalGrace;
    }

    public void setRenewalGrace(Duration renewalGrace) {
        this.renewalGrace = renewalGrace;
    }

    public boolean isMergeAcrossSignIn() {
        return mergeAcrossSignIn;
    }

    public void setMergeAcrossSignIn(boolean mergeAcrossSignIn) {
        this.mergeAcrossSignIn = mergeAcrossSignIn;
    }

    public @Nullable Integer getMaxSessionsPerPrincipal() {
        return maxSessionsPerPrincipal;
    }

    public void setMaxSessionsPerPrincipal(@Nullable Integer maxSessionsPerPrincipal) {
        this.maxSessionsPerPrincipal = maxSessionsPerPrincipal;
    }

    public LimitPolicy getWhenLimitReached() {
        return whenLimitReached;
    }

    public void setWhenLimitReached(LimitPolicy whenLimitReached) {
        this.whenLimitReached = whenLimitReached;
    }

    public boolean isEndEvents() {
        return endEvents;
    }

    public void setEndEvents(boolean endEvents) {
        this.endEvents = endEvents;
    }

    public boolean isEndEventsOnEveryNode() {
        return endEventsOnEveryNode;
    }

    public void setEndEventsOnEveryNode(boolean endEventsOnEveryNode) {
        this.endEventsOnEveryNode = endEventsOnEveryNode;
    }

    public List<String> getAllowedTypes() {
        return allowedTypes;
    }

    public void setAllowedTypes(List<String> allowedTypes) {
        this.allowedTypes = allowedTypes;
    }

    public boolean isStoreEmptySessions() {
        return storeEmptySessions;
    }

    public void setStoreEmptySessions(boolean storeEmptySessions) {
        this.storeEmptySessions = storeEmptySessions;
    }

    public OutagePolicy getOnOutage() {
        return onOutage;
    }

    public void setOnOutage(OutagePolicy onOutage) {
        this.onOutage = onOutage;
    }

    public @Nullable String getTokenHeader() {
        return tokenHeader;
    }

    public void setTokenHeader(@Nullable String tokenHeader) {
        this.tokenHeader = tokenHeader;
    }

    /** The header, after it was checked that there is one if it is to be the only way. */
    Optional<String> usedTokenHeader() {
        if (tokenHeader == null && tokenHeaderOnly) {
            throw new IllegalArgumentException(
                    "sojourn.token-header-only says that sessions come by a header alone; name it"
                            + " in sojourn.token-header");
        }
        return Optional.ofNullable(tokenHeader);
    }

    public boolean isTokenHeaderOnly() {
        return tokenHeaderOnly;
    }

    public void setTokenHeaderOnly(boolean tokenHeaderOnly) {
        this.tokenHeaderOnly = tokenHeaderOnly;
    }

    public int getFilterOrder() {
        return filterOrder;
    }

    public void setFilterOrder(int filterOrder) {
        this.filterOrder = filterOrder;
    }

    public Limits getLimits() {
        return limits;
    }

    public Cookie getCookie() {
        return cookie;
    }

    public Redis getRedis() {
        return redis;
    }

    /** The properties {@code sojourn.limits.*}. */
    public static class Limits {

        /** Attributes a session. */
        private int maxAttributes = SessionSettings.DEFAULT_MAX_ATTRIBUTES;

        /** Size of an attribute. */
        private DataSize maxAttributeSize = DataSize.ofBytes(SessionSettings.DEFAULT_MAX_ATTRIBUTE_BYTES);

        /** Size of a session. */
        private DataSize maxSessionSize = DataSize.ofBytes(SessionSettings.DEFAULT_MAX_SESSION_BYTES);

        /** A larger attribute is stored and rewritten alone. */
        private DataSize inline = DataSize.ofBytes(SessionSettings.DEFAULT_INLINE_LIMIT);

        public int getMaxAttributes() {
            return maxAttributes;
        }

        public void setMaxAttributes(int maxAttributes) {
            this.maxAttributes = maxAttributes;
        }

        public DataSize getMaxAttributeSize() {
            return maxAttributeSize;
        }

        public void setMaxAttributeSize(DataSize maxAttributeSize) {
            this.maxAttributeSize = maxAttributeSize;
        }

        public DataSize getMaxSessionSize() {
            return maxSessionSize;
        }

        public void setMaxSessionSize(DataSize maxSessionSize) {
            this.maxSessionSize = maxSessionSize;
        }

        public DataSize getInline() {
            return inline;
        }

        public void setInline(DataSize inline) {
            this.inline = inline;
        }
    }

    /** The properties {@code sojourn.cookie.*}: what {@code server.servlet.session.cookie.*} cannot say. */
    public static class Cookie {

        /** Whether the cookie's name begins with __Host- where browsers take it so. */
        private boolean hostPrefix;

        /** Former names of the cookie, which are read after its own name. */
        private List<String> alsoRead = new ArrayList<>();

        public boolean isHostPrefix() {
            return hostPrefix;
        }

        public void setHostPrefix(boolean hostPrefix) {
            this.hostPrefix = hostPrefix;
        }

        public List<String> getAlsoRead() {
            return alsoRead;
        }

        public void setAlsoRead(List<String> alsoRead) {
            this.alsoRead = alsoRead;
        }
    }

    /** The properties {@code sojourn.redis.*}: what {@code spring.data.redis.*} cannot say. */
    public static class Redis {

        /** A Redis for sessions alone, as redis://user:password@host:port/database; spring.data.redis.* does not count then. */
        private @Nullable String uri;

        /** What all keys begin with. Default: spring.session.redis.namespace, else sojourn. */
        private @Nullable String prefix;

        /** The longest wait for an answer of Redis. Default: spring.data.redis.timeout, else 500ms. */
        private @Nullable Duration timeout;

        /** Whether each server is asked what it is when a connection has been made, and the log warns of what will hurt. */
        private boolean startupProbe = true;

        /** How many replicas must have a change before it counts; 0 asks for none. */
        private int durabilityReplicas;

        /** How long to wait for those replicas. */
        private Duration durabilityWait = Duration.ofMillis(100);

        @NestedConfigurationProperty
        private final NearCacheProperties nearCache = new NearCacheProperties();

        public @Nullable String getUri() {
            return uri;
        }

        public void setUri(@Nullable String uri) {
            this.uri = uri;
        }

        public @Nullable String getPrefix() {
            return prefix;
        }

        public void setPrefix(@Nullable String prefix) {
            this.prefix = prefix;
        }

        /** What all keys begin with: the prefix that is set, else the namespace of Spring Session, else the library's default. */
        public String prefix(Environment environment) {
            return prefix == null ? namespace(environment, RedisStore.DEFAULT_PREFIX) : prefix;
        }

        public @Nullable Duration getTimeout() {
            return timeout;
        }

        public void setTimeout(@Nullable Duration timeout) {
            this.timeout = timeout;
        }

        public boolean isStartupProbe() {
            return startupProbe;
        }

        public void setStartupProbe(boolean startupProbe) {
            this.startupProbe = startupProbe;
        }

        public int getDurabilityReplicas() {
            return durabilityReplicas;
        }

        public void setDurabilityReplicas(int durabilityReplicas) {
            this.durabilityReplicas = durabilityReplicas;
        }

        public Duration getDurabilityWait() {
            return durabilityWait;
        }

        public void setDurabilityWait(Duration durabilityWait) {
            this.durabilityWait = durabilityWait;
        }

        public NearCacheProperties getNearCache() {
            return nearCache;
        }
    }

    /** The properties {@code sojourn.redis.near-cache.*}. */
    public static class NearCacheProperties {

        /** Whether copies of sessions are kept in this process. */
        private boolean enabled;

        /** How much memory the copies may take. */
        private DataSize maxSize = DataSize.ofBytes(NearCache.DEFAULT_MAX_BYTES);

        /** How old a copy may be when this process has lost touch with Redis. */
        private Duration maxStaleness = NearCache.DEFAULT_MAX_STALENESS;

        /** For how long copies are shown while Redis is out of reach. */
        private Duration staleWhileDown = Duration.ZERO;

        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        public DataSize getMaxSize() {
            return maxSize;
        }

        public void setMaxSize(DataSize maxSize) {
            this.maxSize = maxSize;
        }

        public Duration getMaxStaleness() {
            return maxStaleness;
        }

        public void setMaxStaleness(Duration maxStaleness) {
            this.maxStaleness = maxStaleness;
        }

        public Duration getStaleWhileDown() {
            return staleWhileDown;
        }

        public void setStaleWhileDown(Duration staleWhileDown) {
            this.staleWhileDown = staleWhileDown;
        }
    }
}
