package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.FaultyStore;
import io.sojourn.testkit.FaultyStore.Operation;
import io.sojourn.testkit.ManualClock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A fleet in memory: one store that can be made to fail, one clock that is set by hand, as many nodes as are needed. */
@ParameterizedClass
@EnumSource(Caller.class)
abstract class EngineTest {

    final Caller caller;
    final ManualClock clock = ManualClock.at("2030-01-01T00:00:00Z");
    final MemoryStore memory = new MemoryStore(MemoryStore.DEFAULT_MAX_BYTES, clock);
    final FaultyStore store = new FaultyStore(memory);
    final Heard heard = new Heard();
    final Node node;

    /** Another one over the same store. */
    final Node otherNode;

    EngineTest(Caller caller) {
        this.caller = caller;
        this.node = node(builder -> builder);
        this.otherNode = node(builder -> builder);
    }

    /** A node with other settings. */
    final Node node(UnaryOperator<SessionSettings.Builder> settings) {
        SessionSettings.Builder builder = SessionSettings.builder()
                .codec(Serialization.codec())
                .clock(clock)
                .observer(heard);
        return new Node(
                caller, SessionManager.create(store, settings.apply(builder).build()));
    }

    /** What lies in the store, looked at behind the engine's back. */
    final StoredSession stored(SessionId id) {
        return memory.load(id).toCompletableFuture().join().orElseThrow();
    }

    final boolean isStored(SessionId id) {
        return memory.load(id).toCompletableFuture().join().isPresent();
    }

    /** The packed record of a session. */
    final byte[] record(SessionId id) {
        return Objects.requireNonNull(stored(id).parts().get("r"), "the part r");
    }

    /** Replaces one part behind the engine's back. */
    final void overwrite(SessionId id, String part, byte[] bytes) {
        StoredSession before = stored(id);
        SessionWrite write = new SessionWrite(
                id,
                before.revision(),
                before.revision() + 1 == SessionWrite.ABSENT ? 1 : before.revision() + 1,
                before.touchedAt(),
                Duration.ofHours(1),
                Map.of(part, bytes),
                Set.of());
        assertThat(memory.commit(write).toCompletableFuture().join()).isEqualTo(CommitResult.APPLIED);
    }

    /** The value of an attribute that is there. */
    @SuppressWarnings("TypeParameterUnusedInFormals") // As with Session.get itself.
    static <T> T value(Session session, String name) {
        return Objects.requireNonNull(session.<T>get(name), name);
    }

    final void assertSaved(Session session) {
        assertThat(node.save(session)).isEqualTo(SaveOutcome.SAVED);
    }

    /** Saving it asks the store for no write. */
    final void assertUnchanged(Session session) {
        int before = store.calls(Operation.COMMIT);
        assertThat(node.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
        assertThat(store.calls(Operation.COMMIT)).isEqualTo(before);
    }
}
