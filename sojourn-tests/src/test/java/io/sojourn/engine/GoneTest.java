package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.testkit.FaultyStore.Operation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Gone stays gone: nothing brings a session back that was revoked or whose time is up. */
class GoneTest extends EngineTest {

    private final Session created = node.stored("cart", "apples");
    private final SessionToken token = created.token();

    GoneTest(Caller caller) {
        super(caller);
        heard.clear();
    }

    @Test
    void lateSaveAfterRevokeDoesNotResurrect() {
        Session late = node.open(token);
        late.set("a", 1);
        assertThat(otherNode.revoke(token.id())).isTrue();
        assertThat(node.save(late)).isEqualTo(SaveOutcome.GONE);
        assertThat(isStored(token.id())).isFalse();
        assertThat(heard.events()).containsExactly("revoked ID", "gone");
    }

    @Test
    void lateSaveAfterExpiryDoesNotResurrect() {
        Session late = node.open(token);
        late.set("a", 1);
        clock.advance(Duration.ofHours(1));
        assertThat(node.save(late)).isEqualTo(SaveOutcome.GONE);
        assertThat(isStored(token.id())).isFalse();
    }

    @Test
    void lateSaveAmongConflictsDoesNotResurrect() {
        Session late = node.open(token);
        late.set("a", 1);
        store.beforeNext(Operation.COMMIT, () -> overwrite(token.id(), "a:x", new byte[0]));
        store.beforeNext(Operation.COMMIT, () -> otherNode.revoke(token.id()));
        assertThat(node.save(late)).isEqualTo(SaveOutcome.GONE);
        assertThat(isStored(token.id())).isFalse();
        assertThat(heard.events()).containsExactly("conflict", "revoked ID", "gone");
    }

    /** No answer is not no: it may have been created, and may still be. */
    @Test
    void aRevokedSessionOfWhichNobodyKnowsWhetherItIsStoredIsNot() {
        Session created = node.create();
        created.signIn("ada");
        store.loseNextReply(Operation.COMMIT);
        assertThatThrownBy(() -> node.save(created)).isInstanceOf(StoreUnavailableException.class);
        assertThat(isStored(created.id())).isTrue();
        assertThat(node.revoke(created)).isTrue();
        assertThat(isStored(created.id())).isFalse();
        assertThat(node.findByPrincipal("ada")).isEmpty();
        assertThat(node.save(created)).isEqualTo(SaveOutcome.GONE);

        Session late = node.create();
        late.set("a", 1);
        store.beforeNext(
                Operation.COMMIT, () -> assertThat(otherNode.revoke(late)).isFalse());
        assertThat(node.save(late)).isEqualTo(SaveOutcome.GONE);
        assertThat(isStored(late.id())).isFalse();
    }

    @Test
    void aSessionThatWasRevokedBeforeItWasEverWrittenIsNotAskedAbout() {
        Session session = node.create();
        session.set("a", 1);
        store.resetCalls();
        assertThat(node.revoke(session)).isFalse();
        assertThat(node.save(session)).isEqualTo(SaveOutcome.GONE);
        assertThat(store.calls()).isZero();
    }

    @Test
    void anEndedSessionIsNotAskedAboutAgain() {
        Session late = node.open(token);
        late.set("a", 1);
        node.revoke(token.id());
        assertThat(late.isEnded()).isFalse();
        node.save(late);
        assertThat(late.isEnded()).isTrue();
        assertThat(late.isStored()).isFalse();
        store.resetCalls();
        assertThat(node.save(late)).isEqualTo(SaveOutcome.GONE);
        assertThat(node.update(late, session -> 1)).isEmpty();
        assertThat(node.revoke(late)).isFalse();
        assertThat(store.calls()).isZero();
    }

    @Test
    void aRevokedSessionOpensNoMore() {
        Session session = node.open(token);
        assertThat(node.revoke(session)).isTrue();
        assertThat(session.isEnded()).isTrue();
        assertThat(node.find(token)).isEmpty();
        assertThat(heard.events()).containsExactly("revoked SESSION", "unknownId");
    }

    @Test
    void ofTwoRevocationsTheSecondFindsNothing() {
        Session other = otherNode.open(token);
        assertThat(node.revoke(token.id())).isTrue();
        assertThat(node.revoke(token.id())).isFalse();
        assertThat(otherNode.revoke(other)).isFalse();
        assertThat(other.isEnded()).isTrue();
        assertThat(heard.events()).containsExactly("revoked ID");
    }

    @Test
    void aSessionThatWasNeverStoredIsRevokedWithoutAsking() {
        Session session = node.create();
        session.set("a", 1);
        store.resetCalls();
        assertThat(node.revoke(session)).isFalse();
        assertThat(node.save(session)).isEqualTo(SaveOutcome.GONE);
        assertThat(store.calls()).isZero();
    }

    @Test
    void anUpdateOfASessionThatIsGoneGivesNothing() {
        Session session = node.open(token);
        node.revoke(token.id());
        AtomicInteger runs = new AtomicInteger();
        assertThat(node.update(session, s -> {
                    s.set("a", 1);
                    return runs.incrementAndGet();
                }))
                .isEmpty();
        assertThat(runs).hasValue(1);
        assertThat(session.isEnded()).isTrue();
        assertThat(node.update(token, s -> runs.incrementAndGet())).isEmpty();
        assertThat(runs).hasValue(1);
        assertThat(isStored(token.id())).isFalse();
    }

    @Test
    void aDueTouchDoesNotResurrect() {
        Session session = node.open(token);
        clock.advance(Duration.ofMinutes(5));
        node.revoke(token.id());
        assertUnchanged(session);
        assertThat(store.calls(Operation.TOUCH)).isEqualTo(1);
        assertThat(isStored(token.id())).isFalse();
    }

    @Test
    void aSaveAfterTheDeadlineDoesNotAskTheStore() {
        Node longIdle =
                node(settings -> settings.idleTimeout(Duration.ofDays(2)).absoluteTimeout(Duration.ofDays(1)));
        Session session = longIdle.stored("a", 1);
        session.set("b", 2);
        clock.advance(Duration.ofDays(1));
        store.resetCalls();
        assertThat(longIdle.save(session)).isEqualTo(SaveOutcome.GONE);
        assertThat(store.calls()).isZero();
    }

    @Test
    void whatBecameUnreadableMeanwhileIsOutOfReach() {
        Session session = node.open(token);
        session.set("a", 1);
        byte[] ofTheFuture = "\u0002 from a later version".getBytes(StandardCharsets.UTF_8);
        overwrite(token.id(), "r", ofTheFuture);
        assertThat(node.save(session)).isEqualTo(SaveOutcome.GONE);
        assertThat(stored(token.id()).parts().get("r")).isEqualTo(ofTheFuture);
        assertThat(heard.events()).containsSubsequence("unreadableSession", "gone");
    }

    @Test
    void whoRevokedASessionKnowsItFromOneThatWasGone() {
        Session session = node.stored("a", 1);
        Session late = otherNode.open(session.token());
        assertThat(node.revoke(session)).isTrue();
        assertThat(session.isRevoked()).isTrue();
        assertThat(session.isEnded()).isTrue();
        late.set("b", 2);
        assertThat(otherNode.save(late)).isEqualTo(SaveOutcome.GONE);
        assertThat(late.isEnded()).isTrue();
        assertThat(late.isRevoked()).isFalse();
    }
}
