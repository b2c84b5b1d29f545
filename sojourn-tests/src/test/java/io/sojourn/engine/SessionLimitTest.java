package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.LimitPolicy;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionInfo;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.FaultyStore.Operation;
import io.sojourn.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** No more sessions a principal than allowed. */
class SessionLimitTest extends EngineTest {

    private static final Duration AT_ONCE = Duration.ofMillis(10);

    private final Node ending = node(settings -> settings.maxSessionsPerPrincipal(2));
    private final Node refusing =
            node(settings -> settings.maxSessionsPerPrincipal(2).whenLimitReached(LimitPolicy.REFUSE_NEW));

    SessionLimitTest(Caller caller) {
        super(caller);
    }

    private Session later(Node node, String principal) {
        clock.advance(Duration.ofSeconds(1));
        return node.signedIn(principal);
    }

    /** So soon that it is remembered whether there was room. */
    private Session atOnce(Node node, String principal) {
        clock.advance(AT_ONCE);
        return node.signedIn(principal);
    }

    @Test
    void theOldestSignInGivesWay() {
        Session first = later(ending, "ada");
        Session second = later(ending, "ada");
        clock.advance(Duration.ofMinutes(20));
        ending.save(ending.open(first.token())); // Which is in use, and yet the oldest.
        Session third = later(ending, "ada");
        assertThat(node.find(first.token())).isEmpty();
        assertThat(node.findByPrincipal("ada"))
                .extracting(SessionInfo::id)
                .containsExactlyInAnyOrder(second.id(), third.id());
        assertThat(heard.eventsWithIds()).contains("limitReached " + third.id(), "revoked LIMIT " + first.id());
    }

    @Test
    void theNewSignInIsRefused() {
        Session first = later(refusing, "ada");
        Session second = later(refusing, "ada");
        Session anonymous = refusing.stored("cart", 1);
        anonymous.signIn("ada");
        assertThat(refusing.save(anonymous)).isEqualTo(SaveOutcome.LIMIT_REACHED);
        assertThat(heard.events()).contains("limitReached");
        Session created = refusing.create();
        created.signIn("ada");
        assertThat(refusing.save(created)).isEqualTo(SaveOutcome.LIMIT_REACHED);
        assertThat(isStored(created.id())).isFalse();
        assertThat(refusing.update(anonymous, s -> s.signIn("ada"))).isEmpty();
        assertThat(node.findByPrincipal("ada"))
                .extracting(SessionInfo::id)
                .containsExactlyInAnyOrder(first.id(), second.id());
        assertThat(isStored(anonymous.id())).isTrue();
    }

    @Test
    void aPlaceIsFreeAgainWhenASessionEnds() {
        Session first = later(refusing, "ada");
        Session second = later(refusing, "ada");
        refusing.revoke(first);
        Session third = later(refusing, "ada");
        clock.advance(Duration.ofMinutes(3));
        refusing.revoke(second.id()); // Which leaves a stale entry.
        Session fourth = later(refusing, "ada");
        assertThat(node.findByPrincipal("ada"))
                .extracting(SessionInfo::id)
                .containsExactlyInAnyOrder(third.id(), fourth.id());
    }

    @Test
    void sessionsThatAreGoneAnywayDoNotCostALivingOneItsPlace() {
        Session first = later(ending, "ada");
        Session second = later(ending, "ada");
        clock.advance(Duration.ofMinutes(3));
        ending.revoke(second.id());
        Session third = later(ending, "ada");
        assertThat(node.findByPrincipal("ada"))
                .extracting(SessionInfo::id)
                .containsExactlyInAnyOrder(first.id(), third.id());
    }

    @Test
    void signingInAgainTakesNoSecondPlace() {
        Session first = later(refusing, "ada");
        Session second = later(refusing, "ada");
        second.signIn("ada");
        assertSaved(second);
        assertThat(refusing.findByPrincipal("ada")).hasSize(2);
        assertThat(refusing.find(first.token())).isPresent();
        later(refusing, "bob");
        later(refusing, "bob");
    }

    @Test
    void theOldOneIsEndedBeforeTheNewOneIsWritten() {
        later(ending, "ada");
        later(ending, "ada");
        List<Integer> living = new ArrayList<>();
        store.beforeNext(
                Operation.COMMIT,
                () -> living.add(otherNode.findByPrincipal("ada").size()));
        later(ending, "ada");
        assertThat(living).containsExactly(1);
        assertThat(otherNode.findByPrincipal("ada")).hasSize(2);
    }

    @Test
    void aThousandSessionsAreTheLimitUnlessItIsLifted() {
        List<Session> first = new ArrayList<>();
        for (int i = 0; i < 1_001; i++) {
            first.add(later(node, "ada"));
        }
        assertThat(node.find(first.get(0).token())).isEmpty();
        assertThat(node.find(first.get(1).token())).isPresent();
        Node unlimited = node(settings -> settings.maxSessionsPerPrincipal(0));
        later(unlimited, "ada");
        assertThat(node.find(first.get(1).token())).isPresent();
        assertThat(memory.size()).isEqualTo(1_001);
    }

    @Test
    void aSignInAtTheLimitCostsTheSameHoweverManyThereAre() {
        List<Integer> calls = new ArrayList<>();
        for (int limit : List.of(30, 500)) {
            Node limited = node(settings -> settings.maxSessionsPerPrincipal(limit));
            String principal = "user " + limit;
            for (int i = 0; i < limit; i++) {
                later(limited, principal);
            }
            clock.advance(Duration.ofMinutes(3)); // Some of them might be gone.
            store.resetCalls();
            later(limited, principal);
            calls.add(store.calls());
        }
        assertThat(calls.get(1)).isEqualTo(calls.get(0)).isLessThan(30);
    }

    /** Such as of a load test, or of a script that signs in for each request. */
    @Test
    void aBurstOfSignInsAtTheLimitCostsFiveCommandsEach() {
        ending.signedIn("ada");
        ending.signedIn("ada");
        List<Integer> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            store.resetCalls();
            ending.signedIn("ada");
            calls.add(store.calls());
        }
        // Entry, look at the oldest, its deletion, its leaving the index, commit. Once a second it asks first.
        assertThat(calls).contains(5).allMatch(count -> count == 5 || count == 6);
        assertThat(node.findByPrincipal("ada")).hasSize(2);
        assertThat(memory.size()).isEqualTo(2);
    }

    /** That there was no room is remembered for a second, which costs nothing if there is room again. */
    @Test
    void aPlaceThatIsFreeAfterABurstCostsNobodyHisSession() {
        Session first = atOnce(ending, "ada");
        atOnce(ending, "ada");
        Session third = atOnce(ending, "ada");
        assertThat(node.find(first.token())).isEmpty();
        ending.revoke(atOnce(ending, "ada"));
        Session fifth = atOnce(ending, "ada");
        assertThat(node.findByPrincipal("ada"))
                .extracting(SessionInfo::id)
                .containsExactlyInAnyOrder(third.id(), fifth.id());
    }

    @Test
    void theOneThatIsEndedNeedNotHaveLeftTheIndex() {
        Session first = atOnce(ending, "ada");
        atOnce(ending, "ada");
        store.failNext(Operation.LEAVE);
        atOnce(ending, "ada");
        assertThat(isStored(first.id())).isFalse();
        atOnce(ending, "ada");
        assertThat(node.findByPrincipal("ada")).hasSize(2);
    }

    /** Its cause is not told as the limit, although that was reached a moment before. */
    @Test
    void whatARevocationHasLeftGoesForTheRevocation() {
        atOnce(ending, "ada");
        Session second = atOnce(ending, "ada");
        Session third = atOnce(ending, "ada");
        clock.advance(AT_ONCE);
        store.failNext(Operation.DELETE);
        assertThatThrownBy(() -> node.revokeAll("ada")).isInstanceOf(StoreUnavailableException.class);
        atOnce(ending, "ada");
        assertThat(isStored(second.id()) || isStored(third.id())).isFalse();
        assertThat(heard.eventsWithIds()).doesNotContain("revoked LIMIT " + second.id(), "revoked LIMIT " + third.id());
    }

    /** That it was full before the revocation says nothing of afterwards. */
    @Test
    void whatTheLimitEndsSoonAfterARevocationGoesForTheLimit() {
        for (int i = 0; i < 4; i++) {
            atOnce(ending, "ada");
        }
        clock.advance(AT_ONCE);
        node.revokeAll("ada");
        Session first = atOnce(ending, "ada");
        atOnce(ending, "ada");
        Session third = atOnce(ending, "ada");
        assertThat(heard.eventsWithIds()).contains("limitReached " + third.id(), "revoked LIMIT " + first.id());
    }

    @Test
    void aLowerLimitIsReachedSignInBySignIn() {
        for (int i = 0; i < 250; i++) {
            later(node, "ada");
        }
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            later(ending, "ada");
            left.add(memory.size());
        }
        assertThat(left).containsExactly(151, 52, 2, 2);
    }

    @Test
    void ofFiftySignInsAtOnceExactlyThreeAreLeft() throws InterruptedException, ExecutionException {
        for (LimitPolicy policy : LimitPolicy.values()) {
            fifty(policy, new MemoryBackend().store());
            try (RedisBackend redis = new RedisBackend()) {
                fifty(policy, redis.store());
                redis.assertEveryKeyEnds();
            }
        }
    }

    private void fifty(LimitPolicy policy, SessionStore shared) throws InterruptedException, ExecutionException {
        Node one = limited(policy, shared);
        Node other = limited(policy, shared);
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<SaveOutcome>> running = new ArrayList<>();
            List<Session> sessions = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Node own = i % 2 == 0 ? one : other;
                Session session = own.create();
                sessions.add(session);
                running.add(threads.submit(() -> {
                    start.await();
                    session.signIn("ada");
                    return own.save(session);
                }));
            }
            start.countDown();
            List<SaveOutcome> outcomes = new ArrayList<>();
            for (Future<SaveOutcome> each : running) {
                outcomes.add(each.get());
            }
            long living = sessions.stream()
                    .filter(session -> one.find(session.token()).isPresent())
                    .count();
            assertThat(living).as("with %s", policy).isEqualTo(3);
            assertThat(one.findByPrincipal("ada")).hasSize(3);
            if (policy == LimitPolicy.REFUSE_NEW) {
                assertThat(outcomes).filteredOn(SaveOutcome.SAVED::equals).hasSize(3);
                assertThat(outcomes)
                        .filteredOn(SaveOutcome.LIMIT_REACHED::equals)
                        .hasSize(47);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Node limited(LimitPolicy policy, SessionStore shared) {
        SessionSettings settings = SessionSettings.builder()
                .clock(ManualClock.at("2030-01-01T00:00:00Z"))
                .maxSessionsPerPrincipal(3)
                .whenLimitReached(policy)
                .observer(new Heard())
                .build();
        return new Node(caller, SessionManager.create(shared, settings));
    }
}
