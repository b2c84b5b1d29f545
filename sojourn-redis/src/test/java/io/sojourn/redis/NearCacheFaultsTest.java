package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.NearCacheStatus;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.TcpProxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How old a state the near cache can show while connections are cut, forgotten and slow, and servers stop. */
@Tag("slow")
@Tag("any-jdk")
class NearCacheFaultsTest {

    private static final RedisServer SERVER = RedisServers.start();

    private static final Duration MAX_STALENESS = Duration.ofMillis(400);

    private final TcpProxy network = TcpProxy.to(SERVER);
    private final RedisStore store = open(Duration.ofMillis(200), NearCache.builder());
    private final RedisStore other = RedisStore.connect(SERVER.uri());
    private final Calls calls = new Calls(store);
    private final Calls others = new Calls(other);
    private final SessionId id = newId();

    private RedisStore open(Duration timeout, NearCache.Builder cache) {
        return RedisStore.builder()
                .uri(network.uri())
                .timeout(timeout)
                .nearCache(cache.maxStaleness(MAX_STALENESS).build())
                .connect();
    }

    @BeforeEach
    void begin() {
        answer(others.create(id));
        awaitHits(store);
    }

    @AfterEach
    void close() {
        store.close();
        other.close();
        network.close();
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static NearCacheStatus stats(RedisStore store) {
        return store.nearCache().orElseThrow();
    }

    /** Until the session is read without a command. */
    private void awaitHits(RedisStore cached) {
        long before = stats(cached).hits();
        poll().until(() -> revision(cached) > 0 && stats(cached).hits() > before);
    }

    private static ConditionFactory poll() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    /** What is seen; -1 if the store is out of reach, 0 if there is no session. */
    private long revision(RedisStore cached) {
        try {
            return answer(cached.load(id)).map(StoredSession::revision).orElse(0L);
        } catch (StoreUnavailableException e) {
            return -1;
        }
    }

    /**
     * Reads on and on after a fault and a change by another node. How long after the change was there a read that was begun
     * and gave the old state?
     */
    private Duration oldStateIsSeenFor(RedisStore cached, Consumer<TcpProxy> fault) {
        awaitHits(cached);
        fault.accept(network);
        assertThat(answer(others.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
        long changedAt = System.nanoTime();
        long[] lastOld = {changedAt};
        poll().until(() -> {
            long begun = System.nanoTime();
            long seen = revision(cached);
            if (seen == 1) {
                lastOld[0] = begun;
            }
            return seen == 2
                    || begun - changedAt > MAX_STALENESS.multipliedBy(3).toNanos();
        });
        network.cut(); // No network loses a part of a connection and then goes on with it.
        network.heal();
        poll().until(() -> revision(cached) == 2);
        return Duration.ofNanos(lastOld[0] - changedAt);
    }

    @Test
    void withoutAFaultAChangeIsSeenAtOnce() {
        assertThat(oldStateIsSeenFor(store, healthy -> {})).isLessThan(MAX_STALENESS);
    }

    @Test
    void aForgottenConnectionShowsOldStateNoLongerThanAllowed() {
        assertThat(oldStateIsSeenFor(store, TcpProxy::forgetConnections))
                .isBetween(Duration.ofMillis(1), MAX_STALENESS);
    }

    @Test
    void lostRepliesShowOldStateNoLongerThanAllowed() {
        assertThat(oldStateIsSeenFor(store, TcpProxy::loseReplies)).isBetween(Duration.ofMillis(1), MAX_STALENESS);
    }

    @Test
    void lostRequestsShowNoOldState() {
        assertThat(oldStateIsSeenFor(store, TcpProxy::loseRequests)).isLessThan(MAX_STALENESS);
    }

    @Test
    void aCutConnectionShowsNoOldState() {
        assertThat(oldStateIsSeenFor(store, TcpProxy::cut)).isLessThan(MAX_STALENESS);
    }

    @Test
    void aHalfClosedConnectionShowsNoOldState() {
        assertThat(oldStateIsSeenFor(store, TcpProxy::halfClose)).isLessThan(MAX_STALENESS);
    }

    @Test
    void aSlowNetworkShowsOldStateNoLongerThanAllowed() {
        try (RedisStore patient = open(Duration.ofSeconds(5), NearCache.builder())) {
            assertThat(oldStateIsSeenFor(patient, slow -> slow.delay(Duration.ofMillis(150))))
                    .isBetween(Duration.ofMillis(1), MAX_STALENESS);
            answer(others.delete(id));
            answer(others.create(id));
            // So slow that whatever comes back is older than allowed: each time the server is asked.
            assertThat(oldStateIsSeenFor(patient, slow -> slow.delay(Duration.ofMillis(700))))
                    .isLessThanOrEqualTo(MAX_STALENESS);
        }
    }

    /** A machine that halts for a moment may make the cache ask once; without the signs of life it asks every time. */
    @Test
    void readsAloneKeepAHealthyConnectionTrusted() {
        assertThat(Stream.generate(this::missesInAWhile).limit(3).anyMatch(misses -> misses == 0))
                .isTrue();
    }

    private long missesInAWhile() {
        long before = stats(store).misses();
        long until = System.nanoTime() + MAX_STALENESS.multipliedBy(4).toNanos();
        poll().until(() -> revision(store) == 1 && System.nanoTime() > until);
        return stats(store).misses() - before;
    }

    @Test
    void afterAPauseOneReadMakesAllCopiesGoodAgain() {
        SessionId second = newId();
        answer(others.create(second));
        answer(calls.load(second));
        Awaitility.await().during(MAX_STALENESS.plusMillis(50)).until(() -> true);
        long misses = stats(store).misses();
        assertThat(revision(store)).isEqualTo(1);
        assertThat(answer(calls.load(second))).isPresent();
        assertThat(stats(store).misses()).isEqualTo(misses + 1);
    }

    @Test
    void aLostConnectionEmptiesTheCacheAndTheNextOneIsTrackedAgain() {
        for (long revision = 1; revision < 20; revision++) {
            network.cut();
            poll().until(() -> !stats(store).active() || stats(store).sessions() == 0);
            awaitHits(store);
            answer(others.change(id, revision, revision + 1));
            long expected = revision + 1;
            poll().atMost(MAX_STALENESS).until(() -> revision(store) == expected);
        }
    }

    @Test
    void aStoppedServerIsReadFromTheCacheForAMomentOnly() {
        SERVER.pause();
        long stopped = System.nanoTime();
        long[] lastRead = {0};
        poll().until(() -> {
            long begun = System.nanoTime();
            boolean read = revision(store) == 1;
            lastRead[0] = read ? begun : lastRead[0];
            return !read;
        });
        assertThat(Duration.ofNanos(lastRead[0] - stopped)).isLessThanOrEqualTo(MAX_STALENESS);
        SERVER.resume();
        poll().until(() -> revision(store) == 1);
    }

    @Test
    void aClosedStoreShowsNothing() {
        RedisStore brief = open(Duration.ofSeconds(5), NearCache.builder().staleWhileDown(Duration.ofHours(1)));
        awaitHits(brief);
        brief.close();
        assertThatThrownBy(() -> answer(brief.load(id))).isInstanceOf(StoreUnavailableException.class);
        assertThat(brief.lastKnown(id)).isEmpty();
        brief.close();
    }

    @Test
    void aWriteWhoseReplyNeverCameLeavesNothingOld() {
        SERVER.pause();
        CompletableFuture<CommitResult> write = calls.change(id, 1, 2);
        assertThatThrownBy(() -> answer(write)).isInstanceOf(StoreUnavailableException.class);
        assertThat(revision(store)).isEqualTo(-1);
        SERVER.resume();
        poll().until(() -> revision(store) > 0);
        assertThat(revision(store))
                .isEqualTo(answer(others.load(id)).orElseThrow().revision());
        long hits = stats(store).hits();
        revision(store);
        assertThat(stats(store).hits())
                .isEqualTo(hits); // It may still be applied, so nothing of it is kept for a while.
    }

    @Test
    void aTouchWhoseReplyNeverCameLeavesNothingOld() {
        SERVER.pause();
        assertThatThrownBy(() -> answer(calls.touch(id, 1))).isInstanceOf(StoreUnavailableException.class);
        assertThat(revision(store)).isEqualTo(-1);
        SERVER.resume();
        poll().until(() -> revision(store) > 0);
        poll().until(() -> answer(calls.load(id))
                .orElseThrow()
                .touchedAt()
                .equals(answer(others.load(id)).orElseThrow().touchedAt()));
    }
}
