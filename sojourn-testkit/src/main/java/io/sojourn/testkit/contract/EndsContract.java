package io.sojourn.testkit.contract;

import static io.sojourn.testkit.contract.StoreScene.answer;
import static io.sojourn.testkit.contract.StoreScene.assertIs;
import static io.sojourn.testkit.contract.StoreScene.bytes;
import static io.sojourn.testkit.contract.StoreScene.change;
import static io.sojourn.testkit.contract.StoreScene.creation;
import static io.sojourn.testkit.contract.StoreScene.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.ends.DueSession;
import io.sojourn.spi.ends.DueSessions;
import io.sojourn.spi.ends.EndClaim;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.spi.ends.SharedEnds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Due times, claims on them, and what is kept of ended sessions; of stores that have {@link SessionEnds}. */
interface EndsContract extends StoreScene {

    private SessionEnds ends() {
        return ends(store());
    }

    private static SessionEnds ends(SessionStore store) {
        Optional<SessionEnds> ends = store.ends();
        assumeTrue(ends.isPresent(), "the store does not remember the ends of sessions, and need not");
        return ends.orElseThrow();
    }

    /** Claims this entry, and perhaps others that are due; empty if it is not due. */
    private static Optional<DueSession> claimed(SessionStore store, SessionId id, Duration lease) {
        while (true) {
            DueSessions due = answer(ends(store).claim(SessionEnds.shard(id), 100, lease));
            Optional<DueSession> own = due.sessions().stream()
                    .filter(session -> session.claim().id().equals(id))
                    .findAny();
            if (own.isPresent() || due.sessions().isEmpty()) {
                return own;
            }
        }
    }

    private DueSession awaitDue(SessionStore store, SessionId id) {
        long start = System.nanoTime();
        while (true) {
            Optional<DueSession> due = claimed(store, id, LONG);
            if (due.isPresent()) {
                return due.get();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as("wait").isLessThan(LIMIT);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private SessionEnds.State.Ending ending(SessionId id) {
        SessionEnds.State state = answer(ends().look(id));
        assertThat(state).isInstanceOf(SessionEnds.State.Ending.class);
        return (SessionEnds.State.Ending) state;
    }

    private SessionEnds.State.Ended ended(SessionId id) {
        SessionEnds.State state = answer(ends().look(id));
        assertThat(state).isInstanceOf(SessionEnds.State.Ended.class);
        return (SessionEnds.State.Ended) state;
    }

    /** Lets its time run out after the look, which else may come too late on a machine that stands still. */
    private void timeOut(SessionId id, long revision, Instant touchedAt) {
        assertThat(touch(id, revision, touchedAt, SHORT)).isTrue();
        awaitEnd(id);
    }

    @Test
    default void anEntryIsClaimedOnceItIsDueAndByOneNode() {
        SessionId id = newId();
        assertThat(answer(ends().enter(id, LONG))).isTrue();
        assertThat(claimed(store(), id, LONG)).isEmpty();
        assertThat(answer(ends().enter(id, Duration.ZERO))).isTrue();
        DueSession due = claimed(secondStore(), id, LONG).orElseThrow();
        assertThat(due.handedOn()).isFalse();
        assertThat(due.missing()).isFalse();
        assertThat(due.lag()).isBetween(Duration.ZERO, LIMIT);
        assertThat(claimed(store(), id, LONG)).isEmpty();
        assertThat(answer(ends(secondStore()).remove(due.claim()))).isTrue();
        assertThat(answer(ends(secondStore()).remove(due.claim()))).isFalse();
    }

    @Test
    default void aClaimIsHandedOnWhenItsLeaseHasPassed() {
        SessionId id = newId();
        answer(ends().enter(id, Duration.ZERO));
        EndClaim dead = claimed(store(), id, Duration.ofMillis(1)).orElseThrow().claim();
        DueSession heir = awaitDue(secondStore(), id);
        assertThat(heir.handedOn()).isTrue();
        assertThat(answer(ends().extend(dead, LONG))).isEmpty();
        assertThat(answer(ends().handBack(dead, Duration.ZERO, false))).isFalse();
        assertThat(answer(ends().remove(dead))).isFalse();
        assertThat(claimed(store(), id, LONG)).isEmpty();
        assertThat(answer(ends().remove(heir.claim()))).isTrue();
    }

    @Test
    default void aLeaseIsProlonged() {
        SessionId id = newId();
        answer(ends().enter(id, Duration.ZERO));
        EndClaim first = claimed(store(), id, LIMIT).orElseThrow().claim();
        EndClaim longer = answer(ends().extend(first, LONG)).orElseThrow();
        assertThat(answer(ends().remove(first))).isFalse();
        assertThat(answer(ends().remove(longer))).isTrue();
    }

    @Test
    default void anEntryThatIsHandedBackSaysWhetherItsSessionWasMissing() {
        SessionId id = newId();
        answer(ends().enter(id, Duration.ZERO));
        EndClaim first = claimed(store(), id, LONG).orElseThrow().claim();
        assertThat(answer(ends().handBack(first, Duration.ZERO, true))).isTrue();
        DueSession second = claimed(store(), id, LONG).orElseThrow();
        assertThat(second.missing()).isTrue();
        assertThat(second.handedOn()).isFalse();
        assertThat(answer(ends().handBack(second.claim(), LONG, false))).isTrue();
        assertThat(claimed(store(), id, LONG)).isEmpty();
    }

    @Test
    default void aClaimEndsWhenTheSessionIsEnteredAnewOrTakenOver() {
        SessionId id = newId();
        assertThat(answer(ends().takeOver(id, LONG))).isEmpty();
        assertThat(claimed(store(), id, LONG)).isEmpty();
        answer(ends().enter(id, Duration.ZERO));
        EndClaim first = claimed(store(), id, LONG).orElseThrow().claim();
        EndClaim second = answer(ends().takeOver(id, LIMIT)).orElseThrow();
        assertThat(answer(ends().remove(first))).isFalse();
        answer(ends().enter(id, Duration.ZERO));
        assertThat(answer(ends().remove(second))).isFalse();
        assertThat(answer(ends().remove(claimed(store(), id, LONG).orElseThrow().claim())))
                .isTrue();
    }

    @Test
    default void aShardTellsWhenTheNextSessionIsDue() {
        SessionId id = newId();
        answer(ends().enter(id, LONG));
        Duration next = answer(ends().claim(SessionEnds.shard(id), 1, LONG)).next();
        assertThat(next).isNotNull().isBetween(Duration.ZERO, LONG);
    }

    @Test
    default void aSessionThatLivesIsNotCopied() {
        SessionId id = stored();
        assertThat(answer(ends().look(id)))
                .isInstanceOfSatisfying(
                        SessionEnds.State.Lives.class,
                        lives -> assertThat(lives.left()).isBetween(SessionEnds.LEAD, LONG));
        delete(id);
        assertThat(answer(ends().look(id))).isEqualTo(new SessionEnds.State.Missing());
        SessionId endless = stored(null, Map.of("r", bytes("endless")));
        assertThat(answer(ends().look(endless))).isEqualTo(new SessionEnds.State.Lives(null));
        delete(endless);
    }

    @Test
    default void aSessionThatHasTimedOutCanStillBeReadUntilItsEndIsTold() {
        Map<String, byte[]> parts = Map.of("r", bytes("last"), "a:large", bytes("x".repeat(10_000)));
        SessionId id = stored(LIMIT, parts);
        assertThat(answer(ends().look(id))).isInstanceOf(SessionEnds.State.Ending.class);
        timeOut(id, 1, T1);
        SessionEnds.State.Ended ended = ended(id);
        assertThat(ended.cause()).isNull();
        assertThat(ended.tries()).isEqualTo(1);
        assertIs(ended.last(), 1, T1, parts);
        assertThat(ended(id).tries()).isEqualTo(2);
        assertThat(load(id)).isEmpty();
        assertThat(answer(store().peek(id, "r"))).isEmpty();
        assertThat(answer(ends().past(id))).isEmpty();
        answer(ends().told(id, new PastEnd("IDLE", T2, bytes("verifier")), null));
        assertThat(answer(ends().look(id))).isEqualTo(new SessionEnds.State.Told());
        PastEnd past = answer(ends(secondStore()).past(id)).orElseThrow();
        assertThat(past.cause()).isEqualTo("IDLE");
        assertThat(past.at()).isEqualTo(T2);
        assertThat(past.verifier()).isEqualTo(bytes("verifier"));
    }

    @Test
    default void whatASessionHeldCanBeReadForAWhileAfterItsEndWasToldIfItIsToBe() {
        Map<String, byte[]> parts = Map.of("r", bytes("last"), "a:large", new byte[400_000]);
        for (SessionId id : List.of(stored(LONG, parts), stored(LONG, parts))) {
            assertThat(answer(ends().kept(id))).isEmpty();
            answer(ends().end(id, 1, "SIGNED_OUT", false));
            assertIs(answer(ends(secondStore()).kept(id)).orElseThrow(), 1, T1, parts);
            assertThat(ended(id).tries()).isEqualTo(1);
            answer(ends().told(id, new PastEnd("SIGNED_OUT", T2, bytes("verifier")), "a node"));
            assertThat(answer(ends().look(id))).isEqualTo(new SessionEnds.State.Told());
            assertIs(answer(ends(secondStore()).kept(id)).orElseThrow(), 1, T1, parts);
            assertThat(load(id)).isEmpty();
            assertThat(answer(ends().past(id))).isPresent();
        }
        SessionId removed = stored(LONG, parts);
        answer(ends().end(removed, 1, "SIGNED_OUT", false));
        answer(ends().told(removed, new PastEnd("SIGNED_OUT", T2, bytes("verifier")), null));
        assertThat(answer(ends().kept(removed))).isEmpty();
    }

    private List<SharedEnds.End> sharedAfter(String position, int count) {
        return answer(ends(secondStore()).shared(position, count)).ends();
    }

    @Test
    default void everyReaderReadsOfEveryEndThatIsToBeSharedAfterItsPosition() {
        PastEnd end = new PastEnd("LIMIT", T2, bytes("verifier"));
        SharedEnds.End first = new SharedEnds.End(stored(), "LIMIT", "one", T2);
        SharedEnds.End second = new SharedEnds.End(stored(), "LIMIT", "two", T2);
        answer(ends().told(stored(), end, "earlier"));
        SharedEnds start = answer(ends().shared(null, 10));
        assertThat(start.ends()).isEmpty();
        assertThat(sharedAfter(start.position(), 10)).isEmpty();
        answer(ends().told(first.id(), end, first.node()));
        answer(ends().told(stored(), end, null));
        answer(ends().told(second.id(), end, second.node()));
        assertThat(sharedAfter(start.position(), 10)).containsExactly(first, second);
        assertThat(answer(ends().shared(start.position(), 10)).ends()).containsExactly(first, second);
        SharedEnds one = answer(ends().shared(start.position(), 1));
        assertThat(one.ends()).containsExactly(first);
        SharedEnds other = answer(ends().shared(one.position(), 10));
        assertThat(other.ends()).containsExactly(second);
        assertThat(answer(ends().shared(other.position(), 10))).isEqualTo(new SharedEnds(other.position(), List.of()));
    }

    @Test
    default void everyReaderCanReadOfAnEndBeforeItIsNotedAsTold() {
        SessionId id = stored();
        PastEnd end = new PastEnd("LIMIT", T2, bytes("verifier"));
        SharedEnds start = answer(ends().shared(null, 10));
        assertThat(answer(ends().end(id, 1, "LIMIT", false))).isEqualTo(CommitResult.APPLIED);
        assumeTrue(
                answer(ends().share(id, end, "a node", "LIMIT a node")),
                "the store shares ends when they are told only");
        assertThat(sharedAfter(start.position(), 10)).containsExactly(new SharedEnds.End(id, "LIMIT", "a node", T2));
        SessionEnds.State.Ended ended = ended(id);
        assertThat(ended.cause()).isEqualTo("LIMIT a node");
        assertIs(ended.last(), 1, T1, Map.of("r", bytes("first")));
        answer(ends().told(id, end, ""));
        assertThat(sharedAfter(start.position(), 10)).hasSize(1);
        assertThat(answer(ends().look(id))).isEqualTo(new SessionEnds.State.Told());
        assertThat(answer(ends(secondStore()).kept(id))).isPresent();
        SessionId gone = newId();
        assertThat(answer(ends().share(gone, end, "a node", "LIMIT a node"))).isTrue();
        assertThat(answer(ends().look(gone))).isEqualTo(new SessionEnds.State.Missing());
    }

    /** Such as one that was created again under the same id before the node has shared the end that it knows. */
    @Test
    default void anEndThatIsSharedChangesTheCauseOfNoOtherEnd() {
        PastEnd end = new PastEnd("IDLE", T2, bytes("verifier"));
        SessionId revoked = stored();
        assertThat(answer(ends().end(revoked, 1, "LIMIT", false))).isEqualTo(CommitResult.APPLIED);
        assumeTrue(
                answer(ends().share(revoked, end, "a node", "IDLE a node")),
                "the store shares ends when they are told only");
        assertThat(ended(revoked).cause()).isEqualTo("LIMIT");
        SessionId lives = stored(LIMIT, Map.of("r", bytes("first")));
        assertThat(answer(ends().look(lives))).isInstanceOf(SessionEnds.State.Ending.class);
        assertThat(answer(ends().share(lives, end, "a node", "IDLE a node"))).isTrue();
        timeOut(lives, 1, T1);
        assertThat(ended(lives).cause()).isNull();
        answer(ends().share(lives, end, "a node", "IDLE a node"));
        assertThat(ended(lives).cause()).isEqualTo("IDLE a node");
    }

    @Test
    default void aNodeThatHasListenersIsKnownUntilItLeavesOrItsTimeHasPassed() {
        String node = newId().toString();
        assumeTrue(answer(ends().listens(node, LONG)), "the store does not know which nodes have listeners");
        assertThat(answer(ends(secondStore()).isListened())).isTrue();
        answer(ends().listens(node, Duration.ZERO));
        assertThat(answer(ends(secondStore()).isListened())).isFalse();
        answer(ends().listens(node, Duration.ofMillis(1)));
        long start = System.nanoTime();
        while (answer(ends().isListened())) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as("wait").isLessThan(LIMIT);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    default void aLargeSessionThatHasTimedOutCanBeRead() {
        Map<String, byte[]> parts = Map.of("r", bytes("last"), "a:large", new byte[400_000]);
        SessionId id = stored(LIMIT, parts);
        assertThat(answer(ends().look(id))).isInstanceOf(SessionEnds.State.Ending.class);
        timeOut(id, 1, T1);
        assertIs(ended(id).last(), 1, T1, parts);
    }

    @Test
    default void aSessionThatWasUsedAfterTheLookIsCopiedAgainAsItWasLast() {
        SessionId id = stored(LIMIT, Map.of("r", bytes("first"), "a:gone", bytes("gone")));
        assertThat(ending(id).changed()).isTrue();
        commit(new SessionWrite(id, 1, 2, T2, LIMIT, Map.of("r", bytes("second")), Set.of("a:gone")));
        assertThat(answer(ends().look(id))).isInstanceOf(SessionEnds.State.Ending.class);
        timeOut(id, 2, T2);
        assertIs(ended(id).last(), 2, T2, Map.of("r", bytes("second")));
    }

    @Test
    default void whatIsNotDueForLongEnoughIsLeftAlone() {
        SessionId id = stored(LONG, Map.of("r", bytes("first")));
        assertThat(answer(ends().enter(id, Duration.ZERO))).isTrue();
        DueSessions early = answer(ends().claim(SessionEnds.shard(id), 100, Duration.ofMillis(1), Duration.ofHours(1)));
        assertThat(early.sessions()).noneMatch(due -> due.claim().id().equals(id));
        DueSession due = claimed(store(), id, LONG).orElseThrow();
        assertThat(due.handedOn()).isFalse();
    }

    @Test
    default void aTouchAtTheLastMomentLetsTheSessionLive() {
        SessionId id = stored(LIMIT, Map.of("r", bytes("first")));
        assertThat(ending(id).changed()).isTrue();
        assertThat(ending(id).changed()).isFalse();
        assertThat(touch(id, 1, T2, LIMIT)).isTrue();
        assertThat(ending(id).changed()).isTrue();
        assertThat(ending(id).left()).isBetween(Duration.ofMillis(1), LIMIT);
        assertThat(touch(id, 1, T3, LONG)).isTrue();
        assertThat(answer(ends().look(id))).isInstanceOf(SessionEnds.State.Lives.class);
        delete(id);
        assertThat(answer(ends().look(id))).isEqualTo(new SessionEnds.State.Missing());
    }

    @Test
    default void aSessionThatIsEndedIsKeptAndClosedToEveryRead() {
        SessionId id = stored();
        assertThat(answer(ends().end(id, 2, "LIMIT", false))).isInstanceOf(CommitResult.Conflict.class);
        assertThat(load(id)).isPresent();
        assertThat(answer(ends(secondStore()).end(id, 1, "SIGNED_OUT", false))).isEqualTo(CommitResult.APPLIED);
        assertThat(load(id)).isEmpty();
        assertThat(answer(store().peek(id, "r"))).isEmpty();
        assertThat(touch(id, 1, T2, LONG)).isFalse();
        assertThat(commit(change(id, 1, 2, "r", "late"))).isEqualTo(CommitResult.GONE);
        assertThat(delete(id)).isFalse();
        assertThat(answer(ends().end(id, 1, "LIMIT", false))).isEqualTo(CommitResult.GONE);
        SessionEnds.State.Ended ended = ended(id);
        assertThat(ended.cause()).isEqualTo("SIGNED_OUT");
        assertIs(ended.last(), 1, T1, Map.of("r", bytes("first")));
    }

    @Test
    default void anEndAtAnyRevisionForbidsTheCreationOfASessionThatIsNotThere() {
        SessionId id = newId();
        assertThat(answer(ends().end(id, SessionWrite.ABSENT, "LIMIT", false))).isEqualTo(CommitResult.GONE);
        assertThat(answer(ends().end(id, SessionWrite.ABSENT, "LIMIT", true))).isEqualTo(CommitResult.GONE);
        assertThat(commit(creation(id, 1, T1, LONG, Map.of("r", bytes("late")))))
                .isEqualTo(CommitResult.GONE);
        assertThat(answer(ends().look(id))).isEqualTo(new SessionEnds.State.Missing());
        SessionId there = stored();
        assertThat(answer(ends().end(there, SessionWrite.ABSENT, "LIMIT", true)))
                .isEqualTo(CommitResult.APPLIED);
        assertThat(ended(there).cause()).isEqualTo("LIMIT");
        answer(ends().told(there, new PastEnd("LIMIT", Instant.EPOCH, bytes("verifier")), null));
    }

    private SessionId told() {
        SessionId id = stored();
        assertThat(answer(ends().end(id, 1, "SIGNED_OUT", false))).isEqualTo(CommitResult.APPLIED);
        answer(ends().told(id, new PastEnd("SIGNED_OUT", T2, bytes("verifier")), null));
        return id;
    }

    @Test
    default void whatIsRememberedOfAnEndIsNoSessionAndTheLoadThatFindsNoneBringsItAlong() {
        SessionId id = told();
        assertThat(load(id)).isEmpty();
        PastEnd noticed = ends().noticed(id).orElseThrow();
        assertThat(noticed.cause()).isEqualTo("SIGNED_OUT");
        assertThat(noticed.at()).isEqualTo(T2);
        assertThat(noticed.verifier()).isEqualTo(bytes("verifier"));
        assertThat(answer(store().peek(id, "r"))).isEmpty();
        assertThat(touch(id, 1, T2, LONG)).isFalse();
        assertThat(commit(change(id, 1, 2, "r", "late"))).isEqualTo(CommitResult.GONE);
        assertThat(delete(id, 1)).isEqualTo(CommitResult.GONE);
        assertThat(answer(ends().end(id, 1, "LIMIT", false))).isEqualTo(CommitResult.GONE);
        assertThat(answer(ends().end(id, SessionWrite.ABSENT, "LIMIT", false))).isEqualTo(CommitResult.GONE);
        assertThat(answer(ends().past(id))).isPresent();
        SessionId none = newId();
        assertThat(load(none)).isEmpty();
        assertThat(ends().noticed(none)).isEmpty();
    }

    @Test
    default void aSessionThatIsCreatedAgainTakesThePlaceOfWhatIsRemembered() {
        SessionId id = told();
        Map<String, byte[]> parts = Map.of("r", bytes("again"), "a:large", bytes("x".repeat(5_000)));
        assertThat(commit(creation(id, 7, T3, LONG, parts))).isEqualTo(CommitResult.APPLIED);
        assertStored(id, 7, T3, parts);
        assertThat(answer(ends().past(id))).isEmpty();
        assertThat(commit(creation(id, 8, T3, LONG, parts))).isEqualTo(CommitResult.ID_TAKEN);
        assertThat(answer(ends().look(id))).isInstanceOf(SessionEnds.State.Lives.class);
        assertThat(answer(ends().end(id, 7, "LIMIT", false))).isEqualTo(CommitResult.APPLIED);
        assertThat(ended(id).cause()).isEqualTo("LIMIT");
        answer(ends().told(id, new PastEnd("LIMIT", T3, bytes("other")), null));
        assertThat(answer(ends().past(id)).orElseThrow().verifier()).isEqualTo(bytes("other"));
        assertThat(answer(store().tombstone(id))).isFalse();
        assertThat(commit(creation(id, 9, T3, LONG, parts))).isEqualTo(CommitResult.GONE);
        assertThat(load(id)).isEmpty();
    }

    @Test
    default void anEndIsRememberedOfASessionThatMustNotBeCreated() {
        SessionId id = stored();
        assertThat(answer(ends().end(id, 1, "SIGNED_OUT", false))).isEqualTo(CommitResult.APPLIED);
        assertThat(answer(store().tombstone(id))).isFalse();
        answer(ends().told(id, new PastEnd("SIGNED_OUT", T2, bytes("verifier")), null));
        assertThat(answer(ends().past(id))).isPresent();
        assertThat(answer(ends().look(id))).isEqualTo(new SessionEnds.State.Told());
        assertThat(commit(creation(id, 1, T1, LONG, Map.of("r", bytes("late")))))
                .isEqualTo(CommitResult.GONE);
    }

    @Test
    default void whatIsRememberedOfAnEndIsNoSessionToDelete() {
        SessionId id = stored();
        assertThat(answer(ends().end(id, 1, "SIGNED_OUT", false))).isEqualTo(CommitResult.APPLIED);
        answer(ends().told(id, new PastEnd("SIGNED_OUT", T2, bytes("verifier")), null));
        assertThat(answer(store().delete(id))).isFalse();
        assertThat(answer(ends().past(id))).isPresent();
    }
}
