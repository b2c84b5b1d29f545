package io.sojourn.spring.boot.actuate;

import io.sojourn.spi.StoreHealth;
import java.util.LinkedHashMap;
import java.util.Map;

/** What Actuator shows of the health of a store. No secret is in it. */
public final class HealthDetails {

    private HealthDetails() {}

    /** The state, and where they are known the reason, since when, and how long the last round trip took. */
    public static Map<String, Object> of(StoreHealth health) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("state", health.state().name());
        if (!health.reason().isEmpty()) {
            details.put("reason", health.reason());
        }
        if (health.since() != null) {
            details.put("since", health.since().toString());
        }
        if (health.latency() != null) {
            details.put("latency", health.latency().toString());
        }
        return details;
    }
}
