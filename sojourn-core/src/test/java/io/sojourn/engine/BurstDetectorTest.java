package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many in ten seconds are a burst; as many in a day are not. */
class BurstDetectorTest {

    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private final BurstDetector burst = new BurstDetector(() -> now);
    private final List<Integer> told = new ArrayList<>();

    private void count(int times) {
        for (int i = 0; i < times; i++) {
            burst.count(told::add);
        }
    }

    @Test
    void everyHundredthWithinTenSecondsIsTold() {
        count(99);
        assertThat(told).isEmpty();
        now = now.plus(BurstDetector.WINDOW.minusMillis(1));
        count(101);
        assertThat(told).containsExactly(100, 200);
    }

    @Test
    void afterTenSecondsTheyAreCountedAnew() {
        for (int i = 0; i < 100; i++) {
            count(99);
            now = now.plus(BurstDetector.WINDOW);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void aClockThatIsSetBackDoesNotStopTheCount() {
        count(50);
        now = now.minus(Duration.ofHours(1));
        count(100);
        assertThat(told).containsExactly(100);
    }
}
