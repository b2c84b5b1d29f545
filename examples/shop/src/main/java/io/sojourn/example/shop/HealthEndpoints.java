package io.sojourn.example.shop;

import io.sojourn.SessionManager;
import io.sojourn.spi.StoreHealth;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says that the node is there, and whether its sessions are. */
final class HealthEndpoints {

    private static final double NANOS_PER_MILLI = 1e6;

    private final SessionManager sessions;

    HealthEndpoints(SessionManager sessions) {
        this.sessions = sessions;
    }

    /**
     * For a probe that decides whether the node lives: it does, whatever Redis does. The sessions' state is told beside it,
     * as it is known; nobody is asked.
     */
    Answer node(HttpServletRequest request) {
        Delay.of(request).await();
        return new Answer(200, "ok", Map.of("Sessions", name(sessions.health())));
    }

    /** For a person or a dashboard: asks Redis for a sign of life, within the store's deadline. */
    Answer sessions(HttpServletRequest request) {
        Delay.of(request).await();
        StoreHealth health = sessions.checkHealth();
        int status = health.state() == StoreHealth.State.DOWN ? 503 : 200;
        return new Answer(status, view(health));
    }

    private static Map<String, @Nullable Object> view(StoreHealth health) {
        Instant since = health.since();
        Duration latency = health.latency();
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("state", name(health));
        view.put("reason", health.reason());
        view.put("since", since == null ? null : since.toString());
        view.put("latencyMillis", latency == null ? null : latency.toNanos() / NANOS_PER_MILLI);
        return view;
    }

    private static String name(StoreHealth health) {
        return health.state().name().toLowerCase(Locale.ROOT);
    }
}
