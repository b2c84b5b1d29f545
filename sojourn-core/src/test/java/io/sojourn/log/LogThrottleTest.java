package io.sojourn.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A flood of equal events becomes a line every ten seconds. */
class LogThrottleTest {

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5); // It may wrap around at any time.
    private final LogThrottle<String> throttle = new LogThrottle<>(nanoTime::get);
    private final List<String> lines = new ArrayList<>();

    @Test
    void theFirstOneIsLetThroughAndFurtherOnesAreHeldBack() {
        for (int i = 0; i < 5; i++) {
            throttle.ifDue("flood", lines::add);
        }
        assertThat(lines).containsExactly("");
    }

    @Test
    void anotherKindIsLetThroughAtOnce() {
        throttle.ifDue("flood", lines::add);
        throttle.ifDue("drought", lines::add);
        assertThat(lines).containsExactly("", "");
    }

    @Test
    void whatGoesOnWithoutAQuietMinuteIsNewsOnce() {
        assertThat(throttle.isNews("outage")).isTrue();
        for (int i = 0; i < 5; i++) {
            nanoTime.addAndGet(LogThrottle.QUIET_NANOS);
            assertThat(throttle.isNews("outage")).isFalse();
        }
        nanoTime.addAndGet(LogThrottle.QUIET_NANOS + 1);
        assertThat(throttle.isNews("outage")).isTrue();
    }

    @Test
    void whatWasForgottenIsNewsAgain() {
        assertThat(throttle.isNews("outage")).isTrue();
        throttle.forget("outage");
        assertThat(throttle.isNews("outage")).isTrue();
    }

    @Test
    void afterTheIntervalTheNextOneTellsHowManyWereHeldBack() {
        for (int i = 0; i < 5; i++) {
            throttle.ifDue("flood", lines::add);
        }
        nanoTime.addAndGet(LogThrottle.INTERVAL_NANOS - 1);
        throttle.ifDue("flood", lines::add);
        nanoTime.incrementAndGet();
        throttle.ifDue("flood", lines::add);
        nanoTime.addAndGet(LogThrottle.INTERVAL_NANOS);
        throttle.ifDue("flood", lines::add);
        assertThat(lines).containsExactly("", " (and 5 more like it since the last such line)", "");
    }
}
