package io.sojourn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualClockTest {

    private final ManualClock clock = ManualClock.at("2030-01-01T00:00:00Z");

    @Test
    void standsStillUntilItIsMoved() {
        assertThat(clock.instant()).isEqualTo("2030-01-01T00:00:00Z");
        clock.advance(Duration.ofMinutes(1));
        assertThat(clock.millis())
                .isEqualTo(Instant.parse("2030-01-01T00:01:00Z").toEpochMilli());
    }

    @Test
    void goesBackAsWell() {
        clock.advance(Duration.ofSeconds(-1));
        assertThat(clock.instant()).isEqualTo("2029-12-31T23:59:59Z");
        clock.set(Instant.EPOCH);
        assertThat(clock.millis()).isZero();
    }
}
