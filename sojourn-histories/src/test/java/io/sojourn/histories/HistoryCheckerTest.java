package io.sojourn.histories;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Histories that are right, and next to each the one that is wrong. */
@Tag("any-jdk")
class HistoryCheckerTest {

    private static final Origin AT_100 = new Origin("first", 90, 100);

    private static List<HistoryFinding> check(MadeUp made, long staleness) {
        return new HistoryChecker(Duration.ofNanos(staleness))
                .check(made.history())
                .findings();
    }

    private static void accepted(MadeUp made) {
        assertThat(check(made, 0)).isEmpty();
    }

    private static void refused(MadeUp made, HistoryFault... faults) {
        assertThat(check(made, 0)).extracting(HistoryFinding::fault).containsExactlyInAnyOrder(faults);
        assertThat(check(made, 0)).allMatch(HistoryFinding::isUnexplained);
    }

    private static void explained(MadeUp made, HistoryFault... faults) {
        assertThat(check(made, 0)).extracting(HistoryFinding::fault).containsExactlyInAnyOrder(faults);
        assertThat(check(made, 0)).noneMatch(HistoryFinding::isUnexplained);
    }

    @Test
    void acceptsAppendsThatAreAllThere() {
        accepted(new MadeUp()
                .append("a", 2, 3)
                .update("b", 4, 6, "a")
                .read(7, 8, "a", "b")
                .finallyRead(20, "a", "b"));
    }

    @Test
    void refusesAnAppendThatIsNotThereInTheEnd() {
        refused(new MadeUp().append("a", 2, 3).append("b", 4, 5).finallyRead(20, "b"), HistoryFault.LOST_APPEND);
    }

    @Test
    void refusesAnAppendThatAnotherUpdateHasNotSeen() {
        refused(new MadeUp().update("a", 2, 3).update("b", 4, 5).finallyRead(20, "b"), HistoryFault.LOST_APPEND);
    }

    @Test
    void refusesAnAppendThatWasSeenAndIsGone() {
        refused(new MadeUp().append("a", 2, 3).read(4, 5, "a").finallyRead(20), HistoryFault.LOST_APPEND);
    }

    @Test
    void refusesAnAppendWithASignInThatIsNotThere() {
        refused(new MadeUp().append(Action.SIGN_IN, "a", 2, 3, Outcome.OK).finallyRead(20), HistoryFault.LOST_APPEND);
    }

    @Test
    void acceptsThatAnAppendWithAnUnknownEndIsThereOrNotOrComesLater() {
        accepted(new MadeUp()
                .append(Action.UPDATE, "a", 2, 3, Outcome.UNKNOWN)
                .append(Action.UPDATE, "b", 2, 3, Outcome.UNKNOWN)
                .read(4, 5)
                .read(6, 7, "a")
                .finallyRead(20, "a"));
    }

    @Test
    void acceptsAReadThatMissesWhatIsBeingAppended() {
        accepted(new MadeUp().append("a", 2, 10).read(3, 4, "a").read(5, 6, "a").finallyRead(20, "a"));
        accepted(new MadeUp().append("a", 2, 10).read(3, 11).finallyRead(20, "a"));
    }

    @Test
    void refusesAReadThatMissesWhatWasAppended() {
        refused(new MadeUp().append("a", 2, 3).read(4, 5).finallyRead(20, "a"), HistoryFault.STALE_READ);
    }

    @Test
    void acceptsAStaleReadWithinTheBoundAndRefusesOnePastIt() {
        MadeUp made = new MadeUp().append("a", 2, 3).read(8, 9).finallyRead(20, "a");
        assertThat(check(made, 5)).isEmpty();
        assertThat(check(made, 4)).extracting(HistoryFinding::fault).containsExactly(HistoryFault.STALE_READ);
    }

    @Test
    void allowsNoBoundToAnUpdateAndToTheLastRead() {
        MadeUp made = new MadeUp()
                .append("a", 2, 3)
                .append("c", 2, 3)
                .update("b", 4, 5, "c")
                .finallyRead(20, "a", "c", "b");
        assertThat(check(made, 1_000)).extracting(HistoryFinding::fault).contains(HistoryFault.STALE_READ);
        MadeUp last = new MadeUp().append("a", 2, 3).finallyRead(20);
        assertThat(check(last, 1_000)).extracting(HistoryFinding::fault).containsExactly(HistoryFault.LOST_APPEND);
    }

    @Test
    void refusesAnElementThatIsThereTwice() {
        refused(new MadeUp().append("a", 2, 3).finallyRead(20, "a", "a"), HistoryFault.DUPLICATED);
    }

    @Test
    void refusesAnElementThatNobodyAppendedOrThatWasRefusedOrComesTooEarly() {
        refused(new MadeUp().finallyRead(20, "z"), HistoryFault.INVENTED);
        refused(
                new MadeUp().append(Action.SAVE, "a", 2, 3, Outcome.REFUSED).finallyRead(20, "a"),
                HistoryFault.INVENTED);
        refused(new MadeUp().read(2, 3, "a").append("a", 4, 5).finallyRead(20, "a"), HistoryFault.INVENTED);
    }

    @Test
    void acceptsThatARefusedAppendIsNotThere() {
        accepted(new MadeUp().append(Action.SAVE, "a", 2, 3, Outcome.REFUSED).finallyRead(20));
    }

    @Test
    void acceptsEitherOrderOfAppendsAtTheSameTime() {
        accepted(new MadeUp().append("a", 2, 5).append("b", 3, 6).finallyRead(20, "b", "a"));
        accepted(new MadeUp().append("a", 2, 5).append("b", 3, 6).finallyRead(20, "a", "b"));
    }

    @Test
    void refusesTwoOrders() {
        refused(
                new MadeUp()
                        .append("a", 2, 5)
                        .append("b", 3, 6)
                        .read(7, 8, "a", "b")
                        .finallyRead(20, "b", "a"),
                HistoryFault.TWO_ORDERS);
    }

    @Test
    void refusesAnotherOrderThanThatOfTime() {
        refused(new MadeUp().append("a", 2, 3).append("b", 4, 5).finallyRead(20, "b", "a"), HistoryFault.TWO_ORDERS);
    }

    @Test
    void refusesASessionThatNobodyHasEnded() {
        refused(new MadeUp().findsNothing(Action.READ, 4, 5), HistoryFault.LOST_SESSION);
        refused(new MadeUp().findsNothing(Action.FINAL_READ, 4, 5), HistoryFault.LOST_SESSION);
    }

    @Test
    void acceptsThatASessionIsGoneWhoseEndWasAskedFor() {
        accepted(new MadeUp().revoke(3, 9, Outcome.UNKNOWN).findsNothing(Action.READ, 4, 5));
        accepted(new MadeUp().revoke(3, 9, Outcome.UNKNOWN).finallyRead(20));
        accepted(new MadeUp().revoke(3, 4, Outcome.OK).findsNothing(Action.FINAL_READ, 20, 21));
    }

    @Test
    void refusesASessionThatEndedBeforeAnybodyAsked() {
        refused(new MadeUp().findsNothing(Action.READ, 4, 5).revoke(6, 7, Outcome.OK), HistoryFault.LOST_SESSION);
    }

    @Test
    void refusesASessionThatComesBack() {
        refused(new MadeUp().revoke(2, 3, Outcome.OK).finallyRead(20), HistoryFault.RESURRECTED);
        refused(new MadeUp().revoke(2, 3, Outcome.OK).append("a", 4, 5), HistoryFault.RESURRECTED);
    }

    @Test
    void acceptsWhatOverlapsTheEndOfASession() {
        accepted(new MadeUp().revoke(2, 5, Outcome.OK).read(4, 9).append("a", 3, 8));
    }

    @Test
    void allowsTheBoundToReadsAfterTheEndButNotToWrites() {
        assertThat(check(new MadeUp().revoke(2, 3, Outcome.OK).read(5, 6), 10)).isEmpty();
        assertThat(check(new MadeUp().revoke(2, 3, Outcome.OK).append("a", 5, 6), 10))
                .extracting(HistoryFinding::fault)
                .containsExactly(HistoryFault.RESURRECTED);
    }

    @Test
    void refusesASecretThatWasReplaced() {
        MadeUp rotated = new MadeUp().append(Action.ROTATE, "a", 2, 3, Outcome.OK);
        refused(rotated.knock("a", 4, 5, Outcome.OK).finallyRead(20, "a"), HistoryFault.OLD_SECRET);
    }

    @Test
    void acceptsTheOldSecretUntilItsReplacementWasAcknowledged() {
        accepted(new MadeUp()
                .append(Action.ROTATE, "a", 2, 5, Outcome.OK)
                .knock("a", 4, 6, Outcome.OK)
                .knock("a", 7, 8, Outcome.REFUSED)
                .finallyRead(20, "a"));
        accepted(new MadeUp().append(Action.ROTATE, "a", 2, 5, Outcome.UNKNOWN).knock("a", 7, 8, Outcome.OK));
    }

    @Test
    void explainsALossByTheFailoverThatSwallowedIt() {
        explained(
                new MadeUp()
                        .append("a", 2, 3, AT_100)
                        .failover(10, "first", "second", 99)
                        .finallyRead(20),
                HistoryFault.LOST_APPEND);
    }

    @Test
    void explainsNoLossByAFailoverThatHadTheWrite() {
        refused(
                new MadeUp()
                        .append("a", 2, 3, AT_100)
                        .failover(10, "first", "second", 100)
                        .finallyRead(20),
                HistoryFault.LOST_APPEND);
    }

    @Test
    void explainsNoLossByTheFailoverOfAnotherMaster() {
        refused(
                new MadeUp()
                        .append("a", 2, 3, AT_100)
                        .failover(10, "other", "second", 0)
                        .finallyRead(20),
                HistoryFault.LOST_APPEND);
    }

    @Test
    void explainsNoLossOfWhichTheMasterIsNotKnown() {
        refused(
                new MadeUp()
                        .append("a", 2, 3)
                        .failover(10, "first", "second", 0)
                        .finallyRead(20),
                HistoryFault.LOST_APPEND);
    }

    @Test
    void explainsALossByALaterFailoverToAReplicaThatLacksMore() {
        explained(
                new MadeUp()
                        .append("a", 2, 3, AT_100)
                        .failover(10, "first", "second", 150)
                        .failover(12, "second", "third", 80)
                        .finallyRead(20),
                HistoryFault.LOST_APPEND);
        refused(
                new MadeUp()
                        .append("a", 2, 3, AT_100)
                        .failover(10, "first", "second", 150)
                        .failover(12, "second", "third", 120)
                        .finallyRead(20),
                HistoryFault.LOST_APPEND);
    }

    /** The old master still shows it to some nodes after its successor has not shown it to others. */
    @Test
    void explainsAReadAtTheSuccessorOfAMasterThatStillAnswers() {
        Origin second = new Origin("second", 110, 120);
        explained(
                new MadeUp()
                        .append("a", 2, 3, AT_100)
                        .failover(5, "first", "second", 99)
                        .readAt(second, 10, 11)
                        .readAt(AT_100, 12, 13, "a"),
                HistoryFault.STALE_READ);
        refused(
                new MadeUp()
                        .append("a", 2, 3, AT_100)
                        .failover(5, "first", "second", 100)
                        .readAt(second, 10, 11)
                        .readAt(AT_100, 12, 13, "a"),
                HistoryFault.STALE_READ);
        refused(
                new MadeUp()
                        .append("a", 2, 3, AT_100)
                        .failover(5, "first", "second", 99)
                        .readAt(AT_100, 10, 11)
                        .readAt(AT_100, 12, 13, "a"),
                HistoryFault.STALE_READ);
    }

    @Test
    void explainsALossByAFlushOfItsMasterAfterTheWrite() {
        explained(
                new MadeUp().append("a", 2, 3, AT_100).flush(10, "first", 100).finallyRead(20),
                HistoryFault.LOST_APPEND);
        explained(
                new MadeUp()
                        .append("a", 2, 3, AT_100)
                        .failover(8, "first", "second", 120)
                        .flush(10, "second", 150)
                        .finallyRead(20),
                HistoryFault.LOST_APPEND);
    }

    @Test
    void explainsNoLossByAFlushBeforeTheWriteOrOfAnotherMaster() {
        refused(
                new MadeUp().append("a", 2, 3, AT_100).flush(10, "first", 50).finallyRead(20),
                HistoryFault.LOST_APPEND);
        refused(
                new MadeUp().append("a", 2, 3, AT_100).flush(10, "other", 500).finallyRead(20),
                HistoryFault.LOST_APPEND);
    }

    @Test
    void explainsALostSessionByItsCreationOrTheSecretThatWasLost() {
        explained(
                new MadeUp()
                        .createdAt(AT_100)
                        .failover(10, "first", "second", 99)
                        .findsNothing(Action.READ, 20, 21),
                HistoryFault.LOST_SESSION);
        explained(
                new MadeUp()
                        .append(Action.ROTATE, "a", 2, 3, Outcome.OK, AT_100)
                        .failover(10, "first", "second", 99)
                        .findsNothing(Action.READ, 20, 21),
                HistoryFault.LOST_SESSION);
    }

    @Test
    void explainsAnEndAndAReplacedSecretThatWereLost() {
        explained(
                new MadeUp()
                        .revoke(2, 3, Outcome.OK, AT_100)
                        .failover(10, "first", "second", 99)
                        .finallyRead(20),
                HistoryFault.RESURRECTED);
        explained(
                new MadeUp()
                        .append(Action.ROTATE, "a", 2, 3, Outcome.OK, AT_100)
                        .failover(10, "first", "second", 99)
                        .knock("a", 20, 21, Outcome.OK)
                        .finallyRead(22),
                HistoryFault.OLD_SECRET,
                HistoryFault.LOST_APPEND);
    }

    @Test
    void explainsAReadAtAMasterThatWasReplaced() {
        Origin successor = new Origin("second", 100, 110);
        explained(
                new MadeUp()
                        .failover(2, "first", "second", 99)
                        .append("a", 3, 4, successor)
                        .readAt(AT_100, 5, 6)
                        .finallyRead(20, "a"),
                HistoryFault.STALE_READ);
        refused(
                new MadeUp()
                        .failover(2, "first", "second", 99)
                        .append("a", 3, 4, successor)
                        .readAt(successor, 5, 6)
                        .finallyRead(20, "a"),
                HistoryFault.STALE_READ);
    }

    @Test
    void explainsNeitherDuplicatesNorOrdersByAFailover() {
        refused(
                new MadeUp()
                        .append("a", 2, 3, AT_100)
                        .append("b", 4, 5, AT_100)
                        .failover(10, "first", "second", 0)
                        .finallyRead(20, "b", "a", "a"),
                HistoryFault.DUPLICATED,
                HistoryFault.TWO_ORDERS);
    }

    @Test
    void saysWhichCallsContradictEachOther() {
        assertThat(check(new MadeUp().append("a", 2, 3).finallyRead(20), 0))
                .singleElement()
                .extracting(HistoryFinding::what)
                .asString()
                .contains("SAVE a of session [2, 3] OK", "FINAL_READ", "[20, 21]");
    }
}
