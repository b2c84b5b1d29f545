package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many writers on one session, on a Redis of their own: what they draw out of it grows with the number of writes. */
@Tag("slow")
class OneSessionManyWritersTest {

    private static final int LARGE = 100_000;

    private final RedisServer server = RedisServers.start();
    private final RedisProbe probe = server.probe();
    private final RedisStore store = RedisStore.builder()
            .uri(server.uri())
            .timeout(Duration.ofSeconds(10))
            .connect();
    private final SessionManager sessions = SessionManager.create(
            store, SessionSettings.builder().codec(Serialization.codec()).build());
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
        store.close();
        probe.close();
        server.close();
    }

    private SessionToken stored() {
        Session session = sessions.create();
        session.set("large", "x".repeat(LARGE));
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session.token();
    }

    private long bytesSent() {
        return number("stats", "total_net_output_bytes:");
    }

    private long commits() {
        return number("commandstats", "cmdstat_evalsha:calls=") + number("commandstats", "cmdstat_eval:calls=");
    }

    private long number(String section, String name) {
        String info = String.valueOf(probe.call("INFO", section));
        int at = info.indexOf(name);
        return at < 0 ? 0 : Long.parseLong(info.substring(at + name.length()).split("[^0-9]", 2)[0]);
    }

    /** So many sessions of one token that were all loaded before the first of them is saved. */
    private void saveAtOnce(SessionToken token, int writers) throws Exception {
        List<Session> loaded = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            Session session = sessions.find(token).orElseThrow();
            session.set("by " + i, i);
            loaded.add(session);
        }
        long bytes = bytesSent();
        long commits = commits();
        CyclicBarrier start = new CyclicBarrier(writers);
        List<Future<SaveOutcome>> saves = new ArrayList<>();
        for (Session session : loaded) {
            saves.add(threads.submit(() -> {
                start.await();
                return sessions.save(session);
            }));
        }
        for (Future<SaveOutcome> save : saves) {
            assertThat(save.get(30, TimeUnit.SECONDS)).isEqualTo(SaveOutcome.SAVED);
        }
        long drawn = bytesSent() - bytes;
        long sent = commits() - commits;
        assertThat(drawn).as("bytes for %d writers", writers).isLessThan(writers * (LARGE / 4L) + 2L * LARGE);
        assertThat(sent).as("commits for %d writers", writers).isLessThanOrEqualTo(2L * writers);
        assertThat(sessions.find(token).orElseThrow().names()).hasSize(writers + 1);
    }

    @Test
    void whatTheyDrawOutOfRedisGrowsWithTheNumberOfWrites() throws Exception {
        saveAtOnce(stored(), 10);
        saveAtOnce(stored(), 100);
        saveAtOnce(stored(), 200);
    }

    /** What one write costs Redis: commands that clients send, and bytes in both directions. */
    private record Cost(double commands, double bytes) {}

    private Cost costOfOneWrite(int writers, int writesOfEach) throws Exception {
        Session session = sessions.create();
        for (int i = 0; i < 64; i++) {
            session.set("by " + i, 100_000); // So that the session is as large for few as for many.
        }
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        SessionToken token = session.token();
        long commands = calls("hgetall") + commits();
        long bytes = bytesSent() + number("stats", "total_net_input_bytes:");
        CyclicBarrier start = new CyclicBarrier(writers);
        List<Future<?>> writing = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            String name = "by " + i;
            writing.add(threads.submit(() -> {
                start.await();
                for (int n = 1; n <= writesOfEach; n++) {
                    Session mine = sessions.find(token).orElseThrow();
                    mine.set(name, 100_000 + n);
                    assertThat(sessions.save(mine)).isEqualTo(SaveOutcome.SAVED);
                }
                return null;
            }));
        }
        for (Future<?> writer : writing) {
            writer.get(60, TimeUnit.SECONDS);
        }
        double writes = (double) writers * writesOfEach;
        Cost cost = new Cost(
                (calls("hgetall") + commits() - commands) / writes,
                (bytesSent() + number("stats", "total_net_input_bytes:") - bytes) / writes);
        Session last = sessions.find(token).orElseThrow();
        for (int i = 0; i < writers; i++) {
            assertThat(last.<Integer>get("by " + i)).isEqualTo(100_000 + writesOfEach);
        }
        return cost;
    }

    private long calls(String command) {
        return number("commandstats", "cmdstat_" + command + ":calls=");
    }

    /** So the rate does not fall with the number of writers, whatever the machine. */
    @Test
    void oneWriteCostsAboutTheSameWhetherEightWriteOrSixtyFour() throws Exception {
        costOfOneWrite(8, 10); // The scripts are with the server from now on.
        Cost few = costOfOneWrite(8, 100);
        Cost many = costOfOneWrite(64, 40);
        assertThat(many.commands()).as("commands, and %s for few", few).isLessThanOrEqualTo(1.25 * few.commands());
        assertThat(many.bytes()).as("bytes, and %s for few", few).isLessThanOrEqualTo(1.25 * few.bytes());
    }

    @Test
    void twoNodesWhoseWritersNeverRestLoseNoSave() throws Exception {
        int saves = 300;
        SessionToken token = stored();
        try (RedisStore otherStore = RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(10))
                .connect()) {
            SessionManager other = SessionManager.create(
                    otherStore,
                    SessionSettings.builder().codec(Serialization.codec()).build());
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                String name = "by " + i;
                SessionManager mine = i % 2 == 0 ? sessions : other;
                writers.add(threads.submit(() -> {
                    for (int n = 1; n <= saves; n++) {
                        Session session = mine.find(token).orElseThrow();
                        session.set(name, n);
                        assertThat(mine.save(session)).isEqualTo(SaveOutcome.SAVED);
                    }
                }));
            }
            for (Future<?> writer : writers) {
                writer.get(60, TimeUnit.SECONDS);
            }
        }
        Session last = sessions.find(token).orElseThrow();
        for (int i = 0; i < 16; i++) {
            assertThat(last.<Integer>get("by " + i)).isEqualTo(saves);
        }
    }

    @Test
    void updatesOfOneSessionTakeTurns() throws Exception {
        int writers = 64;
        SessionToken token = stored();
        long bytes = bytesSent();
        List<Future<?>> updates = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            updates.add(threads.submit(() -> sessions.update(token, session -> {
                Integer count = session.get("count");
                session.set("count", count == null ? 1 : count + 1);
                return true;
            })));
        }
        for (Future<?> update : updates) {
            update.get(30, TimeUnit.SECONDS);
        }
        assertThat(sessions.find(token).orElseThrow().<Integer>get("count")).isEqualTo(writers);
        assertThat(bytesSent() - bytes).isLessThan(3L * writers * LARGE);
    }
}
