package io.sojourn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the store in memory does beyond the contract of all stores: it is bounded. */
class MemoryStoreTest {

    private static final int PART = 10_000;

    private Instant now = Instant.EPOCH;
    private final MemoryStore store = new MemoryStore(5 * PART, () -> now);

    private SessionId stored(@Nullable Duration timeToLive) {
        SessionId id = SessionId.random(new SecureRandom());
        commit(new SessionWrite(
                id, SessionWrite.ABSENT, 1, Instant.EPOCH, timeToLive, Map.of("r", new byte[PART]), Set.of()));
        return id;
    }

    private void commit(SessionWrite write) {
        assertThat(store.commit(write).toCompletableFuture().join()).isEqualTo(CommitResult.APPLIED);
    }

    private boolean holds(SessionId id) {
        return store.load(id).toCompletableFuture().join().isPresent();
    }

    @Test
    void theSessionLeftAloneTheLongestIsDroppedFirst() {
        SessionId first = stored(null);
        SessionId second = stored(null);
        SessionId third = stored(null);
        SessionId fourth = stored(null);
        assertThat(store.size()).isEqualTo(4);
        store.touch(new SessionTouch(first, 1, Instant.EPOCH, null));
        SessionId fifth = stored(null);
        assertThat(holds(second)).isFalse();
        for (SessionId kept : Set.of(first, third, fourth, fifth)) {
            assertThat(holds(kept)).isTrue();
        }
    }

    @Test
    void sessionsThatHaveEndedAreDroppedBeforeOthers() {
        SessionId old = stored(null);
        SessionId ended = stored(Duration.ofSeconds(1));
        SessionId young = stored(null);
        stored(null);
        now = Instant.EPOCH.plusSeconds(1);
        stored(null);
        assertThat(holds(old)).isTrue();
        assertThat(holds(young)).isTrue();
        assertThat(holds(ended)).isFalse();
    }

    @Test
    void aSessionThatIsLargerThanTheStoreIsKeptAlone() {
        SessionId small = stored(null);
        SessionId large = stored(null);
        commit(new SessionWrite(large, 1, 2, Instant.EPOCH, null, Map.of("a:x", new byte[6 * PART]), Set.of()));
        assertThat(holds(large)).isTrue();
        assertThat(holds(small)).isFalse();
        SessionId next = stored(null);
        assertThat(holds(large)).isFalse();
        assertThat(holds(next)).isTrue();
    }

    @Test
    void whatIsDeletedOrMadeSmallerMakesRoom() {
        SessionId witness = stored(null);
        for (int round = 0; round < 20; round++) {
            SessionId id = stored(null);
            commit(new SessionWrite(id, 1, 2, Instant.EPOCH, null, Map.of("r", new byte[3 * PART]), Set.of()));
            commit(new SessionWrite(id, 2, 3, Instant.EPOCH, null, Map.of("a:x", new byte[0]), Set.of("r")));
            SessionId other = stored(null);
            assertThat(store.size()).isEqualTo(3);
            store.delete(id);
            store.delete(other);
        }
        assertThat(holds(witness)).isTrue();
    }

    @Test
    void needsRoomForAtLeastOneByte() {
        assertThatThrownBy(() -> new MemoryStore(0, Instant::now))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxBytes");
    }
}
