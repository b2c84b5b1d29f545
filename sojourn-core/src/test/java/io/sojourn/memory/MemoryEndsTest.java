package io.sojourn.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.spi.SessionEnds;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What is kept of ends if no node asks for them. */
class MemoryEndsTest {

    private static SessionId newId() {
        return SessionId.random(new SecureRandom());
    }

    @Test
    void entriesThatNobodyAsksForAreForgottenADayAfterTheyWereDue() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        MemoryStore store = new MemoryStore(1 << 20, now::get);
        SessionEnds ends = store.ends().orElseThrow();
        SessionId late = newId();
        SessionId forgotten = newId();
        ends.enter(late, Duration.ofHours(2));
        ends.enter(forgotten, Duration.ofHours(1));
        now.set(Instant.EPOCH.plus(SessionEnds.FORGOTTEN).plus(Duration.ofMinutes(90)));
        ends.enter(newId(), Duration.ofHours(1));
        assertThat(ends.takeOver(forgotten, Duration.ZERO).toCompletableFuture().join())
                .isEmpty();
        assertThat(ends.takeOver(late, Duration.ZERO).toCompletableFuture().join())
                .isPresent();
    }
}
