package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionToken;
import io.sojourn.StandIn;
import io.sojourn.StoreUnavailableException;
import io.sojourn.testkit.FaultyStore.Operation;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** New sessions: what makes them worth storing, and what happens on the way there. */
class CreateTest extends EngineTest {

    CreateTest(Caller caller) {
        super(caller);
    }

    @Test
    void anEmptySessionIsNeverStored() {
        Session session = node.create();
        session.setIdleTimeout(Duration.ofMinutes(1));
        session.rotate();
        assertThat(session.names()).isEmpty();
        assertThat(node.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
        assertThat(store.calls()).isZero();
    }

    @Test
    void anEmptySessionThatIsAskedForIsStored() {
        Session session = node.create();
        session.storeEvenIfEmpty();
        assertSaved(session);
        assertThat(otherNode.open(session.token()).names()).isEmpty();
        assertUnchanged(session);
    }

    @Test
    void anAttributeThatIsGoneAgainIsNotWorthStoring() {
        Session session = node.create();
        session.set("a", 1);
        session.remove("a");
        assertUnchanged(session);
        session.set("a", null);
        assertUnchanged(session);
    }

    @Test
    void theFirstAttributeStoresItInOneWrite() {
        Session session = node.create();
        session.set("a", 1);
        assertThat(session.isNew()).isTrue();
        assertThat(session.isStored()).isFalse();
        assertSaved(session);
        assertThat(session.isStored()).isTrue();
        assertThat(session.isNew()).isTrue();
        assertThat(store.calls()).isEqualTo(1);
        assertThat(memory.size()).isEqualTo(1);
        assertThat(heard.eventsWithIds()).containsExactly("created " + session.id());
        assertUnchanged(session);
    }

    @Test
    void theNextRequestFindsWhatTheFirstOneLeft() {
        Session session = node.stored("a", 1);
        clock.advance(Duration.ofSeconds(5));
        Session next = otherNode.open(session.token());
        assertThat(next.id()).isEqualTo(session.id());
        assertThat(next.isNew()).isFalse();
        assertThat(next.isStored()).isTrue();
        assertThat(next.standIn()).isEmpty();
        assertThat(next.mayReplaceCookie()).isTrue();
        assertThat(next.createdAt()).isEqualTo(session.createdAt()).isEqualTo("2030-01-01T00:00:00Z");
        assertThat(next.lastAccessedAt()).isEqualTo("2030-01-01T00:00:00Z");
        assertThat(next.<Integer>get("a")).isEqualTo(1);
    }

    @Test
    void aSessionForLeftOutTokensIsNeverStored() {
        Session session = node.createForLeftOutTokens();
        session.set("a", 1);
        assertThat(session.standIn()).contains(StandIn.LEFT_OUT_TOKENS);
        assertThat(session.mayReplaceCookie()).isFalse();
        assertThat(session.<Integer>get("a")).isEqualTo(1);
        assertThat(node.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
        assertThat(node.revoke(session)).isFalse();
        assertThat(store.calls()).isZero();
    }

    @Test
    void settingsOfANewSessionAreStoredWithIt() {
        Session session = node.create();
        session.setIdleTimeout(Duration.ofMinutes(7));
        SessionToken token = session.signIn("ada");
        session.set("a", 1);
        assertSaved(session);
        assertThat(store.calls(Operation.ENTER)).isEqualTo(1);
        assertThat(store.calls(Operation.COMMIT)).isEqualTo(1);
        assertThat(store.calls()).isEqualTo(2);
        Session next = node.open(token);
        assertThat(next.idleTimeout()).isEqualTo(Duration.ofMinutes(7));
        assertThat(next.principal()).contains("ada");
    }

    @Test
    void anIdThatIsTakenIsReplacedByAnother() {
        // Two nodes whose generators agree, as those of two cloned machines might.
        Node clone = node(settings -> settings.random(new Random(1)));
        Node otherClone = node(settings -> settings.random(new Random(1)));
        Session first = clone.stored("a", "first");
        Session second = otherClone.create();
        SessionId taken = second.id();
        assertThat(taken).isEqualTo(first.id());
        second.set("a", "second");
        second.setIdleTimeout(Duration.ofMinutes(7));
        second.signIn("ada");

        assertThat(otherClone.save(second)).isEqualTo(SaveOutcome.SAVED);
        assertThat(second.id()).isNotEqualTo(taken).isEqualTo(second.token().id());
        Session found = node.open(second.token());
        assertThat(found.<String>get("a")).isEqualTo("second");
        assertThat(found.principal()).contains("ada");
        assertThat(found.idleTimeout()).isEqualTo(Duration.ofMinutes(7));
        assertThat(node.open(first.token()).<String>get("a")).isEqualTo("first");
        assertThat(heard.events()).containsExactly("created", "created", "signedIn");
    }

    @Test
    void anUpdateReplacesATakenIdToo() {
        Node clone = node(settings -> settings.random(new Random(1)));
        Node otherClone = node(settings -> settings.random(new Random(1)));
        Session first = clone.stored("a", "first");
        Session second = otherClone.create();
        assertThat(otherClone.update(second, session -> {
                    session.set("a", "second");
                    return session.id();
                }))
                .contains(second.id());
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(node.open(second.token()).<String>get("a")).isEqualTo("second");
    }

    @Test
    void aCreationWhoseReplyWasLostIsFoundAgain() {
        Session session = node.create();
        session.set("a", 1);
        session.set("c", 3);
        store.loseNextReply(Operation.COMMIT);
        assertThatThrownBy(() -> node.save(session)).isInstanceOf(StoreUnavailableException.class);
        assertThat(session.isStored()).isFalse();
        session.set("b", 2);
        session.remove("c");
        SessionToken token = session.signIn("ada");
        assertSaved(session);
        assertThat(session.token()).isEqualTo(token);
        assertThat(node.open(token).names()).containsExactly("a", "b");
        assertThat(node.open(token).principal()).contains("ada");
        assertThat(memory.size()).isEqualTo(1);
    }

    @Test
    void aRotatedCreationWhoseReplyWasLostIsFoundAgainToo() {
        Session session = node.create();
        SessionToken token = session.signIn("ada");
        store.loseNextReply(Operation.COMMIT);
        assertThatThrownBy(() -> node.save(session)).isInstanceOf(StoreUnavailableException.class);
        assertSaved(session);
        assertThat(session.token()).isEqualTo(token);
        assertThat(node.open(token).principal()).contains("ada");
        assertThat(memory.size()).isEqualTo(1);
    }

    @Test
    void aCreationThatTheStoreCannotShowIsLeftAlone() {
        Session session = node.create();
        session.set("a", 1);
        store.loseNextReply(Operation.COMMIT);
        assertThatThrownBy(() -> node.save(session)).isInstanceOf(StoreUnavailableException.class);
        SessionId first = session.id();
        overwrite(first, "r", new byte[0]);
        assertSaved(session);
        assertThat(session.id()).isNotEqualTo(first);
        assertThat(node.find(session.token())).isPresent();
    }

    @Test
    void oneNewSessionSavedByTwoThreadsAtOnceStaysOne() {
        Session session = node.create();
        session.set("a", 1);
        store.beforeNext(Operation.COMMIT, () -> assertSaved(session));
        assertSaved(session);
        assertOneSession(session);
    }

    @Test
    void oneNewSessionSavedByAThreadWhileAnotherWaitsForItsReplyStaysOne() {
        Session session = node.create();
        session.set("a", 1);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        store.delayNextReply(Operation.COMMIT, gate);
        CompletionStage<SaveOutcome> slow = node.sessions().async().save(session);
        assertSaved(session);
        gate.complete(null);
        assertThat(slow).isCompletedWithValue(SaveOutcome.SAVED);
        assertOneSession(session);
    }

    private void assertOneSession(Session session) {
        assertThat(memory.size()).isEqualTo(1);
        assertThat(node.open(session.token()).names()).containsExactly("a");
        session.set("b", 2);
        assertSaved(session);
        assertThat(node.open(session.token()).names()).containsExactly("a", "b");
    }
}
