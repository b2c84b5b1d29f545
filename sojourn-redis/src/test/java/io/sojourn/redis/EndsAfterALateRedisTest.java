package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.SessionEnd;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node starts while Redis is away: it starts as without listeners, and tells of ends when Redis is there. */
@Tag("slow")
@Timeout(180)
class EndsAfterALateRedisTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final Queue<SessionEnd> onOneNode = new ConcurrentLinkedQueue<>();
    private final Queue<SessionEnd> onEveryNode = new ConcurrentLinkedQueue<>();

    private static SessionManager manager(RedisStore store) {
        return SessionManager.create(
                store,
                SessionSettings.builder()
                        .endEvents(true)
                        .endEventsOnEveryNode(true)
                        .build());
    }

    private static SessionId ended(SessionManager sessions) {
        Session session = sessions.create();
        session.set("cart", "tea");
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(sessions.revoke(session.id())).isTrue();
        return session.id();
    }

    private static boolean isEnded(SessionManager sessions) {
        try {
            return ended(sessions) != null;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    private static SessionEnd awaitEnd(Queue<SessionEnd> told, SessionId id) {
        await().atMost(SOON).until(() -> told.stream().anyMatch(end -> end.id().equals(id)));
        return told.stream().filter(end -> end.id().equals(id)).findFirst().orElseThrow();
    }

    @Test
    void aNodeThatStartsBeforeRedisTellsOfEndsWhenRedisIsThere() {
        try (RedisServer server = RedisServers.start()) {
            server.stop();
            try (RedisStore store = RedisStore.connect(server.uri());
                    RedisStore otherStore = RedisStore.connect(server.uri())) {
                SessionManager sessions = manager(store);
                try (EndWatch first = sessions.listenToEnds(onOneNode::add);
                        EndWatch second = sessions.listenToEndsOnEveryNode(onEveryNode::add)) {
                    assertThat(first).isNotSameAs(second);
                    server.restart();
                    // The node hears of every end that is told after it has asked Redis for the first time.
                    await().atMost(SOON).until(() -> isEnded(sessions) && !onEveryNode.isEmpty());
                    SessionId own = ended(sessions);
                    SessionManager other = manager(otherStore);
                    await().atMost(SOON).until(() -> isEnded(other));
                    SessionId foreign = ended(other);
                    for (Queue<SessionEnd> told : List.of(onOneNode, onEveryNode)) {
                        for (SessionId id : List.of(own, foreign)) {
                            SessionEnd end = awaitEnd(told, id);
                            assertThat(end.cause()).isEqualTo(EndCause.REVOKED_ID);
                            assertThat(end.<String>get("cart")).isEqualTo("tea");
                        }
                    }
                    assertThat(awaitEnd(onEveryNode, own).isFromThisNode()).isTrue();
                    assertThat(awaitEnd(onEveryNode, foreign).isFromThisNode()).isFalse();
                }
            }
        }
    }
}
