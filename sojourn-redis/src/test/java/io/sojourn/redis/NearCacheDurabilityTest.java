package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies, and writes that wait for a replica and go over another connection than what is read. */
@Tag("slow")
@Tag("any-jdk")
class NearCacheDurabilityTest {

    private static final RedisServer MASTER = RedisServers.start("repl-diskless-sync-delay 0");

    private static final RedisServer REPLICA = RedisServers.start("replicaof 127.0.0.1 " + MASTER.port());

    /** Longer than a replica takes that stands still for a moment. */
    private static final Duration WAIT = Duration.ofSeconds(3);

    private final RedisStore store = open();
    private final RedisStore elsewhere = open();
    private final SessionManager here = SessionManager.create(store);
    private final SessionManager there = SessionManager.create(elsewhere);

    private static RedisStore open() {
        RedisStore store = RedisStore.builder()
                .uri(MASTER.uri())
                .durability(1, WAIT)
                .nearCache(NearCache.builder()
                        .staleWhileDown(Duration.ofMinutes(1))
                        .build())
                .connect();
        Awaitility.await().until(() -> store.nearCache().orElseThrow().active());
        return store;
    }

    @AfterEach
    void close() {
        MASTER.resume();
        REPLICA.resume();
        store.close();
        elsewhere.close();
    }

    @AfterAll
    static void stop() {
        REPLICA.close();
        MASTER.close();
    }

    private static ConditionFactory poll() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
    }

    /** A session that both have copies of. */
    private Session stored() {
        Session session = here.create();
        session.set("a", 1);
        poll().ignoreExceptionsInstanceOf(StoreUnavailableException.class) // The replica may still be on its way.
                .until(() -> here.save(session) == SaveOutcome.SAVED);
        awaitCopies(session.token());
        return session;
    }

    private void awaitCopies(SessionToken token) {
        for (RedisStore one : new RedisStore[] {store, elsewhere}) {
            SessionManager node = one == store ? here : there;
            long hits = hits(one);
            poll().until(() -> node.find(token).isPresent() && hits(one) > hits);
        }
    }

    private static long hits(RedisStore of) {
        return of.nearCache().orElseThrow().hits();
    }

    @Test
    void afterARotationTheOldSecretOpensNothingHereAndAMomentLaterNothingElsewhere() {
        Session session = stored();
        SessionToken old = session.token();
        SessionToken next = session.rotate();
        assertThat(here.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(here.find(old)).isEmpty();
        assertThat(here.find(next)).isPresent();
        poll().until(() -> there.find(old).isEmpty() && there.find(next).isPresent());
        awaitCopies(next);
    }

    @Test
    void afterARevocationNothingIsShownHereAndAMomentLaterNothingElsewhere() {
        Session session = stored();
        assertThat(here.revoke(session)).isTrue();
        assertThat(here.find(session.token())).isEmpty();
        assertThat(here.findLastKnown(session.token())).isEmpty();
        poll().until(() -> there.find(session.token()).isEmpty());
    }

    @Test
    void aRevocationThatNoReplicaHasIsToldAndNothingIsShownAllTheSame() {
        Session session = stored();
        REPLICA.pause();
        assertThatThrownBy(() -> here.revoke(session)).isInstanceOf(StoreUnavailableException.class);
        assertThat(here.find(session.token())).isEmpty();
        assertThat(here.findLastKnown(session.token())).isEmpty();
        poll().until(() -> there.find(session.token()).isEmpty());
    }

    @Test
    void noLastCopyIsShownWhileAWriteIsUnderWayOrItsOutcomeUnknown() {
        Calls calls = new Calls(store);
        SessionId id = newId();
        Session unused = stored(); // By now the replica is there.
        assertThat(answer(calls.create(id))).isEqualTo(CommitResult.APPLIED);
        long hits = hits(store);
        poll().until(() -> answer(calls.load(id)).isPresent() && hits(store) > hits);
        MASTER.pause();
        CompletableFuture<CommitResult> write = calls.change(id, 1, 2);
        assertThat(write).isNotDone();
        assertThat(store.lastKnown(id)).isEmpty();
        assertThatThrownBy(() -> answer(write)).isInstanceOf(StoreUnavailableException.class);
        assertThat(store.lastKnown(id)).isEmpty();
    }
}
