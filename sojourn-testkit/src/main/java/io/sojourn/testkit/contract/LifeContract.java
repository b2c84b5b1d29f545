package io.sojourn.testkit.contract;

import static io.sojourn.testkit.contract.StoreScene.assertIs;
import static io.sojourn.testkit.contract.StoreScene.bytes;
import static io.sojourn.testkit.contract.StoreScene.change;
import static io.sojourn.testkit.contract.StoreScene.creation;
import static io.sojourn.testkit.contract.StoreScene.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionWrite;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The time to live and the time of the last touch: what sets them, what does not, and what is when time is up. */
interface LifeContract extends StoreScene {

    @Test
    default void whatWasNeverWrittenIsNotThere() {
        assertThat(load(newId())).isEmpty();
        assertThat(delete(newId())).isFalse();
    }

    @Test
    default void aSessionEndsWhenItsTimeIsUp() {
        long start = System.nanoTime();
        SessionId id = stored(Duration.ofMillis(200), Map.of("r", bytes("record"), "a:x", bytes("x")));
        awaitEnd(id); // By loading it over and over, which does not keep it alive.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
        assertThat(touch(id, 1, T2, LONG)).isFalse();
        assertThat(delete(id)).isFalse();
        assertThat(load(id)).isEmpty();
    }

    @Test
    default void withoutATimeToLiveItStays() {
        SessionId id = stored(null, Map.of("r", bytes("first")));
        letPass(SHORT);
        assertStored(id, 1, T1, Map.of("r", bytes("first")));
    }

    @Test
    default void theLongestTimeToLiveIsACentury() {
        SessionId id = stored(Duration.ofDays(36_500), Map.of("r", bytes("first")));
        assertThat(touch(id, 1, T2, Duration.ofDays(36_500))).isTrue();
        assertStored(id, 1, T2, Map.of("r", bytes("first")));
    }

    /** A session that was stored for a short time and changed within it; tried again if the machine stood still. */
    private SessionId inTime(Predicate<SessionId> change) {
        for (int i = 0; i < 20; i++) {
            SessionId id = stored(SHORT, Map.of("r", bytes("first")));
            if (change.test(id)) {
                return id;
            }
            assertThat(load(id)).as("what was not changed").isEmpty();
        }
        throw new AssertionError("No session that was stored for " + SHORT + " could be changed");
    }

    @Test
    default void aWriteSetsTheTimeToLive() {
        SessionId shortened = stored(LONG, Map.of("r", bytes("first")));
        SessionId prolonged = inTime(id -> commit(write(id, LONG)).equals(CommitResult.APPLIED));
        SessionId lifted = inTime(id -> commit(write(id, null)).equals(CommitResult.APPLIED));
        assertThat(commit(write(shortened, SHORT))).isEqualTo(CommitResult.APPLIED);
        letPass(SHORT.multipliedBy(2));
        assertThat(load(prolonged)).isPresent();
        assertThat(load(lifted)).isPresent();
        assertThat(load(shortened)).isEmpty();
    }

    private static SessionWrite write(SessionId id, @Nullable Duration timeToLive) {
        return new SessionWrite(id, 1, 2, T2, timeToLive, Map.of("r", bytes("second")), Set.of());
    }

    @Test
    default void aTouchSetsTheTimeToLiveAndTheTimeOfTheTouch() {
        SessionId shortened = stored(LONG, Map.of("r", bytes("first")));
        SessionId prolonged = inTime(id -> touch(id, 1, T2, LONG));
        SessionId lifted = inTime(id -> touch(id, 1, T2, null));
        assertThat(touch(shortened, 1, T2, SHORT)).isTrue();
        letPass(SHORT.multipliedBy(2));
        assertStored(prolonged, 1, T2, Map.of("r", bytes("first")));
        assertStored(lifted, 1, T2, Map.of("r", bytes("first")));
        assertThat(load(shortened)).isEmpty();
    }

    @Test
    default void aTouchOnAnotherRevisionChangesNothing() {
        SessionId id = stored(LONG, Map.of("r", bytes("first")));
        commit(write(id, LONG));
        assertThat(touch(id, 1, T3, SHORT)).isFalse();
        letPass(SHORT.multipliedBy(2));
        assertStored(id, 2, T2, Map.of("r", bytes("second")));
    }

    @Test
    default void aTouchIsNoWrite() {
        SessionId id = stored();
        assertThat(touch(id, 1, T3, LONG)).isTrue();
        assertThat(commit(write(id, LONG))).isEqualTo(CommitResult.APPLIED);
        assertStored(id, 2, T2, Map.of("r", bytes("second")));
    }

    @Test
    default void aTouchMakesNoSession() {
        SessionId never = newId();
        SessionId deleted = stored();
        delete(deleted);
        for (SessionId id : Set.of(never, deleted)) {
            assertThat(touch(id, 1, T2, LONG)).isFalse();
            assertThat(touch(id, SessionWrite.ABSENT, T2, LONG)).isFalse();
            assertThat(load(id)).isEmpty();
        }
    }

    @Test
    default void theTimeOfATouchIsAnyTimeInMilliseconds() {
        SessionId id = newId();
        Instant before = Instant.EPOCH.minusMillis(1);
        commit(creation(id, 1, before, LONG, Map.of("r", bytes("first"))));
        assertStored(id, 1, before, Map.of("r", bytes("first")));
        Instant late = Instant.parse("9999-12-31T23:59:59.999Z");
        assertThat(touch(id, 1, late, LONG)).isTrue();
        assertStored(id, 1, late, Map.of("r", bytes("first")));
        assertThat(touch(id, 1, T1.plusNanos(123_456), LONG)).isTrue();
        assertStored(id, 1, T1, Map.of("r", bytes("first")));
    }

    @Test
    default void aDeletionTellsWhetherThereWasASession() {
        SessionId id = stored(LONG, Map.of("r", bytes("first"), "a:x", bytes("x")));
        assertThat(delete(id)).isTrue();
        assertThat(load(id)).isEmpty();
        assertThat(delete(id)).isFalse();
    }

    @Test
    default void aDeletionAtARevisionEndsTheSessionAtThatRevisionOnly() {
        SessionId id = stored(LONG, Map.of("r", bytes("first"), "a:x", bytes("x")));
        assertThat(commit(change(id, 1, 2, "r", "second"))).isEqualTo(CommitResult.APPLIED);
        assertThat(delete(id, 1))
                .isInstanceOfSatisfying(
                        CommitResult.Conflict.class,
                        conflict ->
                                assertIs(conflict.current(), 2, T2, Map.of("r", bytes("second"), "a:x", bytes("x"))));
        assertStored(id, 2, T2, Map.of("r", bytes("second"), "a:x", bytes("x")));
        assertThat(delete(id, 2)).isEqualTo(CommitResult.APPLIED);
        assertThat(load(id)).isEmpty();
        assertThat(delete(id, 2)).isEqualTo(CommitResult.GONE);
        assertThat(delete(newId(), 1)).isEqualTo(CommitResult.GONE);
    }

    @Test
    default void aSessionWithoutATimeToLiveCanBeDeleted() {
        SessionId id = stored(null, Map.of("r", bytes("first")));
        assertThat(delete(id)).isTrue();
        assertThat(load(id)).isEmpty();
    }
}
