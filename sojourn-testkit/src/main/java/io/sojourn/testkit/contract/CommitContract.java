package io.sojourn.testkit.contract;

import static io.sojourn.testkit.contract.StoreScene.answer;
import static io.sojourn.testkit.contract.StoreScene.assertIs;
import static io.sojourn.testkit.contract.StoreScene.bytes;
import static io.sojourn.testkit.contract.StoreScene.change;
import static io.sojourn.testkit.contract.StoreScene.creation;
import static io.sojourn.testkit.contract.StoreScene.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.CommitResult.Conflict;
import io.sojourn.spi.SessionWrite;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code commit}: it applies a write to the state that the write expects, or tells why it did not and changes nothing. */
interface CommitContract extends StoreScene {

    @Test
    default void aNewSessionIsStoredWhole() {
        SessionId id = newId();
        Map<String, byte[]> parts = Map.of("r", bytes("record"), "a:cart", bytes("large"));
        assertThat(commit(creation(id, 42, T1, LONG, parts))).isEqualTo(CommitResult.APPLIED);
        assertStored(id, 42, T1, parts);
    }

    @Test
    default void aTakenIdIsLeftAsItIs() {
        SessionId id = stored(LONG, Map.of("r", bytes("first")));
        assertThat(commit(creation(id, 2, T2, SHORT, Map.of("r", bytes("second"), "a:x", bytes("x")))))
                .isEqualTo(CommitResult.ID_TAKEN);
        letPass(SHORT.multipliedBy(2));
        assertStored(id, 1, T1, Map.of("r", bytes("first")));
    }

    @Test
    default void aTakenIdStaysTakenForTheSameRevision() {
        SessionId id = stored();
        assertThat(commit(creation(id, 1, T2, LONG, Map.of("r", bytes("again")))))
                .isEqualTo(CommitResult.ID_TAKEN);
        assertStored(id, 1, T1, Map.of("r", bytes("first")));
    }

    @Test
    default void anIdIsFreeAgainAfterItsSessionHasEnded() {
        SessionId deleted = stored(LONG, Map.of("r", bytes("first"), "a:x", bytes("x")));
        SessionId expired = stored(SHORT, Map.of("r", bytes("first"), "a:x", bytes("x")));
        delete(deleted);
        awaitEnd(expired);
        for (SessionId id : Set.of(deleted, expired)) {
            assertThat(commit(creation(id, 2, T2, LONG, Map.of("r", bytes("second")))))
                    .isEqualTo(CommitResult.APPLIED);
            assertStored(id, 2, T2, Map.of("r", bytes("second")));
        }
    }

    @Test
    default void aWriteOnTheExpectedRevisionIsApplied() {
        SessionId id = stored();
        assertThat(commit(change(id, 1, 2, "r", "second"))).isEqualTo(CommitResult.APPLIED);
        assertThat(commit(change(id, 2, 3, "r", "third"))).isEqualTo(CommitResult.APPLIED);
        assertStored(id, 3, T2, Map.of("r", bytes("third")));
    }

    @Test
    default void aConflictTellsWhatIsThereAndChangesNothing() {
        SessionId id = stored(LONG, Map.of("r", bytes("first"), "a:x", bytes("x")));
        commit(change(id, 1, 2, "r", "second"));
        Map<String, byte[]> there = Map.of("r", bytes("second"), "a:x", bytes("x"));

        SessionWrite late = new SessionWrite(id, 1, 3, T3, SHORT, Map.of("r", bytes("late")), Set.of("a:x"));
        CommitResult result = commit(late);

        assertThat(result).isInstanceOf(Conflict.class);
        assertIs(((Conflict) result).current(), 2, T2, there);
        letPass(SHORT.multipliedBy(2));
        assertStored(id, 2, T2, there);
    }

    @Test
    default void aConflictTellsOfTheLastTouch() {
        SessionId id = stored();
        touch(id, 1, T3, LONG);
        assertIs(((Conflict) commit(change(id, 7, 8, "r", "late"))).current(), 1, T3, Map.of("r", bytes("first")));
    }

    @Test
    default void aRevisionThatDiffersInOneBitIsAnotherOne() {
        long revision = 0x7F00_FF00_1234_5678L;
        SessionId id = newId();
        commit(creation(id, revision, T1, LONG, Map.of("r", bytes("first"))));
        for (int bit = 0; bit < Long.SIZE; bit++) {
            assertThat(commit(change(id, revision ^ (1L << bit), 2, "r", "wrong")))
                    .as("expecting a revision with bit %s flipped", bit)
                    .isInstanceOf(Conflict.class);
            assertThat(touch(id, revision ^ (1L << bit), T2, LONG)).isFalse();
        }
        assertStored(id, revision, T1, Map.of("r", bytes("first")));
    }

    @Test
    default void everyRevisionButZeroIsPossible() {
        SessionId id = stored();
        long before = 1;
        long[] revisions = {-1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE + 1, 1L << 53, (1L << 53) + 1, 10, -10};
        for (long revision : revisions) {
            assertThat(commit(change(id, before, revision, "r", "r" + revision)))
                    .as("from revision %s to %s", before, revision)
                    .isEqualTo(CommitResult.APPLIED);
            assertStored(id, revision, T2, Map.of("r", bytes("r" + revision)));
            before = revision;
        }
    }

    @Test
    default void aLateWriteDoesNotBringASessionBack() {
        SessionId never = newId();
        SessionId deleted = stored();
        SessionId expired = stored(SHORT, Map.of("r", bytes("first")));
        delete(deleted);
        awaitEnd(expired);
        for (SessionId id : Set.of(never, deleted, expired)) {
            assertThat(commit(change(id, 1, 2, "r", "late"))).isEqualTo(CommitResult.GONE);
            assertThat(load(id)).isEmpty();
            assertThat(delete(id)).isFalse();
        }
    }

    @Test
    default void sessionsDoNotTouchEachOther() {
        SessionId one = stored(LONG, Map.of("r", bytes("one")));
        SessionId other = stored(LONG, Map.of("r", bytes("other")));
        commit(change(one, 1, 2, "r", "changed"));
        delete(one);
        assertStored(other, 1, T1, Map.of("r", bytes("other")));
    }

    @Test
    default void whatOneStoreWroteAnotherOneReads() {
        SessionId id = stored();
        assertIs(answer(secondStore().load(id)).orElseThrow(), 1, T1, Map.of("r", bytes("first")));
        assertThat(answer(secondStore().commit(change(id, 1, 2, "r", "second"))))
                .isEqualTo(CommitResult.APPLIED);
        assertThat(commit(change(id, 1, 3, "r", "late"))).isInstanceOf(Conflict.class);
        assertStored(id, 2, T2, Map.of("r", bytes("second")));
    }
}
