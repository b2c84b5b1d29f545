package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.ManualClock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** The store in memory, on a clock of its own. */
final class MemoryBackend implements Backend {

    private final ManualClock clock = ManualClock.at("2020-01-01T00:00:00Z");
    private final MemoryStore store = new MemoryStore(MemoryStore.DEFAULT_MAX_BYTES, clock);

    @Override
    public SessionStore store() {
        return store;
    }

    /** Lets a moment pass. */
    void tick() {
        clock.advance(Duration.ofMillis(1));
    }

    @Override
    public void expireAll() {
        clock.advance(Duration.ofDays(3_650)); // Thousands of times.
    }

    private Optional<StoredSession> load(SessionId id) {
        return store.load(id).toCompletableFuture().join();
    }

    @Override
    public void assertHoldsExactly(Map<SessionId, ModelSession> sessions, Collection<SessionId> ids) {
        ids.forEach(id -> assertThat(load(id).isPresent()).isEqualTo(sessions.containsKey(id)));
        sessions.forEach((id, session) ->
                assertThat(load(id).orElseThrow().parts().keySet()).isEqualTo(session.parts()));
        assertThat(store.size()).isEqualTo(sessions.size()); // The loads have dropped those that have ended.
        expireAll();
        sessions.keySet().forEach(id -> assertThat(load(id)).isEmpty());
    }
}
