package io.sojourn.testkit.contract;

import static io.sojourn.testkit.contract.StoreScene.answer;
import static io.sojourn.testkit.contract.StoreScene.bytes;
import static io.sojourn.testkit.contract.StoreScene.change;
import static io.sojourn.testkit.contract.StoreScene.creation;
import static io.sojourn.testkit.contract.StoreScene.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.StoredSession;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/**
 * What {@link SessionStore} promises, sentence by sentence, as tests that every store has to pass. A store's own test only
 * opens it:
 *
 * <pre>{@code
 * class MemoryStoreContractTest extends SessionStoreContract {
 *     private final SessionStore store = open();
 *
 *     @Override
 *     protected SessionStore open() {
 *         return new MemoryStore();
 *     }
 *
 *     @Override
 *     public SessionStore store() {
 *         return store;
 *     }
 * }
 * }</pre>
 *
 * <p>The tests write under ids of their own and delete nothing else, so they may share a server with others, and one store
 * may serve all of them. They wait for sessions to end by the store's own clock, which therefore has to run.
 */
public abstract class SessionStoreContract
        implements CommitContract, PartsContract, LifeContract, RaceContract, IndexContract, EndsContract {

    private static final IndexKey KEY = IndexKey.of(IndexKey.PRINCIPAL, "ada");

    /** For subclasses. */
    protected SessionStoreContract() {}

    /** Opens a store of its own for a test that closes it. */
    protected abstract SessionStore open();

    /** The store under test, open. The subclass closes it after the test, or after all of them. */
    @Override
    public abstract SessionStore store();

    /**
     * A second store over the same sessions, as another process would have, if the backend can be shared. By default
     * {@link #store()} again.
     */
    @Override
    public SessionStore secondStore() {
        return store();
    }

    @Test
    void afterClosingEverythingFails() {
        SessionStore closed = open();
        SessionId id = newId();
        answer(closed.commit(creation(id, 1, T1, LONG, Map.of("r", bytes("first")))));
        closed.close();
        List<CompletionStage<?>> calls = List.of(
                closed.load(id),
                closed.peek(id, "r"),
                closed.commit(creation(newId(), 1, T1, LONG, Map.of("r", bytes("late")))),
                closed.commit(change(id, 1, 2, "r", "late")),
                closed.touch(new SessionTouch(id, 1, T2, LONG)),
                closed.delete(id),
                closed.tombstone(id),
                closed.enter(new IndexEntry(KEY, id, LONG, null)),
                closed.page(KEY, null, 1),
                closed.mark(KEY, null),
                closed.marked(KEY),
                closed.leave(KEY, List.of(id), true));
        for (CompletionStage<?> call : calls) {
            assertThatThrownBy(() -> answer(call)).isInstanceOf(StoreUnavailableException.class);
        }
    }

    @Test
    void aLookAtOnePartGivesThatPart() {
        SessionId id = stored(LONG, Map.of("r", bytes("first"), "a:large", bytes("x".repeat(10_000))));
        StoredSession seen = answer(store().peek(id, "r")).orElseThrow();
        assertThat(seen.revision()).isEqualTo(1);
        assertThat(seen.touchedAt()).isEqualTo(T1);
        assertThat(seen.parts().get("r")).isEqualTo(bytes("first"));
        assertThat(answer(store().peek(newId(), "r"))).isEmpty();
        SessionId forbidden = newId();
        answer(store().tombstone(forbidden));
        assertThat(answer(store().peek(forbidden, "r"))).isEmpty();
        delete(id);
        assertThat(answer(store().peek(id, "r"))).isEmpty();
    }

    @Test
    void closingTwiceIsFine() {
        SessionStore closed = open();
        closed.close();
        closed.close();
        assertThatThrownBy(() -> answer(closed.load(newId()))).isInstanceOf(StoreUnavailableException.class);
    }
}
