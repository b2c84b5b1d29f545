package io.sojourn.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A flood of equal events becomes a line every ten seconds. */
class LogThrottleTest {

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5); // It may wrap around at any time.
    private final LogThrottle seldom = new LogThrottle(nanoTime::get);
    private final List<String> lines = new ArrayList<>();

    @Test
    void theFirstOneIsLetThroughAndFurtherOnesAreHeldBack() {
        for (int i = 0; i < 5; i++) {
            seldom.ifDue(lines::add);
        }
        assertThat(lines).containsExactly("");
    }

    @Test
    void afterTheIntervalTheNextOneTellsHowManyWereHeldBack() {
        for (int i = 0; i < 5; i++) {
            seldom.ifDue(lines::add);
        }
        nanoTime.addAndGet(LogThrottle.INTERVAL_NANOS - 1);
        seldom.ifDue(lines::add);
        nanoTime.incrementAndGet();
        seldom.ifDue(lines::add);
        nanoTime.addAndGet(LogThrottle.INTERVAL_NANOS);
        seldom.ifDue(lines::add);
        assertThat(lines).containsExactly("", " (and 5 more like it since the last such line)", "");
    }
}
