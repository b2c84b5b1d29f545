package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentWritesTest {

    private final AtomicLong now = new AtomicLong(-5);
    private final RecentWrites writes = new RecentWrites(Duration.ofNanos(100), now::get);

    @Test
    void aKeyIsKnownForAtLeastTheWindowAndAtMostTwice() {
        for (int start = 0; start < 300; start += 7) {
            String key = "key" + start;
            now.addAndGet(7);
            writes.add(key);
            for (int i = 0; i < 10; i++) {
                assertThat(writes.contains(key)).isTrue();
                now.addAndGet(10);
            }
            assertThat(writes.contains(key)).as("at the end of the window").isTrue();
            now.addAndGet(103); // Two windows, and what may pass before somebody looks.
            assertThat(writes.contains(key)).isFalse();
        }
    }

    @Test
    void aKeyThatIsWrittenAgainLastsFromThen() {
        writes.add("key");
        now.addAndGet(90);
        writes.add("key");
        now.addAndGet(90);
        assertThat(writes.contains("key")).isTrue();
        now.addAndGet(500);
        assertThat(writes.contains("key")).isFalse();
        assertThat(writes.contains("other")).isFalse();
    }
}
