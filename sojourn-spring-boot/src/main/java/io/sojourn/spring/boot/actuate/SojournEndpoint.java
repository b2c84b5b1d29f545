package io.sojourn.spring.boot.actuate;

import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.spi.NearCacheStatus;
import io.sojourn.spi.SessionStore;
import io.sojourn.spring.boot.SojournProperties;
import io.sojourn.spring.move.SpringSessionMove;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@code GET /actuator/sojourn}: the store and its servers, their health, the near cache, the settings in force, and how far the
 * move from Spring Session has come. There is no password in it: the address of the store comes without one.
 *
 * <p>It sends no command, except during the move from Spring Session: then it counts the sessions that are left, which reads the
 * names of all keys in Redis.
 */
@Endpoint(id = "sojourn")
public final class SojournEndpoint {

    private final SessionStore store;
    private final SessionManager sessions;
    private final SojournProperties properties;
    private final @Nullable SpringSessionMove move;

    /** @param move null if no sessions move from Spring Session */
    SojournEndpoint(
            SessionStore store,
            SessionManager sessions,
            SojournProperties properties,
            @Nullable SpringSessionMove move) {
        this.store = store;
        this.sessions = sessions;
        this.properties = properties;
        this.move = move;
    }

    /** What is in force now. */
    @ReadOperation
    public Map<String, Object> sojourn() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("store", describe(store));
        all.put("servers", store.servers());
        all.put("health", HealthDetails.of(sessions.health()));
        store.nearCache().ifPresent(cache -> all.put("nearCache", nearCache(cache)));
        all.put("settings", settings(sessions.settings()));
        all.put("filter", filter());
        if (move != null) {
            all.put("springSession", springSession(move));
        }
        return all;
    }

    private static Map<String, Object> springSession(SpringSessionMove going) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("moved", going.moved());
        try {
            status.put("remaining", going.remaining());
        } catch (StoreUnavailableException e) {
            // The health says why.
        }
        return status;
    }

    /** Where a store of this library is; of another one only its class, since its text may hold anything. */
    private static String describe(SessionStore store) {
        return store.getClass().getName().startsWith("io.sojourn.")
                ? store.toString()
                : store.getClass().getName();
    }

    private static Map<String, Object> nearCache(NearCacheStatus cache) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("hits", cache.hits());
        status.put("misses", cache.misses());
        status.put("invalidations", cache.invalidations());
        status.put("staleReads", cache.staleReads());
        status.put("sessions", cache.sessions());
        status.put("bytes", cache.bytes());
        return status;
    }

    private static Map<String, Object> settings(SessionSettings settings) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("idleTimeout", settings.idleTimeout().toString());
        all.put("absoluteTimeout", settings.absoluteTimeout().toString());
        all.put("touchInterval", settings.touchInterval().toString());
        all.put("extendOnRead", settings.extendOnRead());
        all.put("renewal", settings.renewal().toString());
        all.put("renewalGrace", settings.renewalGrace().toString());
        all.put("codec", describe(settings.codec()));
        all.put(
                "alsoRead",
                settings.alsoRead().stream().map(SojournEndpoint::describe).toList());
        all.put("inlineLimit", settings.inlineLimit());
        all.put("maxAttributes", settings.maxAttributes());
        all.put("maxAttributeBytes", settings.maxAttributeBytes());
        all.put("maxSessionBytes", settings.maxSessionBytes());
        all.put("maxConflicts", settings.maxConflicts());
        all.put("mergeAcrossSignIn", settings.mergeAcrossSignIn());
        all.put("maxSessionsPerPrincipal", settings.maxSessionsPerPrincipal());
        all.put("whenLimitReached", settings.whenLimitReached().name());
        all.put("endEvents", settings.endEvents());
        all.put("endEventsOnEveryNode", settings.endEventsOnEveryNode());
        all.put("observers", names(settings.allObservers()));
        return all;
    }

    private static String describe(AttributeCodec codec) {
        return codec.getClass().getName().startsWith("io.sojourn.")
                ? codec.toString()
                : codec.getClass().getName();
    }

    private static List<String> names(List<SessionObserver> observers) {
        return observers.stream().map(observer -> observer.getClass().getName()).toList();
    }

    private Map<String, Object> filter() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("order", properties.getFilterOrder());
        all.put("onOutage", properties.getOnOutage().name());
        all.put("storeEmptySessions", properties.isStoreEmptySessions());
        if (properties.getTokenHeader() != null) {
            all.put("tokenHeader", properties.getTokenHeader());
            all.put("tokenHeaderOnly", properties.isTokenHeaderOnly());
        }
        return all;
    }
}
