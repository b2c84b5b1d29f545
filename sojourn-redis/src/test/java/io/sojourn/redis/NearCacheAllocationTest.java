package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.testkit.RedisServers;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What reading from the near cache leaves for the garbage collector. */
class NearCacheAllocationTest {

    private static final int READS = 20_000;

    private final RedisStore store = RedisStore.builder()
            .uri(RedisServers.sharedUri())
            .prefix("allocation")
            .nearCache(NearCache.create())
            .connect();

    @BeforeEach
    void begin() {
        Awaitility.await().until(() -> store.nearCache().orElseThrow().active());
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Bytes for each time, after as many times that do not count. */
    private static long allocated(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int i = 0; i < 2 * READS; i++) {
            if (i == READS) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            work.run();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / READS;
    }

    @Test
    void aHitOfTheStoreAllocatesAsGoodAsNothing() {
        SessionId id = newId();
        answer(new Calls(store).create(id));
        answer(store.load(id));
        assertThat(allocated(() -> store.load(id))).isLessThan(32);
        answer(store.delete(id));
    }

    /** What a request does that only reads: it finds the session of its cookie, and saves it without a change. */
    @Test
    void aRequestThatOnlyReadsAllocatesAsMuchAsItsSessionObject() {
        SessionManager sessions = SessionManager.create(store);
        Session session = sessions.create();
        session.set("name", "Ada");
        sessions.save(session);
        String cookie = session.token().reveal();
        assertThat(allocated(() -> sessions.save(sessions.find(cookie).orElseThrow())))
                .isLessThan(340);
        sessions.revoke(session.id());
    }

    @Test
    void aSessionOfTenAttributesThatIsFoundNearTakesLittle() {
        SessionManager sessions = SessionManager.create(store);
        Session session = sessions.create();
        for (int i = 0; i < 7; i++) {
            session.set("text " + i, "x".repeat(60));
        }
        session.set("list", List.of("one", "two", "three"));
        session.set("number", 7L);
        session.set("time", Instant.EPOCH);
        sessions.save(session);
        SessionToken token = session.token();
        long bytes =
                allocated(() -> assertThat(sessions.find(token).isPresent()).isTrue());
        long asserting = allocated(() -> assertThat(sessions != null).isTrue());
        assertThat(bytes - asserting).isLessThan(1_000);
        sessions.revoke(token.id());
    }
}
