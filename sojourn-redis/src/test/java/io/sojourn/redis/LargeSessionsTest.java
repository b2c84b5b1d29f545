package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Large sessions, and hashes in which something else has put a very large field, are no trouble to other sessions. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
@Tag("slow")
@Tag("any-jdk")
class LargeSessionsTest {

    private static final int MEGABYTE = 1 << 20;

    private static final int HUGE = 64 * MEGABYTE;

    /** This is about what is sent; a busy machine may need seconds for so many bytes. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final RedisServer server;
    private final RedisStore store;
    private final RedisProbe probe;
    private final Calls calls;

    LargeSessionsTest(RedisServer server) {
        this.server = server;
        this.store = RedisStore.builder().uri(server.uri()).timeout(TIMEOUT).connect();
        this.probe = RedisProbe.connect(server.uri(), Duration.ofSeconds(30));
        this.calls = new Calls(store);
    }

    @AfterEach
    void close() {
        probe.call("CONFIG", "SET", "client-output-buffer-limit", "normal 0 0 0");
        probe.call("FLUSHALL");
        probe.close();
        store.close();
    }

    private void writeField(SessionId id, String field, int bytes) {
        probe.call(
                "EVAL",
                "redis.call('SETRANGE', KEYS[2], ARGV[2] - 1, 'x') redis.call('HSET', KEYS[1], ARGV[1], redis.call('GET', KEYS[2]))"
                        + " redis.call('DEL', KEYS[2])",
                "2",
                "sojourn:" + id,
                "zeros",
                field,
                String.valueOf(bytes));
    }

    private List<String> clients() {
        return String.valueOf(probe.call("CLIENT", "LIST"))
                .lines()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    private long bytesSent() {
        String info = String.valueOf(probe.call("INFO", "stats"));
        return Long.parseLong(info.replaceAll("(?s).*total_net_output_bytes:(\\d+).*", "$1"));
    }

    private SessionWrite large(SessionId id, long expected, long revision, int bytes) {
        return new SessionWrite(
                id,
                expected,
                revision,
                Instant.EPOCH,
                Duration.ofMinutes(10),
                Map.of("r", new byte[] {1}, "a:large", new byte[bytes]),
                Set.of());
    }

    @Test
    void hugeFieldFailsNoLoadOfAnotherSessionAndIsNotSentAgain() {
        List<SessionId> others = Stream.generate(Calls::newId)
                .limit(50)
                .peek(id -> answer(calls.create(id)))
                .toList();
        for (String field : List.of("r", "t", "foreign")) {
            SessionId hostile = newId();
            answer(calls.create(hostile));
            writeField(hostile, field, HUGE);
            long sent = bytesSent();

            CompletableFuture<Optional<StoredSession>> first = calls.load(hostile);
            List<CompletableFuture<Optional<StoredSession>>> loading =
                    others.stream().map(calls::load).toList();

            assertThat(loading).allSatisfy(each -> assertThat(answer(each)).isPresent());
            assertUnreadable(first);
            assertThat(bytesSent() - sent)
                    .as("the connection is closed long before all has been sent")
                    .isLessThan(HUGE / 2);

            List<String> before = clients();
            probe.resetStats();
            for (int i = 0; i < 20; i++) {
                CompletableFuture<Optional<StoredSession>> bad = calls.load(hostile);
                CompletableFuture<Optional<StoredSession>> peeked =
                        store.peek(hostile, "r").toCompletableFuture();
                assertThat(answer(calls.load(others.get(i)))).isPresent();
                assertUnreadable(bad);
                assertUnreadable(peeked);
            }
            // What would send all of it, too: a conflict, a logout at a revision that is over.
            assertUnreadable(calls.change(hostile, 7, 8));
            assertUnreadable(store.delete(hostile, 7));

            assertThat(probe.commandStats()).as("loads of the others alone").containsEntry("hgetall", 20L);
            assertThat(clients()).isEqualTo(before);
        }
    }

    /** As hostile as one huge field. */
    @Test
    void manyLargeFieldsAreNotSentAgain() {
        SessionId hostile = newId();
        answer(calls.create(hostile));
        for (int i = 0; i < 64; i++) {
            writeField(hostile, "foreign" + i, MEGABYTE);
        }
        List<String> before = clients();
        assertUnreadable(calls.load(hostile));
        assertThat(clients())
                .as("the connection was closed while the reply came")
                .isNotEqualTo(before);
        probe.resetStats();
        assertUnreadable(calls.load(hostile));
        assertThat(probe.commandStats()).doesNotContainKey("hgetall");
    }

    private static void assertUnreadable(CompletionStage<?> load) {
        assertThatThrownBy(() -> answer(load))
                .isInstanceOf(UnreadableSessionException.class)
                .hasMessageContaining("maxLoadBytes is 16777216");
    }

    @Test
    void nearCacheIsNotFilledWithWhatIsTooLarge() {
        SessionId hostile = newId();
        answer(calls.create(hostile));
        writeField(hostile, "r", HUGE);
        try (RedisStore near = RedisStore.builder()
                .uri(server.uri())
                .timeout(TIMEOUT)
                .nearCache(NearCache.create())
                .connect()) {
            Awaitility.await().until(() -> near.nearCache().orElseThrow().active());
            probe.resetStats();

            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> answer(near.load(hostile))).isInstanceOf(UnreadableSessionException.class);
            }

            assertThat(probe.commandStats()).containsEntry("hgetall", 1L); // From then on it is known to be large.
            assertThat(near.nearCache().orElseThrow().sessions()).isZero();
        }
    }

    @Test
    void outputBufferLimitOfTheServerHitsTheLargeSessionAlone() {
        SessionId large = newId();
        answer(store.commit(large(large, SessionWrite.ABSENT, 1, 5 * MEGABYTE)));
        List<SessionId> small = Stream.generate(Calls::newId)
                .limit(50)
                .peek(id -> answer(calls.create(id)))
                .toList();
        probe.call("CONFIG", "SET", "client-output-buffer-limit", "normal 1048576 0 0");
        try (LogLines log = new LogLines(URI.create(server.uri()).getPort())) {
            for (int round = 0; round < 3; round++) {
                CompletableFuture<Optional<StoredSession>> failing = calls.load(large);
                List<CompletableFuture<Optional<StoredSession>>> loading =
                        small.stream().map(calls::load).toList();

                assertThat(loading).allSatisfy(each -> assertThat(answer(each)).isPresent());
                assertThatThrownBy(() -> answer(failing)).isInstanceOf(StoreUnavailableException.class);
            }
            assertThat(log.lines()).anyMatch(line -> line.contains("client-output-buffer-limit"));
        }
    }

    /** It is looked at again with pauses, and told without its attributes in the end, not looked at each second for ever. */
    @Test
    void anEndedSessionThatTheServerDoesNotSendIsUnreadable() {
        SessionId id = newId();
        answer(store.commit(large(id, SessionWrite.ABSENT, 1, 5 * MEGABYTE)));
        SessionEnds ends = store.ends().orElseThrow();
        assertThat(answer(ends.end(id, 1, "SIGNED_OUT", false))).isEqualTo(CommitResult.APPLIED);
        probe.call("CONFIG", "SET", "client-output-buffer-limit", "normal 1048576 0 0");
        assertThat(answer(ends.look(id))).isInstanceOf(SessionEnds.State.Unreadable.class);
        probe.call("CONFIG", "SET", "client-output-buffer-limit", "normal 0 0 0");
        Awaitility.await()
                .until(() -> answer(ends.look(id)) instanceof SessionEnds.State.Ended ended && ended.tries() > 1);
    }

    @Test
    void largeSessionsAreLoadedMergedAndTakenWithoutALimit() {
        SessionId id = newId();
        answer(store.commit(large(id, SessionWrite.ABSENT, 1, 5 * MEGABYTE)));

        assertThat(answer(calls.load(id)).orElseThrow().parts().get("a:large")).hasSize(5 * MEGABYTE);
        assertThat(answer(store.peek(id, "r")).orElseThrow().parts()).containsOnlyKeys("r");
        assertThat(answer(store.commit(large(id, 3, 4, 1))))
                .isInstanceOfSatisfying(
                        CommitResult.Conflict.class,
                        conflict -> assertThat(conflict.current().parts().get("a:large"))
                                .hasSize(5 * MEGABYTE));
        assertThat(answer(store.delete(id, 3)))
                .isInstanceOfSatisfying(
                        CommitResult.Conflict.class,
                        conflict -> assertThat(conflict.current().parts().get("a:large"))
                                .hasSize(5 * MEGABYTE));
        assertThat(answer(store.delete(id, 1))).isEqualTo(CommitResult.APPLIED);
        assertThat(answer(calls.load(id))).isEmpty();
    }

    @Test
    void sessionThatGrowsByAWriteOfThisProcessIsLargeAtOnce() {
        SessionId id = newId();
        answer(calls.create(id));
        answer(calls.load(id));
        answer(store.commit(large(id, 1, 2, 5 * MEGABYTE)));
        probe.call("CONFIG", "SET", "client-output-buffer-limit", "normal 1048576 0 0");
        List<String> before = clients();

        assertThatThrownBy(() -> answer(calls.load(id))).isInstanceOf(StoreUnavailableException.class);

        assertThat(clients()).containsAll(before);
    }
}
