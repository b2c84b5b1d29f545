package io.sojourn.spring.boot3;

import io.sojourn.SessionManager;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spring.boot.actuate.HealthDetails;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;

/** As {@code SojournHealthIndicator} of {@code sojourn-spring-boot}, for Spring Boot 3.5. */
final class Boot3HealthIndicator implements HealthIndicator {

    private final SessionManager sessions;

    Boot3HealthIndicator(SessionManager sessions) {
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
