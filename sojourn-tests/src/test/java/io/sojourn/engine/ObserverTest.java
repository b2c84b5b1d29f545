package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionToken;
import io.sojourn.SojournException;
import io.sojourn.spi.SessionObserver;
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
                .hasSize(7);
        assertThat(heard.events())
                .containsExactly("created", "saved", "rotated", "superseded", "wrongSecret", "revoked", "unknownId");
    }

    /** A token of that id with a secret that was never valid. */
    private static SessionToken tokenOf(SessionId id) {
        return SessionToken.parse(id + "." + "A".repeat(24)).orElseThrow();
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
