package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.LimitPolicy;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionInfo;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.FaultyStore.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Whoever is signing in while the principal's sessions are ended is not signed in afterwards. */
@Tag("slow")
class RevocationRaceTest extends EngineTest {

    RevocationRaceTest(Caller caller) {
        super(caller);
    }

    private void assertNobodyIsAda(Session... sessions) {
        assertThat(otherNode.findByPrincipal("ada")).isEmpty();
        for (Session session : sessions) {
            assertThat(isStored(session.id())).isFalse();
            assertThat(otherNode.find(session.token())).isEmpty();
        }
    }

    private void revokeAll() {
        clock.advance(Duration.ofMillis(1));
        otherNode.revokeAll("ada");
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"ENTER", "COMMIT"})
    void aSessionThatIsBeingCreatedDies(Operation step) {
        Session session = node.create();
        session.signIn("ada");
        store.beforeNext(step, this::revokeAll);
        assertThat(node.save(session)).isEqualTo(SaveOutcome.GONE);
        assertNobodyIsAda(session);
        session.set("a", 1);
        assertThat(node.save(session)).isEqualTo(SaveOutcome.GONE);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"ENTER", "COMMIT"})
    void aSessionThatIsBeingBoundDies(Operation step) {
        Session session = node.stored("cart", 1);
        session.signIn("ada");
        store.beforeNext(step, this::revokeAll);
        assertThat(node.save(session)).isEqualTo(SaveOutcome.GONE);
        assertNobodyIsAda(session);
    }

    @Test
    void aSessionThatWasEnteredWhenItsProcessWasDelayedDies() {
        Session session = node.create();
        session.signIn("ada");
        store.beforeNext(Operation.COMMIT, () -> {
            assertThat(otherNode.findByPrincipal("ada")).isEmpty(); // Which must not take it out of the index.
            revokeAll();
        });
        assertThat(node.save(session)).isEqualTo(SaveOutcome.GONE);
        assertNobodyIsAda(session);
    }

    @Test
    void aReaderDoesNotTakeOutWhatIsBeingCreated() {
        Session session = node.create();
        session.signIn("ada");
        store.beforeNext(
                Operation.COMMIT,
                () -> assertThat(otherNode.findByPrincipal("ada")).isEmpty());
        assertSaved(session);
        assertThat(otherNode.findByPrincipal("ada")).extracting(SessionInfo::id).containsExactly(session.id());
    }

    /** A login that ends the others, as it is written in an application: the session is saved when the answer leaves. */
    private void assertEndsTheOthersAndStays(Session session) {
        Session other = otherNode.signedIn("ada");
        session.signIn("ada");
        clock.advance(Duration.ofSeconds(1));
        assertThat(node.revokeOthers(session)).isEqualTo(1);
        assertThat(isStored(other.id())).isFalse();
        clock.advance(Duration.ofSeconds(1));
        session.set("a", 1);
        assertSaved(session);
        assertThat(node.findByPrincipal("ada")).extracting(SessionInfo::id).containsExactly(session.id());
    }

    @Test
    void aSessionThatEndsTheOthersBeforeItsOwnSignInIsSavedStays() {
        assertEndsTheOthersAndStays(node.create());
        node.revokeAll("ada");
        assertEndsTheOthersAndStays(node.stored("cart", 1));
        node.revokeAll("ada");
        assertEndsTheOthersAndStays(node.signedIn("eve"));
        node.revokeAll("ada");
        assertEndsTheOthersAndStays(node.open(node.signedIn("ada").token()));
    }

    @Test
    void aSessionThatEndsTheOthersIsNoneTooMany() {
        Node oneEach = node(settings -> settings.maxSessionsPerPrincipal(1).whenLimitReached(LimitPolicy.REFUSE_NEW));
        oneEach.signedIn("ada");
        Session session = oneEach.create();
        session.signIn("ada");
        assertThat(oneEach.save(session)).isEqualTo(SaveOutcome.LIMIT_REACHED);
        clock.advance(Duration.ofSeconds(1));
        assertThat(oneEach.revokeOthers(session)).isEqualTo(1);
        assertThat(oneEach.save(session)).isEqualTo(SaveOutcome.SAVED);
    }

    /** Whoever revokes all in the meantime means this one, too. */
    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"ENTER", "MARK", "LOAD", "DELETE", "LEAVE", "COMMIT"})
    void aSessionThatEndsTheOthersDiesWithAllOfThem(Operation step) {
        for (Session session : List.of(node.create(), node.stored("cart", 1), node.signedIn("ada"))) {
            otherNode.signedIn("ada");
            session.signIn("ada");
            clock.advance(Duration.ofMillis(1));
            store.beforeNext(step, this::revokeAll);
            node.revokeOthers(session);
            session.set("a", 1);
            assertThat(node.save(session)).isEqualTo(SaveOutcome.GONE);
            assertNobodyIsAda(session);
        }
    }

    @Test
    void aSessionOfThisRequestOnlyIsEnteredNowhere() {
        Session session = node.createForLeftOutTokens();
        session.index("tenant", "acme");
        assertThat(node.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
        assertThat(node.revokeOthers(session)).isZero();
        assertThat(store.calls(Operation.ENTER)).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"MARK", "LOAD", "DELETE", "LEAVE"})
    void aSignInAmidARevocationDies(Operation step) {
        node.signedIn("ada");
        Session created = node.create();
        Session bound = node.stored("a", 1);
        created.signIn("ada");
        bound.signIn("ada");
        clock.advance(Duration.ofMillis(1));
        store.beforeNext(step, () -> {
            otherNode.save(created);
            otherNode.save(bound);
        });
        node.revokeAll("ada");
        assertNobodyIsAda(created, bound);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"MARK", "LOAD", "DELETE", "LEAVE"})
    void aSignInAmidARevocationOfOldSessionsDies(Operation step) {
        node.signedIn("ada");
        clock.advance(Duration.ofMinutes(3)); // Nothing is pending any more.
        Session created = node.create();
        created.signIn("ada");
        clock.advance(Duration.ofMillis(1));
        store.beforeNext(step, () -> otherNode.save(created));
        node.revokeAll("ada");
        assertNobodyIsAda(created);
    }

    /** Room is made and healed between the first entry and the second, and that takes time, in which the revocation may come. */
    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"ENTER", "LOAD", "DELETE", "LEAVE", "COMMIT"})
    void aSignInThatMakesRoomDies(Operation step) {
        Node limited = node(settings -> settings.maxSessionsPerPrincipal(2));
        for (int second = 0; second < 2; second++) {
            clock.advance(Duration.ofSeconds(1));
            limited.signedIn("ada");
        }
        for (Session session : List.of(limited.create(), limited.stored("cart", 1))) {
            session.signIn("ada");
            clock.advance(Duration.ofMillis(3));
            store.beforeNext(step, () -> {
                clock.advance(Duration.ofMillis(40));
                otherNode.revokeAll("ada");
                clock.advance(Duration.ofMillis(60));
            });
            assertThat(limited.save(session)).isEqualTo(SaveOutcome.GONE);
            assertNobodyIsAda(session);
            limited.signedIn("ada");
            limited.signedIn("ada");
        }
    }

    @Test
    void aSignInDiesWhenTheRevocationComesBeforeTheSecondEntry() {
        Node limited = node(settings -> settings.maxSessionsPerPrincipal(1));
        Node refusing = node(settings -> settings.maxSessionsPerPrincipal(1).whenLimitReached(LimitPolicy.REFUSE_NEW));
        for (Node making : List.of(limited, refusing)) {
            otherNode.revoke(making.signedIn("ada").id()); // Which leaves a stale entry to heal.
            clock.advance(Duration.ofMinutes(3));
            Session session = making.create();
            session.signIn("ada");
            store.beforeNext(Operation.ENTER, () -> {});
            store.beforeNext(Operation.ENTER, () -> {
                clock.advance(Duration.ofMillis(40));
                otherNode.revokeAll("ada");
                clock.advance(Duration.ofMillis(60));
            });
            assertThat(making.save(session)).isEqualTo(SaveOutcome.GONE);
            assertNobodyIsAda(session);
        }
    }

    /** Both at one instant of a clock that stands still: which came first, their order tells. */
    @Test
    void aTieIsARevocationThatCameLaterUnlessItIsKnownToBeEarlier() {
        Session before = node.create();
        before.signIn("ada");
        otherNode.revokeAll("ada");
        Session after = node.create();
        after.signIn("ada");
        assertThat(node.save(before)).isEqualTo(SaveOutcome.GONE);
        assertSaved(after);
        node.revokeAll("ada");
        assertThat(node.find(after.token())).isEmpty();
    }

    @Test
    void aRequestThatRevokesAllCanSignInAgainAtOnceAndNoOlderSignInSlipsThrough() {
        signInAfterRevoking(new MemoryStore(), 1_000);
        try (RedisBackend redis = new RedisBackend()) {
            signInAfterRevoking(redis.store(), 1_000);
            redis.assertEveryKeyEnds();
        }
    }

    private void signInAfterRevoking(SessionStore shared, int times) {
        SessionSettings settings =
                SessionSettings.builder().observer(new Heard()).build();
        Node own = new Node(caller, SessionManager.create(shared, settings));
        Node other = new Node(caller, SessionManager.create(shared, settings));
        for (int i = 0; i < times; i++) {
            Session older = own.create();
            older.signIn("ada");
            Node revoking = i % 2 == 0 ? own : other;
            revoking.revokeAll("ada");
            Session newer = own.create();
            newer.signIn("ada");
            assertThat(own.save(newer)).as("time %d", i).isEqualTo(SaveOutcome.SAVED);
            assertThat(own.save(older)).as("time %d", i).isEqualTo(SaveOutcome.GONE);
        }
        assertThat(own.revokeAll("ada")).isEqualTo(1);
    }

    @Test
    void aSignInOfAnUpdateThatRunsAgainIsAsOldAsTheFirst() {
        Session session = node.stored("cart", 1);
        List<String> runs = new ArrayList<>();
        store.beforeNext(Operation.COMMIT, this::revokeAll);
        Optional<String> result = node.update(session.token(), working -> {
            runs.add("run");
            clock.advance(Duration.ofMillis(5));
            working.signIn("ada");
            working.index("tenant", "acme");
            return "signed in";
        });
        assertThat(runs).hasSize(2);
        assertThat(result).isEmpty();
        assertNobodyIsAda(session);
    }

    /** The server stood still after the entry, for longer than the entry is pending. */
    @Test
    void aWriteThatComesLongAfterItsEntryIsEnteredAgainAndDies() {
        for (Session session : List.of(node.create(), node.stored("cart", 1))) {
            session.signIn("ada");
            store.beforeNext(Operation.COMMIT, () -> {
                clock.advance(Duration.ofMinutes(3));
                revokeAll();
            });
            assertThat(node.save(session)).isEqualTo(SaveOutcome.GONE);
            assertNobodyIsAda(session);
        }
    }

    @Test
    void aWriteThatComesLongAfterItsEntryIsFoundAgain() {
        Session session = node.create();
        session.signIn("ada");
        store.beforeNext(Operation.COMMIT, () -> {
            clock.advance(Duration.ofMinutes(3));
            assertThat(otherNode.findByPrincipal("ada")).isEmpty(); // Which takes it out of the index.
        });
        assertSaved(session);
        assertThat(otherNode.findByPrincipal("ada")).extracting(SessionInfo::id).containsExactly(session.id());
    }

    @Test
    void anEntryThatTookLongIsMadeAgainBeforeTheWrite() {
        Session session = node.create();
        session.signIn("ada");
        store.beforeNext(Operation.ENTER, () -> clock.advance(Duration.ofMinutes(3)));
        List<Integer> entries = new ArrayList<>();
        store.beforeNext(Operation.COMMIT, () -> entries.add(store.calls(Operation.ENTER)));
        assertSaved(session);
        assertThat(entries).containsExactly(2);
    }

    @Test
    void aSignInThatTookTooLongToTellIsRefused() {
        Session session = node.stored("a", 1);
        session.signIn("ada");
        clock.advance(Duration.ofHours(1).plusMillis(1));
        session.setIdleTimeout(Duration.ofHours(2));
        assertThat(node.save(session)).isEqualTo(SaveOutcome.GONE);
    }

    @Test
    void aMarkedSessionThatWasNotEndedIsEndedWhenItIsProlonged() {
        Session session = node.signedIn("ada");
        clock.advance(Duration.ofMinutes(20));
        Session next = otherNode.open(session.token());
        store.failNext(Operation.TOMBSTONE);
        store.failNext(Operation.DELETE);
        store.failNext(Operation.LOAD);
        try {
            node.revokeAll("ada");
        } catch (RuntimeException expected) {
            assertThat(isStored(session.id())).isTrue();
        }
        store.forgetFaults();
        otherNode.save(next); // A touch.
        assertThat(isStored(session.id())).isFalse();
    }

    @Test
    void manyAtOnceInMemoryAndOnRedis() throws InterruptedException, ExecutionException {
        race(new MemoryBackend().store());
        try (RedisBackend redis = new RedisBackend()) {
            race(redis.store());
            redis.assertEveryKeyEnds();
        }
    }

    private void race(SessionStore shared) throws InterruptedException, ExecutionException {
        int threads = 8;
        ExecutorService running = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 20; round++) {
                String principal = "ada-" + round;
                CyclicBarrier start = new CyclicBarrier(threads);
                List<Session> sessions = new ArrayList<>();
                List<Future<?>> work = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    Node own = new Node(
                            caller,
                            SessionManager.create(
                                    shared,
                                    SessionSettings.builder()
                                            .observer(new Heard())
                                            .build()));
                    if (i == 0) {
                        work.add(running.submit(() -> {
                            start.await();
                            return own.revokeAll(principal);
                        }));
                        continue;
                    }
                    Session session = own.create();
                    if (i % 2 == 0) {
                        session.set("a", 1);
                        own.save(session);
                    }
                    session.signIn(principal);
                    sessions.add(session);
                    work.add(running.submit(() -> {
                        start.await();
                        return own.save(session);
                    }));
                }
                for (Future<?> each : work) {
                    each.get();
                }
                // A sign-in of the very millisecond in which the revocation began may count as later. Not an older one.
                Node looking = new Node(caller, SessionManager.create(shared));
                assertThat(looking.findByPrincipal(principal))
                        .extracting(SessionInfo::id)
                        .containsExactlyInAnyOrderElementsOf(sessions.stream()
                                .filter(session -> looking.find(session.token()).isPresent())
                                .map(Session::id)
                                .toList());
                looking.revokeAll(principal);
                assertThat(sessions)
                        .allSatisfy(session ->
                                assertThat(looking.find(session.token())).isEmpty());
            }
        } finally {
            running.shutdownNow();
        }
    }
}
