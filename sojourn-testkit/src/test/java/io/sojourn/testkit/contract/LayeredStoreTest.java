package io.sojourn.testkit.contract;

import static io.sojourn.testkit.contract.StoreScene.LONG;
import static io.sojourn.testkit.contract.StoreScene.T1;
import static io.sojourn.testkit.contract.StoreScene.answer;
import static io.sojourn.testkit.contract.StoreScene.bytes;
import static io.sojourn.testkit.contract.StoreScene.change;
import static io.sojourn.testkit.contract.StoreScene.creation;
import static io.sojourn.testkit.contract.StoreScene.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.layer.LayeredStore;
import io.sojourn.testkit.FaultyStore;
import io.sojourn.testkit.FaultyStore.Operation;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a layer asks of the store beneath, and when. */
class LayeredStoreTest {

    private final MemoryStore memory = new MemoryStore();
    private final FaultyStore beneath = new FaultyStore(memory);
    private final ReversingStore store = new ReversingStore(beneath);

    private SessionId stored() {
        SessionId id = newId();
        answer(store.commit(creation(id, 1, T1, LONG, Map.of("r", bytes("first"), "a:x", bytes("x")))));
        beneath.resetCalls();
        return id;
    }

    private Map<String, byte[]> raw(SessionId id) {
        return answer(memory.load(id)).orElseThrow().parts();
    }

    @Test
    void writesInARowAreOneCommandEach() {
        SessionId id = stored();
        answer(store.commit(change(id, 1, 2, "a:y", "y")));
        answer(store.commit(change(id, 2, 3, Map.of(), Set.of("a:x"))));
        assertThat(beneath.calls()).isEqualTo(2);
        assertThat(raw(id)).containsOnlyKeys("r", "a:y", "count").containsEntry("r", bytes("tsrif"));
    }

    @Test
    void whoHasNotSeenTheRevisionLoadsItFirst() {
        SessionId id = stored();
        ReversingStore other = new ReversingStore(beneath);
        assertThat(answer(other.commit(change(id, 1, 2, "a:y", "y")))).isEqualTo(CommitResult.APPLIED);
        assertThat(beneath.calls(Operation.LOAD)).isEqualTo(1);
        assertThat(answer(store.commit(change(id, 2, 3, "a:z", "z")))).isEqualTo(CommitResult.APPLIED);
        assertThat(beneath.calls(Operation.LOAD)).isEqualTo(2);
        assertThat(raw(id)).containsEntry("count", ReversingStore.count(4));
    }

    @Test
    void whatAConflictTellsIsRemembered() {
        SessionId id = stored();
        answer(new ReversingStore(memory).commit(change(id, 1, 2, "a:y", "y")));
        assertThat(answer(store.commit(change(id, 1, 3, "a:z", "z")))).isInstanceOf(CommitResult.Conflict.class);
        assertThat(answer(store.commit(change(id, 2, 3, "a:z", "z")))).isEqualTo(CommitResult.APPLIED);
        assertThat(beneath.calls(Operation.LOAD)).isZero();
    }

    @Test
    void aConflictThatTheLoadFindsIsOneToo() {
        SessionId id = stored();
        ReversingStore other = new ReversingStore(beneath);
        assertThat(answer(other.commit(change(id, 7, 8, "a:z", "z")))).isInstanceOf(CommitResult.Conflict.class);
        answer(store.delete(id));
        assertThat(answer(other.commit(change(id, 7, 8, "a:z", "z")))).isEqualTo(CommitResult.GONE);
    }

    @Test
    void aWriteBetweenLoadAndCommitIsAConflict() {
        SessionId id = stored();
        ReversingStore other = new ReversingStore(beneath);
        beneath.beforeNext(
                Operation.COMMIT, () -> answer(new ReversingStore(memory).commit(change(id, 1, 2, "r", "b"))));
        CommitResult result = answer(other.commit(change(id, 1, 3, "r", "c")));
        assertThat(result)
                .isInstanceOfSatisfying(
                        CommitResult.Conflict.class,
                        conflict -> assertThat(conflict.current().parts()).containsEntry("r", bytes("b")));
    }

    @Test
    void outdatedPartsAreWrittenAnewUnlessTheyAreWrittenOrRemovedAnyway() {
        for (Map<String, byte[]> put : Set.of(Map.of("r", bytes("b")), Map.of("r", bytes("b"), "a:x", bytes("y")))) {
            SessionId id = newId();
            answer(memory.commit(creation(
                    id, 1, T1, LONG, Map.of("old:r", bytes("a"), "old:a:x", bytes("xx"), "count", bytes("2")))));
            answer(store.load(id));
            beneath.resetCalls();
            answer(store.commit(change(id, 1, 2, put, Set.of())));
            assertThat(beneath.calls(Operation.LOAD)).isEqualTo(put.size() == 1 ? 1 : 0);
            assertThat(raw(id)).containsOnlyKeys("r", "a:x", "count");
            answer(store.commit(change(id, 2, 3, "r", "c")));
            assertThat(beneath.calls(Operation.LOAD)).isEqualTo(put.size() == 1 ? 1 : 0);
        }
    }

    @Test
    void whatItCannotReadItDoesNotWriteTo() {
        SessionId id = stored();
        answer(memory.commit(change(id, 1, 2, "count", "7")));
        assertThatThrownBy(() -> answer(store.load(id))).isInstanceOf(UnreadableSessionException.class);
        assertThatThrownBy(() -> answer(store.commit(change(id, 1, 3, "r", "late"))))
                .isInstanceOf(UnreadableSessionException.class);
        assertThatThrownBy(() -> answer(store.commit(change(id, 2, 3, "r", "late"))))
                .isInstanceOf(UnreadableSessionException.class);
        assertThat(raw(id)).containsEntry("count", bytes("7"));
    }

    @Test
    void whatALayerThrowsComesAsAStage() {
        SessionId id = stored();
        var stage = store.commit(change(id, 1, 2, "a:refused", "x"));
        assertThatThrownBy(() -> answer(stage)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void moreSessionsThanAreRememberedCostALoadEach() {
        SessionId first = stored();
        for (int i = 0; i < LayeredStore.CACHED_LAYOUTS; i++) {
            answer(store.commit(creation(newId(), 1, T1, LONG, Map.of("r", bytes("r")))));
        }
        beneath.resetCalls();
        assertThat(answer(store.commit(change(first, 1, 2, "r", "late")))).isEqualTo(CommitResult.APPLIED);
        assertThat(beneath.calls(Operation.LOAD)).isEqualTo(1);
    }
}
