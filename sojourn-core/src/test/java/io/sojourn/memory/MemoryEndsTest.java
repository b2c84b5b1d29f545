package io.sojourn.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.spi.ends.SharedEnds;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
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

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

    /** One of 1,000 bytes that has ended. */
    private static SessionId ended(MemoryStore store) {
        SessionId id = newId();
        store.commit(new SessionWrite(
                id,
                SessionWrite.ABSENT,
                1,
                Instant.EPOCH,
                Duration.ofMinutes(30),
                Map.of("r", new byte[1_000]),
                Set.of()));
        assertThat(store.ends()
                        .orElseThrow()
                        .end(id, 1, "LIMIT", false)
                        .toCompletableFuture()
                        .join())
                .isEqualTo(CommitResult.APPLIED);
        return id;
    }

    private static boolean isKept(SessionEnds ends, SessionId id) {
        return ends.kept(id).toCompletableFuture().join().isPresent();
    }

    private static boolean isPast(SessionEnds ends, SessionId id) {
        return ends.past(id).toCompletableFuture().join().isPresent();
    }

    @Test
    void whatASessionHeldIsDroppedWhenNoNodeMayReadItAnyMore() {
        MemoryStore store = new MemoryStore(1 << 20, now::get);
        MemoryEnds ends = (MemoryEnds) store.ends().orElseThrow();
        SessionId onOneNode = ended(store);
        SessionId onEveryNode = ended(store);
        assertThat(ends.bytes()).isGreaterThan(2_000);
        ends.told(onOneNode, new PastEnd("LIMIT", Instant.EPOCH, new byte[0]), null);
        ends.told(onEveryNode, new PastEnd("LIMIT", Instant.EPOCH, new byte[0]), "a node");
        assertThat(ends.bytes()).isBetween(1_000L, 2_000L);
        assertThat(isKept(ends, onEveryNode)).isTrue();
        now.set(Instant.EPOCH.plus(SessionEnds.COPY_STAYS));
        ends.claim(0, 1, Duration.ofSeconds(30));
        assertThat(ends.bytes()).isPositive().isLessThan(1_000);
        assertThat(isPast(ends, onOneNode)).isTrue();
        assertThat(isPast(ends, onEveryNode)).isTrue();
        now.set(Instant.EPOCH.plus(SessionEnds.KEEP).plus(Duration.ofMinutes(2)));
        ends.claim(0, 1, Duration.ofSeconds(30));
        assertThat(ends.bytes()).isZero();
    }

    @Test
    void aReaderThatFellBehindIsToldHowManyEndsItHasMissed() {
        SessionEnds ends = new MemoryStore(1 << 20, now::get).ends().orElseThrow();
        String start = ends.shared(null, 10).toCompletableFuture().join().position();
        for (int i = 0; i < 10_007; i++) {
            ends.told(newId(), new PastEnd("LIMIT", Instant.EPOCH, new byte[0]), "a node");
        }
        SharedEnds first = ends.shared(start, 10).toCompletableFuture().join();
        assertThat(first.missed()).isEqualTo(7);
        assertThat(ends.shared(first.position(), 10)
                        .toCompletableFuture()
                        .join()
                        .missed())
                .isZero();
    }

    @Test
    void whatIsKeptIsBoundedThoughNoNodeListens() {
        MemoryStore store = new MemoryStore(20_000, now::get);
        MemoryEnds ends = (MemoryEnds) store.ends().orElseThrow();
        SessionId first = ended(store);
        SessionId last = first;
        for (int i = 0; i < 100; i++) {
            last = ended(store);
            assertThat(ends.bytes()).isLessThanOrEqualTo(20_000);
        }
        assertThat(isKept(ends, first)).isFalse();
        assertThat(isKept(ends, last)).isTrue();
        ends.told(last, new PastEnd("LIMIT", Instant.EPOCH, new byte[0]), null);
        assertThat(isKept(ends, last)).isFalse();
        assertThat(isPast(ends, last)).isTrue();
    }
}
