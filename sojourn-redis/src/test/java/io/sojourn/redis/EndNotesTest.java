package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.UnreadableSessionException;
import io.sojourn.codec.JavaSerializationCodec;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.PastSession;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.SessionEnds;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Why a session ended is told to the client that had it; and ends that some nodes, or none, can read. */
@Timeout(60)
class EndNotesTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @SuppressWarnings("NullAway.Init") // set before all
    private static RedisServer server;

    private record Told(
            String node,
            SessionId id,
            EndCause cause,
            @Nullable Object cart,
            int attempt) {}

    private final Queue<Told> told = new ConcurrentLinkedQueue<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = RedisServers.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private RedisStore store() {
        RedisStore store = RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(10))
                .connect();
        opened.add(store);
        return store;
    }

    private SessionManager manager(UnaryOperator<SessionSettings.Builder> settings) {
        return SessionManager.create(
                store(),
                settings.apply(SessionSettings.builder().endEvents(true)).build());
    }

    private void listen(String node, SessionManager sessions) {
        opened.add(sessions.listenToEnds(
                end -> told.add(new Told(node, end.id(), end.cause(), end.get("cart"), end.attempt()))));
    }

    private static Session stored(SessionManager sessions, String cart) {
        Session session = sessions.create();
        session.set("cart", cart);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    private Told awaitTold(SessionId id) {
        await().atMost(LIMIT).until(() -> told.stream().anyMatch(one -> one.id().equals(id)));
        return told.stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
    }

    @Test
    void whoShowsTheTokenOfAnEndedSessionIsToldWhyAndWhoOnlyKnowsItsIdIsNot() {
        Queue<String> shown = new ConcurrentLinkedQueue<>();
        SessionManager sessions =
                manager(builder -> builder.idleTimeout(Duration.ofHours(1)).observer(new SessionObserver() {
                    @Override
                    public void endedSession(SessionId id, PastSession past) {
                        shown.add(id + " " + past.cause());
                    }

                    @Override
                    public void unknownId(SessionId id) {
                        shown.add("unknown " + id);
                    }
                }));
        listen("node", sessions);
        Session session = stored(sessions, "cart");
        SessionToken token = session.token();
        sessions.revoke(session.id());
        await().atMost(LIMIT).until(() -> sessions.ended(token).isPresent());
        assertThat(sessions.lookup(token)).isEqualTo(new Lookup.Absent());
        assertThat(sessions.lastKnownEnd(token).orElseThrow().cause()).isEqualTo(EndCause.REVOKED_ID);
        String wrong = token.reveal().substring(0, 45) + (token.reveal().endsWith("A") ? "B" : "A");
        SessionToken guess = SessionToken.parse(wrong).orElseThrow();
        assertThat(sessions.lookup(guess)).isEqualTo(new Lookup.Absent());
        assertThat(sessions.lastKnownEnd(guess)).isEmpty();
        assertThat(shown).containsExactly(session.id() + " REVOKED_ID", "unknown " + session.id());
    }

    @Test
    void aSessionThatIsTakenAndCreatedAgainHasNotEnded() {
        SessionManager sessions = manager(builder -> builder.idleTimeout(Duration.ofHours(1)));
        listen("node", sessions);
        Session session = stored(sessions, "first");
        Session last = sessions.revokeAndGet(session).orElseThrow();
        Session again = sessions.create(session.token());
        again.set("cart", "second");
        assertThat(sessions.save(again)).isEqualTo(SaveOutcome.SAVED);
        Session other = stored(sessions, "other");
        assertThat(sessions.revokeAndGet(other)).isPresent();
        assertThat(awaitTold(other.id()).attempt()).isEqualTo(1);
        assertThat(last.<String>get("cart")).isEqualTo("first");
        assertThat(told).hasSize(1);
        sessions.revoke(again);
        assertThat(awaitTold(session.id()).cart()).isEqualTo("second");
    }

    @Test
    void aNodeThatCannotReadAnEndedSessionLeavesItToAnother() {
        SessionManager able = manager(builder -> builder.idleTimeout(Duration.ofHours(1))
                .codec(JavaSerializationCodec.builder().allow(Basket.class).build()));
        Queue<Throwable> reports = new ConcurrentLinkedQueue<>();
        SessionManager unable = manager(builder -> builder.codec(
                        JavaSerializationCodec.builder().allow(String.class).build())
                .observer(new SessionObserver() {
                    @Override
                    public void endNotTold(SessionId id, @Nullable Duration retryIn, Throwable cause) {
                        reports.add(cause);
                    }
                }));
        Session session = able.create();
        session.set("cart", new Basket("tea"));
        assertThat(able.save(session)).isEqualTo(SaveOutcome.SAVED);
        listen("unable", unable);
        unable.revoke(session.id());
        await().atMost(LIMIT).until(() -> !reports.isEmpty());
        assertThat(reports).allMatch(UnreadableSessionException.class::isInstance);
        assertThat(told).isEmpty();
        listen("able", able);
        Told one = awaitTold(session.id());
        assertThat(one.node()).isEqualTo("able");
        assertThat(one.cart()).isEqualTo(new Basket("tea"));
        assertThat(one.cause()).isEqualTo(EndCause.REVOKED_ID);
    }

    private record Basket(String item) implements Serializable {}

    /** A newer version, or another program, has written it: the record of the session has a first byte that there is not. */
    @Test
    void anEndThatNoNodeCanReadIsToldAsSuchAndAgainIfTheListenerThrows() {
        Queue<Duration> retries = new ConcurrentLinkedQueue<>();
        SessionManager sessions =
                manager(builder -> builder.idleTimeout(Duration.ofHours(1)).observer(new SessionObserver() {
                    @Override
                    public void endNotTold(SessionId id, @Nullable Duration retryIn, Throwable cause) {
                        retries.add(Objects.requireNonNull(retryIn));
                    }
                }));
        SessionEnds ends = store().ends().orElseThrow();
        Session session = stored(sessions, "cart");
        try (RedisProbe probe = server.probe()) {
            probe.call("HSET", "sojourn:" + session.id(), "r", "?");
        }
        sessions.revoke(session.id());
        for (int i = 1; i < SessionEndListener.READ_TRIES; i++) {
            SessionEnds.State unused =
                    ends.look(session.id()).toCompletableFuture().join(); // As nodes that handed it back.
        }
        opened.add(sessions.listenToEnds(end -> {
            told.add(new Told("node", end.id(), end.cause(), null, end.attempt()));
            throw new IllegalStateException("The mail server is away");
        }));
        Told one = awaitTold(session.id());
        assertThat(one.cause()).isEqualTo(EndCause.UNREADABLE);
        assertThat(one.attempt()).isEqualTo(SessionEndListener.READ_TRIES);
        await().until(() -> !retries.isEmpty());
        assertThat(retries).containsExactly(Duration.ofSeconds(64));
    }
}
