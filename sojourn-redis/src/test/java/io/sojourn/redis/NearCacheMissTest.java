package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.protocol.CommandType;
import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.NearCacheStatus;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A load without a copy is two commands. What is kept of it when something happens between them, or to one of them? */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
class NearCacheMissTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final RedisServer server;
    private final RedisStore other;
    private final Calls others;
    private final RedisProbe probe;
    private final SessionId id = newId();

    NearCacheMissTest(RedisServer server) {
        this.server = server;
        other = Servers.connectTo(server.uri());
        others = new Calls(other);
        probe = server.probe();
    }

    @BeforeEach
    void begin() {
        answer(others.create(id));
    }

    @AfterEach
    void close() {
        other.close();
        probe.close();
    }

    private static RedisStore near(FakeProxy proxy) {
        return near("redis://127.0.0.1:" + proxy.port());
    }

    private static RedisStore near(String uri) {
        RedisStore store = RedisStore.builder()
                .uri(uri)
                .timeout(LIMIT)
                .nearCache(NearCache.builder().maxStaleness(LIMIT).build())
                .connect();
        Awaitility.await().atMost(LIMIT).until(() -> stats(store).active());
        return store;
    }

    private static NearCacheStatus stats(RedisStore store) {
        return store.nearCache().orElseThrow();
    }

    private String key() {
        return "sojourn:" + id;
    }

    /** Loads the session. The server has answered the first of the two commands when the work begins, and gets the second after it. */
    private long loaded(RedisStore near, Runnable work) {
        probe.resetStats();
        CompletableFuture<Void> done = BeforeCommand.next(near, key(), CommandType.PTTL, () -> {
            Awaitility.await().atMost(LIMIT).until(() -> probe.commandStats().getOrDefault("hgetall", 0L) == 1);
            work.run();
        });
        long revision = OldState.revision(near, id);
        answer(done);
        return revision;
    }

    @Test
    void whatAnotherClientChangesBetweenTheTwoCommandsIsNotKept() {
        try (RedisStore near = near(server.uri())) {
            long revision = loaded(
                    near, () -> assertThat(answer(others.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED));

            assertThat(revision).isEqualTo(1);
            assertThat(stats(near).sessions()).isZero();
            assertThat(OldState.revision(near, id)).isEqualTo(2);
            assertThat(OldState.revision(near, id)).isEqualTo(2);
            assertThat(stats(near).hits()).isEqualTo(1);
        }
    }

    @Test
    void whatAnotherClientEndsBetweenTheTwoCommandsIsNotKept() {
        try (RedisStore near = near(server.uri())) {
            assertThat(loaded(near, () -> assertThat(answer(others.delete(id))).isTrue()))
                    .isEqualTo(1);
            assertThat(OldState.revision(near, id)).isZero();
            assertThat(stats(near).hits()).isZero();
        }
    }

    /** It travels over the same connection, so the server does not tell of it. */
    @Test
    void whatIsTouchedOverTheSameConnectionBetweenTheTwoCommandsIsNotKept() {
        answer(others.touch(newId(), 1)); // The server has the script.
        try (RedisStore near = near(server.uri())) {
            AtomicReference<CompletableFuture<Boolean>> touch = new AtomicReference<>();

            long revision = loaded(near, () -> touch.set(new Calls(near).touch(id, 1)));

            assertThat(revision).isEqualTo(1);
            assertThat(answer(Objects.requireNonNull(touch.get()))).isTrue();
            assertThat(stats(near).sessions()).isZero();
            assertThat(stats(near).racedFills()).isEqualTo(1);
            assertThat(answer(near.load(id)).map(StoredSession::touchedAt)).contains(Instant.EPOCH.plusMillis(1));
            assertThat(stats(near).hits()).isZero();
        }
    }

    @Test
    void whatIsSavedOverTheSameConnectionBetweenTheTwoCommandsIsNotReplacedByWhatWasRead() {
        try (RedisStore near = near(server.uri())) {
            AtomicReference<CompletableFuture<CommitResult>> save = new AtomicReference<>();

            long revision = loaded(near, () -> save.set(new Calls(near).change(id, 1, 2)));

            assertThat(revision).isEqualTo(1);
            assertThat(answer(Objects.requireNonNull(save.get()))).isEqualTo(CommitResult.APPLIED);
            assertThat(OldState.revision(near, id)).isEqualTo(2);
        }
    }

    /** Whether Redis notices the end before the second command or by it. If the machine stood still, the session lives longer. */
    @Test
    void whatExpiresBetweenTheTwoCommandsIsNotKept() {
        try (RedisStore near = near(server.uri())) {
            for (Duration timeToLive : List.of(Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofSeconds(15))) {
                probe.call("DEL", key());
                answer(other.commit(new SessionWrite(
                        id, SessionWrite.ABSENT, 1, Instant.EPOCH, timeToLive, Map.of("r", new byte[] {1}), Set.of())));
                long end = serverMillis() + timeToLive.toMillis();
                long revision =
                        loaded(near, () -> Awaitility.await().atMost(LIMIT).until(() -> serverMillis() > end));
                if (revision == 1) {
                    assertThat(stats(near).sessions()).isZero();
                    assertThat(OldState.revision(near, id)).isZero();
                    assertThat(stats(near).hits()).isZero();
                    return;
                }
            }
            throw new AssertionError("the session always expired before it was read");
        }
    }

    private long serverMillis() {
        List<?> time = (List<?>) Objects.requireNonNull(probe.call("TIME"));
        return Long.parseLong(String.valueOf(time.get(0))) * 1_000
                + Long.parseLong(String.valueOf(time.get(1))) / 1_000;
    }

    @Test
    void sessionWithoutATimeToLiveIsKept() {
        SessionId lasting = newId();
        answer(other.commit(new SessionWrite(
                lasting, SessionWrite.ABSENT, 1, Instant.EPOCH, null, Map.of("r", new byte[] {1}), Set.of())));
        try (RedisStore near = near(server.uri())) {
            assertThat(probe.ttlMillis("sojourn:" + lasting)).isEqualTo(-1);
            assertThat(OldState.revision(near, lasting)).isEqualTo(1);
            assertThat(OldState.revision(near, lasting)).isEqualTo(1);
            assertThat(stats(near).hits()).isEqualTo(1);
        }
    }

    @Test
    void connectionThatIsCutBetweenTheTwoRepliesCostsTheCopyAlone() {
        answer(others.commit(id, 1, 2, "between the replies"));
        try (FakeProxy proxy = new FakeProxy(server.port(), FakeProxy.Manner.CLOSES, Set.of("PTTL"));
                RedisStore near = near(proxy)) {
            probe.resetStats();
            proxy.beforeNext(
                    "PTTL",
                    () -> Awaitility.await()
                            .atMost(LIMIT)
                            .until(() -> proxy.passedOn().contains("between the replies")));

            assertThat(OldState.revision(near, id)).isEqualTo(2);

            assertThat(proxy.refused()).containsExactly("PTTL");
            assertThat(probe.commandStats()).containsEntry("hgetall", 1L).doesNotContainKey("evalsha");
            assertThat(stats(near).sessions()).isZero();
        }
    }

    @Test
    void whoseTimeToLiveIsRefusedIsReadAndNotKept() {
        try (FakeProxy proxy = new FakeProxy(server.port(), FakeProxy.Manner.REFUSES, Set.of("PTTL"));
                RedisStore near = near(proxy)) {
            for (int i = 0; i < 3; i++) {
                assertThat(OldState.revision(near, id)).isEqualTo(1);
            }
            assertThat(proxy.refused()).hasSize(3);
            assertThat(stats(near).hits()).isZero();
            assertThat(stats(near).sessions()).isZero();
        }
    }
}
