package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.layer.ForwardingStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A store may answer from a copy that another node's write has outdated, until the message about that write arrives. */
class OldCopyTest {

    private static final class CopyingStore extends ForwardingStore {

        private Optional<StoredSession> copy = Optional.empty();
        private int afresh;

        CopyingStore() {
            super(new MemoryStore());
        }

        @Override
        public CompletionStage<Optional<StoredSession>> load(SessionId id) {
            return copy.isPresent() ? CompletableFuture.completedFuture(copy) : super.load(id);
        }

        @Override
        public CompletionStage<Optional<StoredSession>> loadAfresh(SessionId id) {
            afresh++;
            return super.load(id);
        }

        @Override
        public boolean servesCopies() {
            return copy.isPresent();
        }
    }

    private final CopyingStore store = new CopyingStore();
    private final SessionManager sessions = SessionManager.create(store);

    private Session stored() {
        Session session = sessions.create();
        session.set("cart", "tea");
        sessions.save(session);
        return session;
    }

    @Test
    void whoHasJustSignedInOnAnotherNodeIsSignedInHere() {
        Session session = stored();
        store.copy = store.load(session.id()).toCompletableFuture().join();
        session.signIn("ada");
        sessions.save(session);
        Session found = sessions.find(session.token()).orElseThrow();
        assertThat(found.principal()).contains("ada");
        assertThat(store.afresh).isEqualTo(1);
    }

    @Test
    void aCopyThatOpensIsEnoughAndAGuessOpensNothing() {
        Session session = stored();
        store.copy = store.load(session.id()).toCompletableFuture().join();
        assertThat(sessions.find(session.token())).isPresent();
        assertThat(store.afresh).isZero();
        String text = session.token().reveal();
        String guess = text.substring(0, text.length() - 2) + (text.endsWith("AA") ? "BB" : "AA");
        assertThat(sessions.find(SessionToken.parse(guess).orElseThrow())).isEmpty();
        assertThat(store.afresh).isEqualTo(1);
        store.copy = Optional.empty();
        assertThat(sessions.find(SessionToken.parse(guess).orElseThrow())).isEmpty();
        assertThat(store.afresh)
                .as("an answer that is no copy, however fast it was")
                .isEqualTo(1);
    }
}
