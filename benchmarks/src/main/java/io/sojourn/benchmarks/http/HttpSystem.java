package io.sojourn.benchmarks.http;

import io.sojourn.SessionManager;
import io.sojourn.benchmarks.peer.SojournPeer;
import io.sojourn.benchmarks.peer.SpringPeer;
import io.sojourn.redis.NearCache;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.Filter;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.session.web.http.SessionRepositoryFilter;

/** Who keeps the sessions. */
public enum HttpSystem {
    /** Tomcat itself, in its memory: no filter at all. */
    TOMCAT(uri -> null),
    /** A hand-written filter that does as little as possible: see {@link FloorFilter}. */
    FLOOR_FILTER(FloorFilter::new),
    /** Spring Session's filter over {@code RedisSessionRepository}. */
    SPRING_REDIS_JDK(uri -> new SessionRepositoryFilter<>(
            SpringPeer.repository(URI.create(uri).getHost(), URI.create(uri).getPort()))),
    /** Sojourn's filter over {@link RedisStore}. */
    SOJOURN(uri ->
            new SojournFilter(SessionManager.create(SojournPeer.store(uri).connect()))),
    /** The same with a near cache. */
    SOJOURN_NEAR(uri -> new SojournFilter(SessionManager.create(
            SojournPeer.store(uri).nearCache(NearCache.create()).connect())));

    private final Function<String, Filter> filter;

    HttpSystem(Function<String, Filter> filter) {
        this.filter = filter;
    }

    /** As results name it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one of that name. */
    public static HttpSystem named(String key) {
        return Arrays.stream(values())
                .filter(system -> system.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    /** The filter to put in front of the application; none for Tomcat. */
    Optional<Filter> filter(String redisUri) {
        return Optional.ofNullable(filter.apply(redisUri));
    }
}
