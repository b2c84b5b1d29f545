package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.NearCacheStatus;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What the near cache keeps and what it lets go, on a healthy connection, by what the server counts and holds. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
@Tag("slow")
class NearCacheTest {

    private static final Instant T0 = Instant.EPOCH;

    /** Longer than a machine stands still: here copies are good until the server tells otherwise. */
    private static final Duration MAX_STALENESS = Duration.ofSeconds(30);

    private final RedisServer server;
    private final RedisStore store;
    private final RedisStore other;
    private final RedisProbe probe;
    private final Calls calls;
    private final Calls others;
    private final SessionId id = newId();

    NearCacheTest(RedisServer server) {
        this.server = server;
        store = cached(server);
        other = Servers.connectTo(server.uri());
        calls = new Calls(store);
        others = new Calls(other);
        probe = server.probe();
    }

    private static RedisStore cached(RedisServer server) {
        return open(server, NearCache.builder().maxStaleness(MAX_STALENESS).build());
    }

    private static RedisStore open(RedisServer server, NearCache cache) {
        return RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(10))
                .nearCache(cache)
                .connect();
    }

    @BeforeEach
    void begin() {
        Awaitility.await().until(() -> stats().active());
        answer(others.create(id));
        probe.resetStats();
    }

    @AfterEach
    void close() {
        store.close();
        other.close();
        probe.close();
    }

    private NearCacheStatus stats() {
        return store.nearCache().orElseThrow();
    }

    private Optional<StoredSession> load() {
        return answer(calls.load(id));
    }

    /** The revision that is seen, of which the server has been asked to tell; 0 if there is none. */
    private long seen() {
        return load().map(StoredSession::revision).orElse(0L);
    }

    /** How many commands with a key the server was sent since the last look, what scripts did included. */
    private long commands() {
        store.ping();
        Map<String, Long> sent = probe.commandStats();
        probe.resetStats();
        return sent.getOrDefault("evalsha", 0L) + sent.getOrDefault("hgetall", 0L) + sent.getOrDefault("pttl", 0L);
    }

    private void assertReadWithoutACommand(long revision) {
        commands();
        assertThat(seen()).isEqualTo(revision);
        assertThat(commands()).isZero();
    }

    /** Whatever another client does after this, we are told: the connection answers in the order in which things happened. */
    private void catchUp() {
        store.ping();
    }

    @Test
    void aHitCostsNoCommand() {
        assertThat(seen()).isEqualTo(1);
        commands();
        for (int i = 0; i < 1_000; i++) {
            assertThat(seen()).isEqualTo(1);
        }
        assertThat(commands()).isZero();
        assertThat(stats().hits()).isEqualTo(1_000);
        assertThat(stats().misses()).isEqualTo(1);
        assertThat(stats().sessions()).isEqualTo(1);
    }

    @Test
    void aMissIsTwoCommandsAndNoScript() {
        seen();
        store.ping();
        assertThat(probe.commandStats())
                .containsEntry("hgetall", 1L)
                .containsEntry("pttl", 1L)
                .doesNotContainKey("evalsha");
    }

    @Test
    void aHitIsWhatWasRead() {
        StoredSession read = load().orElseThrow();
        StoredSession hit = load().orElseThrow();
        assertThat(hit.revision()).isEqualTo(read.revision()).isEqualTo(1);
        assertThat(hit.touchedAt()).isEqualTo(read.touchedAt()).isEqualTo(T0);
        assertThat(hit.parts()).containsOnlyKeys("r");
        assertThat(hit.parts().get("r")).asString().isEqualTo("first");
        assertThatThrownBy(() -> hit.parts().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void whatAnotherNodeChangesIsSeen() {
        for (long revision = 1; revision < 100; revision++) {
            assertThat(seen()).isEqualTo(revision);
            assertThat(answer(others.change(id, revision, revision + 1))).isEqualTo(CommitResult.APPLIED);
            catchUp();
        }
        assertThat(stats().invalidations()).isEqualTo(99);
    }

    @Test
    void whatAnotherNodeTouchesOrEndsIsSeen() {
        seen();
        answer(others.touch(id, 1));
        catchUp();
        assertThat(load().orElseThrow().touchedAt()).isEqualTo(T0.plusMillis(1));
        answer(others.delete(id));
        catchUp();
        assertThat(seen()).isZero();
        answer(others.create(id));
        assertThat(seen()).isEqualTo(1); // That there was none is not kept.
        answer(other.tombstone(id));
        catchUp();
        assertThat(seen()).isZero();
    }

    @Test
    void anOwnChangeIsKept() {
        seen();
        assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
        assertReadWithoutACommand(2);
        assertThat(load().orElseThrow().parts().get("r")).asString().isEqualTo("by 2");
        answer(others.change(id, 2, 3));
        catchUp();
        assertThat(seen()).isEqualTo(3);
    }

    @Test
    void anOwnCreationIsKept() {
        SessionId fresh = newId();
        answer(calls.create(fresh));
        commands();
        assertThat(answer(calls.load(fresh))).isPresent();
        assertThat(commands()).isZero();
        answer(others.delete(fresh));
        catchUp();
        assertThat(answer(calls.load(fresh))).isEmpty();
    }

    @Test
    void anOwnChangeKeepsTheOtherParts() {
        SessionWrite creation =
                new SessionWrite(id, 1, 2, T0, null, Map.of("r", new byte[] {1}, "a:x", new byte[] {2}), Set.of());
        answer(store.commit(creation));
        seen();
        answer(store.commit(
                new SessionWrite(id, 2, 3, T0, null, Map.of("a:y", new byte[] {3}), Set.of("a:x", "a:none"))));
        assertReadWithoutACommand(3);
        assertThat(load().orElseThrow().parts()).containsOnlyKeys("r", "a:y");
        assertThat(probe.hash("sojourn:" + id)).containsOnlyKeys("v", "t", "r", "a:y");
    }

    @Test
    void anOwnTouchIsKept() {
        seen();
        assertThat(answer(calls.touch(id, 1))).isTrue();
        assertReadWithoutACommand(1);
        assertThat(load().orElseThrow().touchedAt()).isEqualTo(T0.plusMillis(1));
        answer(others.change(id, 1, 2));
        catchUp();
        assertThat(seen()).isEqualTo(2);
    }

    @Test
    void anOwnWriteOnAnOldStateIsSeenAsAConflictAndTheNewStateIsReadNext() {
        seen();
        answer(others.change(id, 1, 2));
        assertThat(answer(calls.change(id, 1, 3))).isInstanceOf(CommitResult.Conflict.class);
        assertThat(seen()).isEqualTo(2);
        assertThat(answer(calls.touch(id, 1))).isFalse();
        assertThat(seen()).isEqualTo(2);
    }

    @Test
    void anOwnRevocationCountsAtOnce() {
        seen();
        CompletableFuture<Boolean> deletion = calls.delete(id);
        assertThat(seen()).isZero();
        assertThat(answer(deletion)).isTrue();
        assertThat(seen()).isZero();
        answer(calls.create(id));
        seen();
        CompletableFuture<Boolean> prohibition = store.tombstone(id).toCompletableFuture();
        assertThat(seen()).isZero();
        assertThat(answer(prohibition)).isTrue();
    }

    @Test
    void fromWhenAWriteIsSentNothingOlderIsShown() {
        for (long revision = 1; revision < 200; revision++) {
            seen();
            CompletableFuture<CommitResult> write = calls.change(id, revision, revision + 1);
            assertThat(seen()).isEqualTo(revision + 1);
            answer(write);
            assertThat(seen()).isEqualTo(revision + 1);
        }
    }

    @Test
    void aFlushEmptiesIt() {
        for (String flush : Set.of("FLUSHALL", "FLUSHDB")) {
            answer(others.create(id));
            seen();
            probe.call(flush);
            catchUp();
            assertThat(seen()).isZero();
        }
    }

    /** Told of nothing: the server ends it when somebody asks for it, or when it comes by, and here it never does. */
    @Test
    void aSessionEndsHereWhenItEndsThere() {
        String[] options =
                server.version().startsWith("6.") ? new String[0] : new String[] {"enable-debug-command yes"};
        try (RedisServer lazy = RedisServers.start(server.binary(), options);
                RedisProbe itsProbe = lazy.probe();
                RedisStore cached = cached(lazy);
                RedisStore plain = Servers.connectTo(lazy.uri())) {
            itsProbe.call("DEBUG", "SET-ACTIVE-EXPIRE", "0");
            for (RedisStore writer : List.of(cached, plain)) {
                SessionId brief = newId();
                long start = System.nanoTime();
                answer(writer.commit(new SessionWrite(
                        brief,
                        SessionWrite.ABSENT,
                        1,
                        T0,
                        Duration.ofMillis(300),
                        Map.of("r", new byte[1]),
                        Set.of())));
                Calls its = new Calls(cached);
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> answer(its.load(brief)).isEmpty());
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isBetween(Duration.ofMillis(299), Duration.ofMillis(900));
            }
            assertThat(cached.nearCache().orElseThrow().hits()).isGreaterThan(10);
        }
    }

    @Test
    void anotherTimeToLiveIsSeen() {
        seen();
        probe.call("PEXPIRE", "sojourn:" + id, "50");
        catchUp();
        Awaitility.await().until(() -> seen() == 0);
    }

    @Test
    void whatCannotBeReadIsNotKept() {
        seen();
        probe.call("DEL", "sojourn:" + id);
        probe.call("SET", "sojourn:" + id, "x");
        catchUp();
        assertThatThrownBy(() -> seen()).isInstanceOf(UnreadableSessionException.class);
        probe.call("DEL", "sojourn:" + id);
        probe.call("HSET", "sojourn:" + id, "v", "x");
        assertThatThrownBy(() -> seen()).isInstanceOf(UnreadableSessionException.class);
        probe.call("DEL", "sojourn:" + id);
        answer(others.create(id));
        assertThat(seen()).isEqualTo(1);
    }

    @Test
    void itsSizeIsBounded() {
        try (RedisStore small =
                open(server, NearCache.builder().maxBytes(50_000).build())) {
            Calls smallCalls = new Calls(small);
            Awaitility.await().until(() -> small.nearCache().orElseThrow().active());
            for (int i = 0; i < 300; i++) {
                SessionId fresh = newId();
                answer(others.create(fresh));
                answer(smallCalls.load(fresh));
            }
            assertThat(small.nearCache().orElseThrow().bytes()).isLessThanOrEqualTo(50_000);
            assertThat(small.nearCache().orElseThrow().sessions()).isBetween(50L, 100L);
        }
    }

    @Test
    void anotherPrefixIsAnotherCache() {
        seen();
        Calls apart = new Calls(store.withPrefix("apart"));
        assertThat(answer(apart.load(id))).isEmpty();
        answer(apart.commit(id, SessionWrite.ABSENT, 7, "apart"));
        assertThat(answer(apart.load(id)).orElseThrow().revision()).isEqualTo(7);
        assertReadWithoutACommand(1);
        probe.call("DEL", "apart:" + id);
        catchUp();
        assertThat(answer(apart.load(id))).isEmpty();
        assertReadWithoutACommand(1);
        Calls same = new Calls(store.withPrefix("sojourn"));
        answer(same.change(id, 1, 2));
        assertThat(seen()).isEqualTo(2);
    }

    @Test
    void whatIsChangedAsAStringIsSeen() {
        seen();
        assertThat(answer(store.strings().delete("sojourn:" + id))).isTrue();
        assertThat(seen()).isZero();
    }

    @Test
    void whatTheServerEvictsIsSeen() {
        try (RedisServer tight = io.sojourn.testkit.RedisServers.start(server.binary());
                RedisStore cached = RedisStore.builder()
                        .uri(tight.uri())
                        .nearCache(NearCache.create())
                        .connect();
                RedisProbe itsProbe = tight.probe()) {
            Calls its = new Calls(cached);
            answer(its.create(id));
            assertThat(answer(its.load(id))).isPresent();
            itsProbe.call("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
            itsProbe.call("CONFIG", "SET", "maxmemory", "1");
            Awaitility.await().until(() -> answer(its.load(id)).isEmpty());
        }
    }
}
