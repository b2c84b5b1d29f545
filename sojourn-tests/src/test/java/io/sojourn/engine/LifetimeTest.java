package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.testkit.FaultyStore.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When sessions end, and when using one is written down. */
class LifetimeTest extends EngineTest {

    private static final Duration MILLI = Duration.ofMillis(1);

    LifetimeTest(Caller caller) {
        super(caller);
    }

    /** That the store keeps the session for exactly so long from now on; moves the clock to the end of it. */
    private void assertEndsAfter(SessionId id, Duration timeToLive) {
        clock.advance(timeToLive.minus(MILLI));
        assertThat(isStored(id)).as("stored just before " + timeToLive).isTrue();
        clock.advance(MILLI);
        assertThat(isStored(id)).as("stored after " + timeToLive).isFalse();
    }

    private void use(Node by, SessionToken token) {
        assertThat(by.save(by.open(token))).isEqualTo(SaveOutcome.UNCHANGED);
    }

    @Test
    void theTimeToLiveIsTheIdleTimeoutAndTheTouchInterval() {
        assertEndsAfter(node.stored("a", 1).id(), Duration.ofMinutes(31));
        Node shortLived = node(settings -> settings.idleTimeout(Duration.ofMinutes(5)));
        assertEndsAfter(shortLived.stored("a", 1).id(), Duration.ofSeconds(330)); // A tenth of the idle timeout.
        Node exact = node(settings -> settings.touchInterval(Duration.ZERO));
        assertEndsAfter(exact.stored("a", 1).id(), Duration.ofMinutes(30));
        Node fixed = node(settings -> settings.extendOnRead(false));
        assertEndsAfter(fixed.stored("a", 1).id(), Duration.ofMinutes(30));
    }

    @Test
    void theAbsoluteTimeoutCutsTheTimeToLive() {
        Node daily = node(settings -> settings.absoluteTimeout(Duration.ofMinutes(45)));
        Session session = daily.stored("a", 1);
        assertThat(session.absoluteDeadline()).contains(Instant.parse("2030-01-01T00:45:00Z"));
        clock.advance(Duration.ofMinutes(29));
        Session next = daily.open(session.token());
        next.set("a", 2);
        assertThat(daily.save(next)).isEqualTo(SaveOutcome.SAVED);
        assertEndsAfter(session.id(), Duration.ofMinutes(16));
    }

    @Test
    void usingASessionDoesNotMoveItsDeadline() {
        Node daily = node(settings -> settings.absoluteTimeout(Duration.ofMinutes(45)));
        SessionToken token = daily.stored("a", 1).token();
        for (int minute = 10; minute <= 40; minute += 10) {
            clock.advance(Duration.ofMinutes(10));
            use(daily, token);
        }
        assertEndsAfter(token.id(), Duration.ofMinutes(5));
    }

    @Test
    void withoutAnyTimeoutASessionLivesForEver() {
        Node eternal = node(settings -> settings.idleTimeout(Duration.ZERO).absoluteTimeout(Duration.ZERO));
        Session session = eternal.stored("a", 1);
        assertThat(session.absoluteDeadline()).isEmpty();
        assertThat(session.idleTimeout()).isZero();
        clock.advance(SessionSettings.LONGEST.multipliedBy(2));
        use(eternal, session.token());
        assertThat(eternal.find(session.token())).isPresent();
    }

    @Test
    void withoutAnIdleTimeoutASessionLivesUpToItsDeadline() {
        Node idle = node(settings -> settings.idleTimeout(Duration.ZERO));
        assertEndsAfter(idle.stored("a", 1).id(), Duration.ofHours(24));
    }

    @Test
    void aUseIsWrittenDownOnceItIsDue() {
        SessionToken token = node.stored("a", 1).token();
        clock.advance(Duration.ofSeconds(60).minus(MILLI));
        use(node, token);
        assertThat(store.calls(Operation.TOUCH)).isZero();
        clock.advance(MILLI);
        use(node, token);
        assertThat(store.calls(Operation.TOUCH)).isEqualTo(1);
        assertThat(stored(token.id()).touchedAt()).isEqualTo("2030-01-01T00:01:00Z");
        use(node, token);
        assertThat(store.calls(Operation.TOUCH)).isEqualTo(1);
        assertEndsAfter(token.id(), Duration.ofMinutes(31));
    }

    @Test
    void aUseIsWrittenDownOnceARequest() {
        SessionToken token = node.stored("a", 1).token();
        clock.advance(Duration.ofMinutes(10));
        Session session = node.open(token);
        for (int save = 0; save < 3; save++) {
            assertUnchanged(session);
        }
        assertThat(store.calls(Operation.TOUCH)).isEqualTo(1);
    }

    @Test
    void noSessionInUseEndsEarly() {
        Node eternal = node(settings -> settings.absoluteTimeout(Duration.ZERO));
        SessionToken token = eternal.stored("a", 1).token();
        for (int use = 0; use < 100; use++) {
            // A use that is not due yet and so not written down, then an idle timeout less a moment.
            clock.advance(Duration.ofSeconds(60).minus(MILLI));
            use(eternal, token);
            clock.advance(Duration.ofMinutes(30).minus(MILLI));
            use(eternal, token);
        }
        assertThat(store.calls(Operation.TOUCH)).isEqualTo(100);
    }

    @Test
    void lastAccessedIsTheTimeOfTheUseBefore() {
        SessionToken token = node.stored("a", 1).token();
        clock.advance(Duration.ofMinutes(10));
        Session second = node.open(token);
        assertThat(second.lastAccessedAt()).isEqualTo("2030-01-01T00:00:00Z");
        node.save(second);
        assertThat(second.lastAccessedAt()).isEqualTo("2030-01-01T00:00:00Z");
        clock.advance(Duration.ofMinutes(10));
        assertThat(node.open(token).lastAccessedAt()).isEqualTo("2030-01-01T00:10:00Z");
    }

    @Test
    void nobodyWaitsForATouch() {
        SessionToken token = node.stored("a", 1).token();
        clock.advance(Duration.ofMinutes(10));
        CompletableFuture<Void> gate = new CompletableFuture<>();
        store.delayNext(Operation.TOUCH, gate);
        use(node, token);
        assertThat(stored(token.id()).touchedAt()).isEqualTo("2030-01-01T00:00:00Z");
        gate.complete(null);
        assertThat(stored(token.id()).touchedAt()).isEqualTo("2030-01-01T00:10:00Z");
    }

    @Test
    void aTouchThatFailsIsReportedAndFailsNoRequest() {
        SessionToken token = node.stored("a", 1).token();
        heard.clear();
        clock.advance(Duration.ofMinutes(10));
        store.failNext(Operation.TOUCH);
        use(node, token);
        assertThat(heard.events()).containsExactly("storeFailed");
    }

    @Test
    void aTouchDoesNotUndoWhatAnotherRequestDid() {
        SessionToken token = node.stored("a", 1).token();
        clock.advance(Duration.ofMinutes(10));
        Session reader = node.open(token);
        Session writer = otherNode.open(token);
        writer.setIdleTimeout(Duration.ofMinutes(2));
        otherNode.save(writer);
        node.save(reader);
        assertEndsAfter(token.id(), Duration.ofSeconds(132));
    }

    @Test
    void withAZeroTouchIntervalEveryUseIsWrittenDown() {
        Node eager = node(settings -> settings.touchInterval(Duration.ZERO));
        SessionToken token = eager.stored("a", 1).token();
        for (int use = 0; use < 3; use++) {
            clock.advance(MILLI);
            use(eager, token);
        }
        assertThat(store.calls(Operation.TOUCH)).isEqualTo(3);
    }

    @Test
    void withoutExtendOnReadOnlyAChangeExtends() {
        Node fixed = node(settings -> settings.extendOnRead(false));
        SessionToken token = fixed.stored("a", 1).token();
        clock.advance(Duration.ofMinutes(20));
        use(fixed, token);
        assertThat(store.calls(Operation.TOUCH)).isZero();
        Session session = fixed.open(token);
        session.set("a", 2);
        assertThat(fixed.save(session)).isEqualTo(SaveOutcome.SAVED);
        clock.advance(Duration.ofMinutes(20));
        assertThat(fixed.open(token).lastAccessedAt()).isEqualTo("2030-01-01T00:20:00Z");
        assertEndsAfter(token.id(), Duration.ofMinutes(10));
    }

    @Test
    void aNodeWhoseClockIsBehindTouchesToo() {
        SessionToken token = node.stored("a", 1).token();
        clock.advance(Duration.ofHours(-1)); // The store's clock as well, which makes no difference here.
        use(node, token);
        assertThat(store.calls(Operation.TOUCH)).isEqualTo(1);
        clock.advance(Duration.ofSeconds(59));
        use(node, token);
        assertThat(store.calls(Operation.TOUCH)).isEqualTo(1);
    }

    @Test
    void aSessionHasAnIdleTimeoutOfItsOwn() {
        Session session = node.stored("a", 1);
        session.setIdleTimeout(Duration.ofMinutes(100));
        assertThat(session.idleTimeout()).isEqualTo(Duration.ofMinutes(100));
        assertSaved(session);
        assertThat(node.open(session.token()).idleTimeout()).isEqualTo(Duration.ofMinutes(100));
        assertEndsAfter(session.id(), Duration.ofMinutes(101));
    }

    @Test
    void anIdleTimeoutOfZeroOrLessIsForEver() {
        for (Duration none :
                new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(Long.MIN_VALUE)}) {
            Session session = node.stored("a", 1);
            session.setIdleTimeout(none);
            assertThat(session.idleTimeout()).isZero();
            assertSaved(session);
            assertEndsAfter(session.id(), Duration.ofHours(24));
        }
    }

    @Test
    void theShortestIdleTimeoutIsNotForEver() {
        Session session = node.stored("a", 1);
        session.setIdleTimeout(Duration.ofNanos(1));
        assertThat(session.idleTimeout()).isEqualTo(MILLI);
        assertSaved(session);
        assertEndsAfter(session.id(), MILLI);
        Node hasty = node(settings -> settings.idleTimeout(Duration.ofNanos(1)));
        assertThat(hasty.create().idleTimeout()).isEqualTo(MILLI);
        Node shortLived = node(settings -> settings.absoluteTimeout(Duration.ofNanos(1)));
        assertThat(shortLived.create().absoluteDeadline())
                .contains(clock.instant().plus(MILLI));
    }

    @Test
    void anIdleTimeoutHasACeiling() {
        Session session = node.stored("a", 1);
        session.setIdleTimeout(SessionSettings.LONGEST);
        assertSaved(session);
        assertThatThrownBy(() -> session.setIdleTimeout(SessionSettings.LONGEST.plusNanos(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most");
        assertThat(session.idleTimeout()).isEqualTo(SessionSettings.LONGEST);
    }

    @Test
    void settingTheIdleTimeoutThatIsInForceIsNoChange() {
        Session session = node.stored("a", 1);
        session.setIdleTimeout(Duration.ofMinutes(30));
        assertUnchanged(session);
    }

    @Test
    void pastItsDeadlineASessionReadsAsAbsentEvenWhileItIsStored() {
        Node ahead = node(settings -> settings.clock(() -> clock.instant().plus(Duration.ofHours(24))));
        SessionToken token = node.stored("a", 1).token();
        assertThat(node.find(token)).isPresent();
        assertThat(ahead.find(token)).isEmpty();
        assertThat(isStored(token.id())).isTrue();
    }
}
