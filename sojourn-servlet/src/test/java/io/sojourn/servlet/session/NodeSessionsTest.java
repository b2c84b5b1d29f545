package io.sojourn.servlet.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.layer.ForwardingEnds;
import io.sojourn.spi.layer.ForwardingStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Who tells the listeners of a session that a request invalidates. */
class NodeSessionsTest {

    private boolean workerTells;

    private SessionManager manager(Runnable whileEnding) {
        MemoryStore store = new MemoryStore();
        SessionEnds slow = new ForwardingEnds(store.ends().orElseThrow()) {
            @Override
            public CompletionStage<CommitResult> end(SessionId id, long revision, String cause, boolean forbids) {
                whileEnding.run();
                return super.end(id, revision, cause, forbids);
            }
        };
        return SessionManager.create(
                new ForwardingStore(store) {
                    @Override
                    public Optional<SessionEnds> ends() {
                        return Optional.of(slow);
                    }
                },
                SessionSettings.builder().endEvents(true).build());
    }

    private static Session stored(SessionManager manager) {
        Session session = manager.create();
        session.set("user", "ada");
        assertThat(manager.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    @Test
    void theRequestTellsAndNoOtherOne() {
        SessionManager manager = manager(() -> {});
        try (NodeSessions nodes = new NodeSessions(manager)) {
            Session session = stored(manager);
            assertThat(nodes.invalidate(session)).isTrue();
            assertThat(nodes.isLeftToRequest(session.id())).isFalse();
            assertThat(nodes.claimTelling(session.id())).isFalse();
        }
    }

    /** The store answers the request later than the thread that tells of ends waits for it. */
    @Test
    void aRequestDoesNotTellAgainWhatWasToldBecauseItTookTooLong() {
        Session[] session = new Session[1];
        NodeSessions[] all = new NodeSessions[1];
        SessionManager manager = manager(() -> {
            SessionId id = session[0].id();
            workerTells = !all[0].isLeftToRequest(id) && all[0].claimTelling(id);
        });
        try (NodeSessions nodes = new NodeSessions(manager, Duration.ofMillis(10))) {
            all[0] = nodes;
            session[0] = stored(manager);
            assertThat(nodes.invalidate(session[0])).isFalse();
            assertThat(workerTells).isTrue();
            assertThat(nodes.claimTelling(session[0].id())).isFalse();
        }
    }
}
