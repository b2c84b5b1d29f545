package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.TcpProxy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A network that loses, delays and cuts: how long a caller waits for his answer, and how long until all is well again. */
@Tag("slow")
@Tag("any-jdk")
class NetworkTest {

    private static final Logger LOG = System.getLogger(NetworkTest.class.getName());

    /** The deadline, a tick of the clock that watches it, and a busy machine. */
    private static final Duration ANSWERED = RedisStore.DEFAULT_TIMEOUT.plusMillis(300);

    /** Four deadlines of silence, and the time to connect. */
    private static final Duration REPLACED =
            RedisStore.DEFAULT_TIMEOUT.multipliedBy(4).plusSeconds(1);

    private static final Duration SOON = Duration.ofSeconds(1);

    private static final RedisServer SERVER = RedisServers.start();

    private final TcpProxy proxy = TcpProxy.to(SERVER);
    private final RedisStore store = RedisStore.connect(proxy.uri());
    private final Calls calls = new Calls(store);
    private final RedisProbe probe = SERVER.probe();
    private final SessionId id = newId();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @BeforeEach
    void begin() {
        assertThat(answer(calls.create(id))).isEqualTo(CommitResult.APPLIED);
        probe.resetStats();
    }

    @AfterEach
    void close() {
        store.close();
        proxy.close();
        probe.close();
    }

    private static void assertFails(Supplier<CompletableFuture<CommitResult>> call, Duration within) {
        long start = System.nanoTime();
        CompletableFuture<CommitResult> reply = call.get();
        assertThatThrownBy(() -> answer(reply)).isInstanceOf(StoreUnavailableException.class);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        LOG.log(Level.INFO, "the caller had its answer after {0} ms", took.toMillis());
        assertThat(took).isLessThan(within);
    }

    private static <T> T firstAnswer(Supplier<CompletionStage<T>> call, Duration within) {
        long start = System.nanoTime();
        T reply = Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(within)
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .until(() -> answer(call.get()), there -> true);
        LOG.log(Level.INFO, "all was well after {0} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        return reply;
    }

    private long revision() {
        return firstAnswer(() -> calls.load(id), SOON).orElseThrow().revision();
    }

    @Test
    void aWriteWhoseReplyIsLostIsMadeOnceAndItsRevisionTells() {
        proxy.loseReplies();
        assertFails(() -> calls.change(id, 1, 2), ANSWERED);
        proxy.cut();
        proxy.heal();
        assertThat(revision()).isEqualTo(2);
        assertThat(probe.commandStats()).containsEntry("evalsha", 1L);
    }

    @Test
    void aWriteWhoseRequestIsLostIsNotMade() {
        proxy.loseRequests();
        assertFails(() -> calls.change(id, 1, 2), ANSWERED);
        proxy.cut();
        proxy.heal();
        assertThat(revision()).isEqualTo(1);
        assertThat(probe.commandStats()).doesNotContainKey("evalsha");
    }

    @Test
    void whileRepliesAreLostTheConnectionIsReplacedByItself() {
        proxy.loseReplies();
        assertFails(() -> calls.change(id, 1, 2), ANSWERED);
        int before = proxy.accepted();
        Awaitility.await().atMost(REPLACED).until(() -> proxy.accepted() > before);
        proxy.cut(); // Those that were opened meanwhile have lost something, too.
        proxy.heal();
        assertThat(revision()).isEqualTo(2);
    }

    @Test
    void aReplyThatComesLateIsNotTakenForAnother() {
        proxy.delay(Duration.ofMillis(400)); // There and back longer than the deadline.
        assertFails(() -> calls.change(id, 1, 2), ANSWERED);
        CompletableFuture<Optional<StoredSession>> behind = calls.load(newId());
        proxy.heal();
        assertThat(answer(behind.exceptionally(failure -> Optional.empty()))).isEmpty();
        assertThat(answer(calls.load(newId()))).isEmpty();
        assertThat(revision()).isEqualTo(2);
        assertThat(proxy.accepted()).isEqualTo(1);
    }

    @Test
    void aConnectionThatIsCutIsMadeAnewAndWhatWasOnItsWayIsNotRepeated() {
        proxy.delay(Duration.ofMillis(200));
        CompletableFuture<CommitResult> write = calls.change(id, 1, 2);
        proxy.cut();
        proxy.heal();
        assertFails(() -> write, SOON);
        assertThat(revision()).isLessThanOrEqualTo(2);
        assertThat(probe.commandStats().getOrDefault("evalsha", 0L)).isLessThanOrEqualTo(1);
    }

    @Test
    void aConnectionThatTheServerHasClosedInOneDirectionIsMadeAnew() {
        proxy.halfClose();
        assertThat(firstAnswer(() -> calls.change(id, 1, 2), SOON)).isEqualTo(CommitResult.APPLIED);
        assertThat(proxy.accepted()).isEqualTo(2);
    }

    @Test
    void whileConnectionsAreRefusedEveryCallFailsAtOnceAndThenAllIsWellWithinASecond() {
        proxy.refuse();
        proxy.cut();
        Awaitility.await().untilAsserted(() -> assertFails(() -> calls.change(id, 1, 2), Duration.ofMillis(100)));
        proxy.heal();
        assertThat(firstAnswer(() -> calls.load(id), SOON).orElseThrow().revision())
                .isEqualTo(1);
    }
}
