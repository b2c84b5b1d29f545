package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.ConflictException;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.testkit.FaultyStore.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A store that is out of reach, loses replies or does not keep its contract. */
class OutageTest extends EngineTest {

    private final SessionToken token = node.stored("count", 0).token();

    OutageTest(Caller caller) {
        super(caller);
        heard.clear();
    }

    private void assertUnavailable(ThrowingCallable call) {
        heard.clear();
        assertThatThrownBy(call).isInstanceOf(StoreUnavailableException.class);
        assertThat(heard.events()).containsExactly("storeFailed");
    }

    @Test
    void everyVerbFailsWhileTheStoreIsAwayAndWorksAgainAfterwards() {
        Session session = node.open(token);
        session.set("a", 1);
        Session fresh = node.create();
        fresh.set("a", 1);
        store.goDown();
        assertUnavailable(() -> node.find(token));
        assertUnavailable(() -> node.lookup(token));
        assertUnavailable(() -> node.save(session));
        assertUnavailable(() -> node.save(fresh));
        assertUnavailable(() -> node.update(token, s -> 1));
        assertUnavailable(() -> node.update(session, s -> s.signIn("ada")));
        assertUnavailable(() -> node.revoke(session));
        assertUnavailable(() -> node.revoke(token.id()));
        store.comeBack();
        assertThat(session.isEnded()).isFalse();
        assertSaved(session);
        assertSaved(fresh);
        assertThat(node.open(token).principal()).isEmpty();
        assertThat(node.revoke(session)).isTrue();
    }

    @Test
    void whatAsksNothingNeedsNoStore() {
        Session session = node.open(token);
        store.goDown();
        assertThat(node.find("no token")).isEmpty();
        assertThat(node.create().names()).isEmpty();
        assertThat(session.<Integer>get("count")).isEqualTo(0);
        assertUnchanged(session);
        clock.advance(Duration.ofMinutes(10));
        assertUnchanged(session); // A due touch fails unheard.
    }

    @Test
    void aChangeWhoseReplyWasLostCanBeSavedAgain() {
        Session session = node.open(token);
        session.set("a", 1);
        session.remove("count");
        store.loseNextReply(Operation.COMMIT);
        assertUnavailable(() -> node.save(session));
        assertSaved(session);
        assertThat(node.open(token).names()).containsExactly("a");
        assertUnchanged(session);
    }

    @Test
    void aRotationWhoseReplyWasLostCanBeSavedAgain() {
        Session session = node.open(token);
        SessionToken newToken = session.signIn("ada");
        store.loseNextReply(Operation.COMMIT);
        assertUnavailable(() -> node.save(session));
        assertThat(session.token()).isEqualTo(newToken);
        assertSaved(session);
        assertThat(node.find(token)).isEmpty();
        assertThat(node.open(newToken).principal()).contains("ada");
        assertThat(node.open(newToken).publicId()).endsWith("~1");
    }

    @Test
    void aChangeThatWasTakenBackAfterALostReplyIsTakenBackInTheStoreToo() {
        Session session = node.open(token);
        session.set("count", 1);
        session.set("a", 1);
        session.setIdleTimeout(Duration.ofMinutes(5));
        store.loseNextReply(Operation.COMMIT);
        assertUnavailable(() -> node.save(session));
        session.set("count", 0);
        session.remove("a");
        session.setIdleTimeout(Duration.ofMinutes(30));
        assertSaved(session);
        Session now = node.open(token);
        assertThat(now.names()).containsExactly("count");
        assertThat(now.<Integer>get("count")).isEqualTo(0);
        assertThat(now.idleTimeout()).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void aChangeThatIsTakenBackWhileItIsSavedIsSavedTheNextTime() {
        Session session = node.open(token);
        session.set("count", 1);
        session.set("a", 1);
        session.setIdleTimeout(Duration.ofMinutes(5));
        store.beforeNext(Operation.COMMIT, () -> {
            session.set("count", 0);
            session.remove("a");
            session.setIdleTimeout(Duration.ofMinutes(30));
        });
        assertSaved(session);
        assertThat(node.open(token).<Integer>get("count")).isEqualTo(1);
        assertSaved(session);
        Session now = node.open(token);
        assertThat(now.names()).containsExactly("count");
        assertThat(now.<Integer>get("count")).isEqualTo(0);
        assertThat(now.idleTimeout()).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void aRevocationWhoseReplyWasLostCanBeRepeated() {
        Session session = node.open(token);
        store.loseNextReply(Operation.DELETE);
        assertUnavailable(() -> node.revoke(session));
        assertThat(node.revoke(session)).isFalse();
        assertThat(session.isEnded()).isTrue();
    }

    @Test
    void aLogoutEndsASessionThatIsWrittenAllTheTime() {
        Session session = node.open(token);
        for (int i = 0; i < 100; i++) {
            store.beforeNext(Operation.DELETE, () -> {
                if (isStored(token.id())) {
                    overwrite(token.id(), "a:x", new byte[0]);
                }
            });
        }
        assertThat(node.revoke(session)).isTrue();
        assertThat(isStored(token.id())).isFalse();
    }

    @Test
    void whoLosesTheRaceTooOftenGivesUpAndHasWrittenNothing() {
        Node impatient = node(settings -> settings.maxConflicts(2));
        Session session = impatient.open(token);
        session.set("a", 1);
        for (int i = 0; i < 3; i++) {
            store.beforeNext(Operation.COMMIT, () -> overwrite(token.id(), "a:x", new byte[0]));
        }
        assertThatThrownBy(() -> impatient.save(session))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining(token.id().toString())
                .hasMessageContaining("3 attempts")
                .hasMessageContaining("raise maxConflicts (in the environment SOJOURN_MAX_CONFLICTS,");
        assertThat(node.open(token).names()).containsExactly("count");
        assertThat(impatient.save(session)).isEqualTo(SaveOutcome.SAVED);
    }

    @Test
    void whoMayLoseNoRaceGivesUpAtTheFirst() {
        Node once = node(settings -> settings.maxConflicts(0));
        Session session = once.open(token);
        session.set("a", 1);
        store.beforeNext(Operation.COMMIT, () -> overwrite(token.id(), "a:x", new byte[0]));
        assertThatThrownBy(() -> once.save(session)).isInstanceOf(ConflictException.class);
    }

    @Test
    void aSaveThatLosesManyRacesGetsThroughAtLast() {
        Session session = node.open(token);
        session.set("a", 1);
        for (int i = 0; i < 50; i++) {
            store.beforeNext(Operation.COMMIT, () -> overwrite(token.id(), "a:x", new byte[0]));
        }
        assertSaved(session);
        assertThat(heard.events()).hasSize(51).endsWith("conflict", "saved");
    }

    @Test
    void whateverAStoreFailsWithTheCallerGetsOneException() {
        for (Throwable failure : List.of(
                new IOException("broken pipe"), new IllegalStateException("odd reply"), new CancellationException())) {
            Node failing = new Node(
                    caller,
                    SessionManager.create(
                            new FailingStore(() -> failure),
                            SessionSettings.builder()
                                    .codec(Serialization.codec())
                                    .observer(heard)
                                    .build()));
            Session session = failing.create();
            session.set("a", 1);
            assertUnavailable(() -> failing.find(token));
            assertUnavailable(() -> failing.save(session));
            assertUnavailable(() -> failing.update(session, s -> s.signIn("ada")));
            assertUnavailable(() -> failing.revoke(token.id()));
        }
    }

    @Test
    void aStoreThatThrowsInsteadOfFailingIsUnavailableToo() {
        Node failing = new Node(
                caller,
                SessionManager.create(
                        new FailingStore(() -> {
                            throw new IllegalStateException("thrown at once");
                        }),
                        SessionSettings.builder()
                                .codec(Serialization.codec())
                                .observer(heard)
                                .build()));
        Session session = failing.create();
        session.set("a", 1);
        assertUnavailable(() -> failing.find(token));
        assertUnavailable(() -> failing.save(session));
        assertUnavailable(() -> failing.revoke(token.id()));
    }

    @Test
    void anInterruptedThreadStopsWaitingAndStaysInterrupted() {
        assumeTrue(caller == Caller.BLOCKING, "an asynchronous caller does not wait");
        store.delayNext(Operation.LOAD, new CompletableFuture<>());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> node.find(token))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(heard.events()).isEmpty(); // It is no fault of the store's.
    }

    @Test
    void anInterruptedThreadThatNeedNotWaitGetsItsAnswer() {
        Thread.currentThread().interrupt();
        Optional<Session> found = node.find(token);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(found).isPresent();
    }
}
