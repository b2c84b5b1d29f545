package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.NearCacheStatus;
import io.sojourn.spi.SessionWrite;
import io.sojourn.testkit.ManualClock;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reading from the last copy while the server is down: for whom it was set so, for so long, and not what is known to be over. */
@Tag("slow")
@Tag("any-jdk")
class NearCacheWhileDownTest {

    private static final RedisServer SERVER = RedisServers.start();

    private static final Duration MAX_STALENESS = Duration.ofMillis(200);

    private static final Duration WHILE_DOWN = Duration.ofMillis(1_500);

    private final RedisStore store = open(WHILE_DOWN);
    private final Calls calls = new Calls(store);
    private final SessionId id = newId();

    private static RedisStore open(Duration whileDown) {
        RedisStore store = RedisStore.builder()
                .uri(SERVER.uri())
                .timeout(Duration.ofMillis(200))
                .nearCache(NearCache.builder()
                        .maxStaleness(MAX_STALENESS)
                        .staleWhileDown(whileDown)
                        .build())
                .connect();
        Awaitility.await().until(() -> store.nearCache().orElseThrow().active());
        return store;
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @BeforeEach
    void begin() {
        answer(calls.create(id));
        assertThat(answer(calls.load(id))).isPresent();
    }

    @AfterEach
    void close() {
        SERVER.restart();
        store.close();
    }

    private static ConditionFactory poll() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
    }

    private boolean isRead() {
        return isRead(store, id);
    }

    private static boolean isRead(RedisStore store, SessionId id) {
        try {
            return answer(store.load(id)).isPresent();
        } catch (StoreUnavailableException e) {
            return store.lastKnown(id).isPresent();
        }
    }

    private NearCacheStatus stats() {
        return store.nearCache().orElseThrow();
    }

    private void awaitStaleReads() {
        poll().until(() -> {
            assertThat(isRead()).isTrue();
            return stats().staleReads() > 0;
        });
    }

    @Test
    void theLastCopyIsReadForSoLongAndNotLonger() {
        SERVER.kill();
        long down = System.nanoTime();
        awaitStaleReads();
        assertThatThrownBy(() -> answer(calls.change(id, 1, 2))).isInstanceOf(StoreUnavailableException.class);
        long[] lastRead = {0};
        poll().until(() -> {
            long begun = System.nanoTime();
            boolean read = isRead();
            lastRead[0] = read ? begun : lastRead[0];
            return !read;
        });
        assertThat(Duration.ofNanos(lastRead[0] - down))
                .isBetween(WHILE_DOWN.minus(MAX_STALENESS.multipliedBy(2)), WHILE_DOWN);
    }

    @Test
    void aServerThatIsSilentIsDown() {
        SERVER.pause();
        awaitStaleReads();
        SERVER.resume();
    }

    @Test
    void unlessItWasSetSoNothingIsRead() {
        try (RedisStore strict = open(Duration.ZERO)) {
            assertThat(isRead(strict, id)).isTrue();
            assertThat(isRead(strict, id)).isTrue();
            SERVER.kill();
            poll().atMost(MAX_STALENESS.multipliedBy(2)).until(() -> !isRead(strict, id));
            assertThat(strict.nearCache().orElseThrow().staleReads()).isZero();
            poll().until(() -> strict.nearCache().orElseThrow().sessions() == 0);
        }
    }

    @Test
    void whatWasRevokedHereIsNotShownEvenIfTheServerHasNotHeardOfIt() {
        SERVER.kill();
        awaitStaleReads();
        assertThatThrownBy(() -> answer(calls.delete(id))).isInstanceOf(StoreUnavailableException.class);
        assertThat(isRead()).isFalse();
    }

    @Test
    void whatWasRevokedElsewhereBeforeIsNotShown() {
        try (RedisStore other = RedisStore.connect(SERVER.uri())) {
            answer(new Calls(other).delete(id));
            store.ping();
        }
        SERVER.kill();
        assertThat(isRead()).isFalse();
    }

    @Test
    void aWriteThatMayHaveBeenAppliedLeavesNothingToShow() {
        SERVER.pause();
        assertThatThrownBy(() -> answer(calls.change(id, 1, 2))).isInstanceOf(StoreUnavailableException.class);
        assertThat(isRead()).isFalse();
        SERVER.resume();
        poll().until(this::isRead);
    }

    @Test
    void aSessionWhoseTimeIsUpIsNotShown() {
        SessionId brief = newId();
        answer(store.commit(new SessionWrite(
                brief,
                SessionWrite.ABSENT,
                1,
                Instant.EPOCH,
                Duration.ofMillis(600),
                Map.of("r", new byte[1]),
                Set.of())));
        SERVER.kill();
        awaitStaleReads();
        poll().until(() -> !isRead(store, brief));
        assertThat(isRead()).isTrue();
    }

    @Test
    void aSessionPastItsDeadlineIsNotShown() {
        ManualClock clock = ManualClock.at("2030-01-01T00:00:00Z");
        SessionManager sessions = SessionManager.create(
                store, SessionSettings.builder().clock(clock).build());
        Session session = sessions.create();
        session.set("a", 1);
        sessions.save(session);
        SessionToken token = session.token();
        SERVER.kill();
        awaitStaleReads();
        assertThatThrownBy(() -> sessions.find(token)).isInstanceOf(StoreUnavailableException.class);
        assertThat(sessions.findLastKnown(token).orElseThrow().get("a", Integer.class))
                .contains(1);
        assertThat(answer(sessions.async().findLastKnown(token))).isPresent();
        assertThat(sessions.findLastKnown(sessions.create().token())).isEmpty();
        assertThat(sessions.findLastKnown(SessionToken.parse(
                                token.id() + "A".repeat(token.reveal().length() - 22))
                        .orElseThrow()))
                .isEmpty();
        clock.advance(SessionSettings.DEFAULT_ABSOLUTE_TIMEOUT);
        assertThat(sessions.findLastKnown(token)).isEmpty();
    }

    @Test
    void afterItsReturnTheServerIsBelieved() {
        SERVER.kill();
        awaitStaleReads();
        SERVER.restart(); // Empty.
        poll().until(() -> {
            try {
                return answer(calls.load(id)).isEmpty();
            } catch (StoreUnavailableException e) {
                return false;
            }
        });
        SERVER.kill();
        assertThat(isRead()).isFalse();
    }
}
