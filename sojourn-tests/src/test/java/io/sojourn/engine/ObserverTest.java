package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.SojournException;
import io.sojourn.observe.SessionObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What observers hear, and that their faults stay their own. */
class ObserverTest extends EngineTest {

    ObserverTest(Caller caller) {
        super(caller);
    }

    @Test
    void aLifeIsHeardFromBeginningToEnd() {
        Session session = node.create();
        session.set("a", 1);
        node.save(session);
        node.save(session);
        Session second = node.open(session.token());
        second.signIn("ada");
        node.save(second);
        node.lookup(session.token());
        node.lookup(tokenOf(session.id()));
        node.revoke(second);
        node.lookup(second.token());
        assertThat(heard.eventsWithIds())
                .allMatch(event -> event.endsWith(" " + session.id()))
                .hasSize(8);
        assertThat(heard.events())
                .containsExactly(
                        "created",
                        "saved",
                        "rotated",
                        "signedIn",
                        "superseded",
                        "wrongSecret",
                        "revoked SESSION",
                        "unknownId");
    }

    @Test
    void signsOfAnAttackAreEventsOfTheirOwnAndLookAlikeFromOutside() {
        Session session = node.stored("a", 1);
        SessionToken old = session.token();
        session.rotate();
        node.save(session);
        clock.advance(SessionSettings.SUPERSEDED_FOR);
        heard.clear();
        List<Lookup> outside = new ArrayList<>();
        outside.add(node.lookup(old));
        outside.add(node.lookup(tokenOf(session.id())));
        for (int i = 0; i < 100; i++) {
            outside.add(node.lookup(node.create().token()));
        }
        assertThat(heard.events()).startsWith("replacedSecret", "wrongSecret", "unknownId");
        assertThat(heard.events()).contains("unknownIds 100").hasSize(2 + 100 + 1);
        assertThat(outside).containsOnly(new Lookup.Absent());
    }

    @Test
    void howASessionEndedIsHeard() {
        Session first = node.signedIn("ada");
        Session second = node.signedIn("ada");
        Session third = node.signedIn("ada");
        Session fourth = node.signedIn("ada");
        fourth.index("tenant", "acme");
        node.save(fourth);
        heard.clear();
        node.revoke(second);
        node.revoke(third.id());
        node.revokeOthers(fourth);
        node.revokeByIndex("tenant", "acme");
        node.signedIn("ada");
        node.revokeAll("ada");
        assertThat(heard.eventsWithIds())
                .startsWith(
                        "revoked SESSION " + second.id(),
                        "revoked ID " + third.id(),
                        "revoked OTHERS " + first.id(),
                        "revoked INDEX " + fourth.id());
        assertThat(heard.events()).endsWith("revoked PRINCIPAL");
    }

    @Test
    void aSessionThatTheStoreKeptBeyondItsDeadlineIsHeardOf() {
        Node forever = node(settings -> settings.idleTimeout(Duration.ZERO));
        Session session = forever.stored("a", 1);
        clock.advance(Duration.ofHours(24).minusMinutes(1));
        overwrite(session.id(), "a:x", new byte[0]); // Which gives it another hour.
        clock.advance(Duration.ofMinutes(1));
        heard.clear();
        assertThat(forever.lookup(session.token())).isInstanceOf(Lookup.Absent.class);
        assertThat(heard.events()).containsExactly("expiredByAge");
    }

    @Test
    void everybodyWhoListensHearsAllOfIt() {
        Heard another = new Heard();
        Node listened = node(settings -> settings.alsoObserve(new Throwing()).alsoObserve(another));
        listened.stored("a", 1);
        assertThat(another.events()).isEqualTo(heard.events()).containsExactly("created");
    }

    /** A token of that id with a secret that was never valid. */
    private static SessionToken tokenOf(SessionId id) {
        return SessionToken.parse(id + "A".repeat(24)).orElseThrow();
    }

    @Test
    void anObserverThatThrowsDisturbsNobody() {
        Node disturbed = node(settings -> settings.observer(new Throwing()));
        Session session = disturbed.stored("a", 1);
        Session second = disturbed.open(session.token());
        otherNode.update(session.token(), s -> s.rotate());
        second.set("b", 2);
        assertThat(disturbed.save(second)).isEqualTo(SaveOutcome.SAVED);
        assertThat(disturbed.lookup(session.token())).isInstanceOf(Lookup.Superseded.class);
        assertThat(disturbed.lookup(tokenOf(session.id()))).isInstanceOf(Lookup.Absent.class);
        assertThat(disturbed.revoke(session.id())).isTrue();
        assertThat(disturbed.save(second)).isEqualTo(SaveOutcome.UNCHANGED);
        second.set("c", 3);
        assertThat(disturbed.save(second)).isEqualTo(SaveOutcome.GONE);
        assertThat(disturbed.find(session.token())).isEmpty();
    }

    private static final class Throwing implements SessionObserver {

        private static RuntimeException fault() {
            return new IllegalStateException("the observer is broken");
        }

        @Override
        public void created(SessionId id) {
            throw fault();
        }

        @Override
        public void saved(SessionId id) {
            throw fault();
        }

        @Override
        public void conflict(SessionId id) {
            throw fault();
        }

        @Override
        public void gone(SessionId id) {
            throw fault();
        }

        @Override
        public void revoked(SessionId id) {
            throw fault();
        }

        @Override
        public void unknownId(SessionId id) {
            throw fault();
        }

        @Override
        public void wrongSecret(SessionId id) {
            throw fault();
        }

        @Override
        public void superseded(SessionId id) {
            throw fault();
        }

        @Override
        public void storeFailed(SessionId id, SojournException cause) {
            throw fault();
        }
    }
}
