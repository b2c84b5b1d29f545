package io.sojourn.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.testkit.FaultyStore;
import io.sojourn.testkit.FaultyStore.Operation;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FaultyStoreTest {

    private final MemoryStore memory = new MemoryStore();
    private final FaultyStore store = new FaultyStore(memory);
    private final SessionId id = StoreScene.newId();
    private final SessionWrite creation =
            StoreScene.creation(id, 1, StoreScene.T1, StoreScene.LONG, Map.of("r", StoreScene.bytes("first")));

    @Test
    void doesWhatTheOtherStoreDoes() {
        assertThat(StoreScene.answer(store.commit(creation))).isEqualTo(CommitResult.APPLIED);
        assertThat(StoreScene.answer(store.load(id))).isPresent();
        assertThat(StoreScene.answer(store.touch(new SessionTouch(id, 1, StoreScene.T2, null))))
                .isTrue();
        assertThat(StoreScene.answer(store.delete(id))).isTrue();
    }

    @Test
    void aFaultIsForTheNextCallOfItsOperationAlone() {
        store.failNext(Operation.COMMIT);
        assertThat(StoreScene.answer(store.load(id))).isEmpty();
        assertThatThrownBy(() -> StoreScene.answer(store.commit(creation)))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(memory.size()).isZero();
        assertThat(StoreScene.answer(store.commit(creation))).isEqualTo(CommitResult.APPLIED);
    }

    @Test
    void faultsComeInTheOrderInWhichTheyWereOrdered() {
        store.failNext(Operation.COMMIT);
        store.loseNextReply(Operation.COMMIT);
        assertThatThrownBy(() -> StoreScene.answer(store.commit(creation))).hasMessageContaining("request");
        assertThatThrownBy(() -> StoreScene.answer(store.commit(creation))).hasMessageContaining("reply");
        assertThat(StoreScene.answer(store.commit(creation))).isEqualTo(CommitResult.ID_TAKEN);
    }

    @Test
    void faultsThatNobodyTookCanBeForgotten() {
        store.failNext(Operation.COMMIT);
        store.failNext(Operation.LOAD);
        store.forgetFaults();
        assertThat(StoreScene.answer(store.commit(creation))).isEqualTo(CommitResult.APPLIED);
        assertThat(StoreScene.answer(store.load(id))).isPresent();
    }

    @Test
    void aWriteWhoseReplyIsLostIsApplied() {
        store.loseNextReply(Operation.COMMIT);
        assertThatThrownBy(() -> StoreScene.answer(store.commit(creation)))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(memory.size()).isEqualTo(1);
    }

    @Test
    void aDelayedRequestArrivesLater() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        store.delayNext(Operation.COMMIT, gate);
        CompletableFuture<CommitResult> reply = store.commit(creation).toCompletableFuture();
        assertThat(memory.size()).isZero();
        assertThat(reply).isNotDone();
        gate.complete(null);
        assertThat(reply).isCompletedWithValue(CommitResult.APPLIED);
        assertThat(memory.size()).isEqualTo(1);
    }

    @Test
    void aRequestWithADelayedReplyHasArrived() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        store.delayNextReply(Operation.COMMIT, gate);
        CompletableFuture<CommitResult> reply = store.commit(creation).toCompletableFuture();
        assertThat(memory.size()).isEqualTo(1);
        assertThat(reply).isNotDone();
        gate.complete(null);
        assertThat(reply).isCompletedWithValue(CommitResult.APPLIED);
    }

    @Test
    void somethingElseCanHappenBeforeACall() {
        store.beforeNext(Operation.LOAD, () -> StoreScene.answer(memory.commit(creation)));
        assertThat(StoreScene.answer(store.load(id))).isPresent();
    }

    @Test
    void isDownUntilItComesBack() {
        AtomicInteger happened = new AtomicInteger();
        store.beforeNext(Operation.LOAD, happened::incrementAndGet);
        store.goDown();
        assertThatThrownBy(() -> StoreScene.answer(store.load(id))).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> StoreScene.answer(store.delete(id))).isInstanceOf(StoreUnavailableException.class);
        assertThat(happened).hasValue(0);
        assertThat(store.health().isUp()).isFalse();
        store.comeBack();
        assertThat(store.health().isUp()).isTrue();
        assertThat(StoreScene.answer(store.load(id))).isEmpty();
        assertThat(happened).hasValue(1);
    }

    @Test
    void countsCallsByOperationWhateverBecomesOfThem() {
        store.failNext(Operation.LOAD);
        assertThatThrownBy(() -> StoreScene.answer(store.load(id))).isInstanceOf(StoreUnavailableException.class);
        StoreScene.answer(store.load(id));
        StoreScene.answer(store.delete(id));
        assertThat(store.calls(Operation.LOAD)).isEqualTo(2);
        assertThat(store.calls(Operation.DELETE)).isEqualTo(1);
        assertThat(store.calls(Operation.COMMIT)).isZero();
        assertThat(store.calls()).isEqualTo(3);
        store.resetCalls();
        assertThat(store.calls()).isZero();
    }

    @Test
    void closesTheOtherStore() {
        store.close();
        assertThatThrownBy(() -> StoreScene.answer(memory.load(id))).isInstanceOf(StoreUnavailableException.class);
    }
}
