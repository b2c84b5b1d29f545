package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that falls silent, dies, or is not there yet. */
@Tag("slow")
@Tag("any-jdk")
class OutageTest {

    /** Beside the deadline: the clock of the deadlines ticks ten times a second, and the machine may be busy. */
    private static final Duration TOLERANCE = Duration.ofMillis(200);

    private static final Duration AT_ONCE = Duration.ofMillis(50);

    private static final RedisServer SERVER = RedisServers.start();

    private final RedisStore store = RedisStore.connect(SERVER.uri());
    private final RedisProbe probe = SERVER.probe();
    private final Calls calls = new Calls(store);
    private final SessionManager sessions = SessionManager.create(
            store, SessionSettings.builder().touchInterval(Duration.ZERO).build());
    private final SessionId id = newId();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @BeforeEach
    void begin() {
        answer(calls.create(id));
        probe.resetStats();
    }

    @AfterEach
    void close() {
        store.close();
        probe.close();
        SERVER.restart();
    }

    private record Failure(Throwable cause, Duration after) {}

    /** What each of the calls, all made at once, failed with, and after how long. */
    private static List<Failure> failures(List<Supplier<CompletionStage<?>>> calls) {
        List<CompletionStage<Failure>> failures = new ArrayList<>();
        for (Supplier<CompletionStage<?>> call : calls) {
            long start = System.nanoTime();
            failures.add(call.get()
                    .handle((reply, failure) -> new Failure(
                            failure instanceof CompletionException && failure.getCause() != null
                                    ? failure.getCause()
                                    : failure == null ? new AssertionError("It was answered: " + reply) : failure,
                            Duration.ofNanos(System.nanoTime() - start))));
        }
        return failures.stream().map(Calls::answer).toList();
    }

    private List<Supplier<CompletionStage<?>>> everyCall() {
        Session session = sessions.create();
        session.set("a", 1);
        return List.of(
                () -> calls.load(id),
                () -> calls.change(id, 1, 2),
                () -> calls.create(newId()),
                () -> calls.touch(id, 1),
                () -> calls.delete(newId()),
                () -> sessions.async().find(session.token()),
                () -> sessions.async().save(session),
                () -> sessions.async().revoke(id),
                () -> CompletableFuture.supplyAsync(() -> sessions.find(session.token())),
                () -> CompletableFuture.runAsync(store::ping));
    }

    /** Calls until there is an answer, which has to come within a second. */
    private <T> T firstAnswer(Supplier<CompletionStage<T>> call) {
        return Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(1, TimeUnit.SECONDS)
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .until(() -> answer(call.get()), reply -> true);
    }

    private long executed(String command) {
        return probe.commandStats().getOrDefault(command, 0L);
    }

    /** The server may have been silent because it copied hundreds of megabytes of this very session. */
    @Test
    void theNextLoadOfASessionThatHadNoAnswerLooksAtItsSizeFirst() {
        SessionId other = newId();
        answer(calls.create(other));
        SERVER.pause();
        CompletableFuture<?> silent = calls.load(id);
        assertThatThrownBy(() -> answer(silent)).hasMessageContaining("had no answer");
        SERVER.resume();
        assertThat(firstAnswer(() -> store.load(other))).isPresent();
        probe.resetStats();
        assertThat(answer(store.load(id))).isPresent();
        assertThat(looksAtSizes()).isEqualTo(1);
        assertThat(answer(store.load(id))).isPresent();
        assertThat(looksAtSizes()).as("it is small").isEqualTo(1);
    }

    private long looksAtSizes() {
        return probe.commandStats().entrySet().stream()
                .filter(command -> command.getKey().startsWith("memory"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    @Test
    void aSilentServerFailsEveryCallWithinTheDeadline() {
        SERVER.pause();
        assertThat(failures(everyCall())).allSatisfy(failure -> {
            assertThat(failure.cause())
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("within 500 ms");
            assertThat(failure.after())
                    .isBetween(RedisStore.DEFAULT_TIMEOUT.minus(TOLERANCE), RedisStore.DEFAULT_TIMEOUT.plus(TOLERANCE));
        });
    }

    @Test
    void aDeadlineMayBeShorter() {
        try (RedisStore hasty = RedisStore.builder()
                .uri(SERVER.uri())
                .timeout(Duration.ofMillis(100))
                .connect()) {
            SERVER.pause();
            assertThat(failures(List.of(() -> new Calls(hasty).load(id)))).allSatisfy(failure -> {
                assertThat(failure.cause()).hasMessageContaining("within 100 ms");
                assertThat(failure.after()).isLessThan(Duration.ofMillis(100).plus(TOLERANCE));
            });
        }
    }

    @Test
    void aServerThatGoesOnAnswersAtOnceAndHasExecutedNothingTwice() {
        SERVER.pause();
        List<Supplier<CompletionStage<?>>> writes = new ArrayList<>();
        for (int revision = 2; revision < 12; revision++) {
            int next = revision;
            writes.add(() -> calls.change(id, 1, next));
        }
        assertThat(failures(writes))
                .allSatisfy(failure -> assertThat(failure.cause()).isInstanceOf(StoreUnavailableException.class));
        SERVER.resume();
        assertThat(firstAnswer(() -> calls.load(id)).orElseThrow().revision()).isEqualTo(2);
        assertThat(executed("evalsha")).isEqualTo(writes.size());
        assertThat(answer(calls.change(id, 2, 20))).isEqualTo(CommitResult.APPLIED);
        assertThat(executed("evalsha")).isEqualTo(writes.size() + 1);
    }

    @Test
    void aSaveWithNothingButADueTouchDoesNotNotice() {
        Session session = sessions.create();
        session.set("a", 1);
        sessions.save(session);
        Session next = sessions.find(session.token()).orElseThrow();
        SERVER.pause();
        long start = System.nanoTime();
        assertThat(sessions.save(next)).isEqualTo(SaveOutcome.UNCHANGED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
    }

    @Test
    void aDeadServerFailsEveryCallAtOnceAndNothingIsQueued() {
        SERVER.kill();
        Awaitility.await()
                .until(() ->
                        failures(List.of(() -> calls.load(id))).get(0).after().compareTo(AT_ONCE) < 0);
        // The best of some rounds: a machine may be busy, and loads classes the first time.
        List<List<Failure>> rounds =
                Stream.generate(() -> failures(everyCall())).limit(10).toList();
        for (int call = 0; call < everyCall().size(); call++) {
            int number = call;
            assertThat(rounds)
                    .allSatisfy(round ->
                            assertThat(round.get(number).cause()).isInstanceOf(StoreUnavailableException.class))
                    .anySatisfy(round -> assertThat(round.get(number).after()).isLessThan(AT_ONCE));
        }
        SERVER.restart();
        assertThat(firstAnswer(() -> calls.load(id))).isEmpty();
        store.ping();
        assertThat(executed("evalsha") + executed("eval") + executed("unlink")).isZero();
        assertThat(answer(calls.create(id))).isEqualTo(CommitResult.APPLIED);
    }

    @Test
    void aWriteInFlightFailsWhenTheServerDiesAndIsNotSentAgain() {
        SERVER.pause();
        CompletableFuture<CommitResult> write = calls.change(id, 1, 2);
        SERVER.kill();
        assertThatThrownBy(() -> answer(write)).isInstanceOf(StoreUnavailableException.class);
        SERVER.restart();
        firstAnswer(() -> calls.load(id));
        store.ping();
        assertThat(executed("evalsha") + executed("eval")).isZero();
    }

    @Test
    void aStoreMayBeOpenedBeforeItsServerIsThere() {
        SERVER.kill();
        long start = System.nanoTime();
        try (RedisStore early = RedisStore.connect(SERVER.uri())) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            Calls earlyCalls = new Calls(early);
            assertThat(failures(List.of(() -> earlyCalls.load(id), () -> earlyCalls.create(id))))
                    .allSatisfy(failure -> {
                        assertThat(failure.cause())
                                .isInstanceOf(StoreUnavailableException.class)
                                .hasMessageContaining("127.0.0.1:" + SERVER.port());
                        assertThat(failure.after()).isLessThan(AT_ONCE);
                    });
            assertThatThrownBy(early::ping).isInstanceOf(StoreUnavailableException.class);
            SERVER.restart();
            assertThat(firstAnswer(() -> earlyCalls.create(id))).isEqualTo(CommitResult.APPLIED);
        }
    }

    @Test
    void aStoreMayBeOpenedWhileItsServerIsSilent() {
        SERVER.pause();
        long start = System.nanoTime();
        try (RedisStore early = RedisStore.connect(SERVER.uri())) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
            assertThatThrownBy(early::ping).isInstanceOf(StoreUnavailableException.class);
            SERVER.resume();
            assertThat(firstAnswer(() -> new Calls(early).load(id))).isPresent();
        }
    }

    @Test
    void aConnectionOnWhichNothingComesBackIsReplaced() {
        try (Relay relay = new Relay(SERVER.port());
                RedisStore far = RedisStore.connect("redis://127.0.0.1:" + relay.port())) {
            Calls farCalls = new Calls(far);
            assertThat(answer(farCalls.load(id))).isPresent();
            relay.forgetConnections();
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(5))
                    .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> answer(farCalls.load(id)).isPresent());
            assertThat(answer(farCalls.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
        }
    }

    @Test
    void aServerThatWasSilentForLongIsNotWaitedForAndFoundWithinASecond() {
        SERVER.pause();
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .atMost(Duration.ofSeconds(5))
                .until(() ->
                        failures(List.of(() -> calls.load(id))).get(0).after().compareTo(AT_ONCE) < 0);
        SERVER.resume();
        assertThat(firstAnswer(() -> calls.load(id))).isPresent();
    }

    @Test
    void aConnectionOnWhichNothingIsSentMayBeSilent() {
        try (Relay relay = new Relay(SERVER.port());
                RedisStore far = RedisStore.connect("redis://127.0.0.1:" + relay.port())) {
            far.ping();
            Awaitility.await()
                    .during(Duration.ofMillis(2_500))
                    .atMost(Duration.ofSeconds(4))
                    .until(() -> relay.accepted() == 1);
            assertThat(answer(new Calls(far).load(id))).isPresent();
            assertThat(relay.accepted()).isEqualTo(1);
        }
    }

    @Test
    void aSaveThatFailedCanBeMadeUpFor() {
        Session session = sessions.create();
        session.set("a", 1);
        SERVER.kill();
        Awaitility.await()
                .until(() ->
                        failures(List.of(() -> calls.load(id))).get(0).after().compareTo(AT_ONCE) < 0);
        assertThatThrownBy(() -> sessions.save(session)).isInstanceOf(StoreUnavailableException.class);
        SERVER.restart();
        assertThat(firstAnswer(() -> sessions.async().save(session))).isEqualTo(SaveOutcome.SAVED);
        assertThat(sessions.find(session.token())).isPresent();
    }
}
