package io.sojourn.spring.boot.actuate;

import io.sojourn.SessionManager;
import io.sojourn.spi.StoreHealth;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Asks the store for a sign of life: one command, within the store's timeout. {@code DOWN} if no session can be had. A store
 * that is {@code DEGRADED} still serves most requests, so it is {@code UP}, and the details say what is wrong.
 */
final class SojournHealthIndicator implements HealthIndicator {

    private final SessionManager sessions;

    SojournHealthIndicator(SessionManager sessions) {
        this.sessions = sessions;
    }

    @Override
    public Health health() {
        StoreHealth health = sessions.checkHealth();
        return Health.status(health.state() == StoreHealth.State.DOWN ? Status.DOWN : Status.UP)
                .withDetails(HealthDetails.of(health))
                .build();
    }
}
